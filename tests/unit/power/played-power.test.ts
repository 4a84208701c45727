// The power that flow tests play is what a daemon reads, on Linux and (its pmset being a script) on a Mac.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { linuxPower, systemPower } from "../../../daemon/power/power.ts";
import { playPower } from "../../helpers/played-power.ts";

test("played power is read alike from the kernel's files and from pmset", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "rememe-power-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const { PATH } = process.env;
  t.after(() => {
    process.env.PATH = PATH;
  });
  const power = await playPower(directory, { source: "battery", percent: 83 });
  process.env.PATH = power.env.PATH;
  const supplies = join(directory, "sys/class/power_supply");
  const profile = join(directory, "sys/firmware/acpi/platform_profile");
  const both = async () => [await linuxPower(supplies, profile), await systemPower("darwin")()];
  const onBattery = { isOnBattery: true, batteryPercent: 83, isSaving: false, isHot: false };
  assert.deepEqual(await both(), [onBattery, onBattery]);
  await power.set({ source: "mains", percent: 40, lowPowerMode: true });
  const onMains = { isOnBattery: false, batteryPercent: 40, isSaving: true, isHot: false };
  assert.deepEqual(await both(), [onMains, onMains]);
});
