import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { batteryFrom, isHotIn, isSavingIn, linuxPower, PLUGGED_IN, systemPower } from "../../../daemon/power/power.ts";

const ON_BATTERY = `Now drawing from 'Battery Power'
 -InternalBattery-0 (id=23068771)	83%; discharging; 5:12 remaining present: true
`;
const CHARGING = `Now drawing from 'AC Power'
 -InternalBattery-0 (id=23068771)	41%; charging; 1:02 remaining present: true
`;
const DESKTOP = "Now drawing from 'AC Power'\n";
const SETTINGS = `System-wide power settings:
Currently in use:
 standby              1
 lowpowermode         LOW
 hibernatemode        3
`;

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "rememe-power-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test("what pmset prints is understood; what it does not print is plugged in and cool", () => {
  assert.deepEqual(batteryFrom(ON_BATTERY), { isOnBattery: true, batteryPercent: 83 });
  assert.deepEqual(batteryFrom(CHARGING), { isOnBattery: false, batteryPercent: 41 });
  assert.deepEqual(batteryFrom(DESKTOP), { isOnBattery: false, batteryPercent: null });
  assert.deepEqual(batteryFrom(""), { isOnBattery: false, batteryPercent: null });
  assert.equal(isSavingIn(SETTINGS.replace("LOW", "1")), true);
  assert.equal(isSavingIn(SETTINGS.replace("LOW", "0")), false);
  assert.equal(isSavingIn(" powermode            1\n"), true);
  assert.equal(isSavingIn(" powermode            2\n"), false);
  assert.equal(isHotIn("Note: No thermal warning level has been recorded\n"), false);
  assert.equal(isHotIn("CPU Power notify\n\tCPU_Scheduler_Limit \t= 100\n\tCPU_Speed_Limit \t= 100\n"), false);
  assert.equal(isHotIn("\tCPU_Speed_Limit \t= 54\n"), true);
  assert.equal(isHotIn("2026-11-24 Thermal warning level = 2\n"), true);
});

test("a Mac is asked by pmset; one that fails, or is not there, says nothing", async (t) => {
  const bin = directory(t);
  const { PATH } = process.env;
  t.after(() => {
    process.env.PATH = PATH;
  });
  process.env.PATH = `${bin}:${PATH}`;
  assert.deepEqual(await systemPower("darwin")(), PLUGGED_IN);
  const script = `#!/bin/sh
case "$*" in
  "-g batt") printf '%s' "${ON_BATTERY}" ;;
  "-g therm") echo "CPU_Speed_Limit = 50" ;;
  "-g") echo " lowpowermode         1" ;;
esac
`;
  writeFileSync(join(bin, "pmset"), script);
  chmodSync(join(bin, "pmset"), 0o755);
  const all = { isOnBattery: true, batteryPercent: 83, isSaving: true, isHot: true };
  assert.deepEqual(await systemPower("darwin")(), all);
  writeFileSync(join(bin, "pmset"), "#!/bin/sh\nexit 1\n");
  assert.deepEqual(await systemPower("darwin")(), PLUGGED_IN);
});

test("Linux is asked by the kernel's files; the battery of a mouse is not the machine's", async (t) => {
  const base = directory(t);
  const supplies = join(base, "power_supply");
  const profile = join(base, "platform_profile");
  assert.deepEqual(await linuxPower(supplies, profile), PLUGGED_IN);
  const supply = (name: string, files: Record<string, string>): void => {
    mkdirSync(join(supplies, name), { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(supplies, name, file), `${text}\n`);
  };
  supply("AC", { type: "Mains", online: "0" });
  supply("mouse", { type: "Battery", scope: "Device", status: "Discharging", capacity: "5" });
  assert.deepEqual(await linuxPower(supplies, profile), PLUGGED_IN);
  supply("BAT0", { type: "Battery", status: "Discharging", capacity: "62" });
  writeFileSync(profile, "low-power\n");
  assert.deepEqual(await linuxPower(supplies, profile), {
    isOnBattery: true,
    batteryPercent: 62,
    isSaving: true,
    isHot: false,
  });
});
