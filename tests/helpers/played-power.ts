// The power of the machine that a daemon runs on, played at the narrowest edge: the kernel's files on Linux, `pmset` on a Mac.
import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

export interface PlayedPower {
  /** For the daemon. */
  readonly env: NodeJS.ProcessEnv;
  /** From now on; and more than a minute goes by, after which the daemon asks the system anew. */
  set(power: Power): Promise<void>;
}

interface Power {
  readonly source: "battery" | "mains";
  readonly percent: number;
  readonly lowPowerMode?: boolean;
}

const PRELOAD = new URL("../fixtures/played-power.ts", import.meta.url).href;
const MINUTE_MS = 61_000;
/** The preload looks every 20 ms. */
const NOTICED_MS = 100;

/** @param directory of the test's own */
export async function playPower(directory: string, first: Power): Promise<PlayedPower> {
  const battery = join(directory, "sys/class/power_supply/BAT0");
  const firmware = join(directory, "sys/firmware/acpi");
  await mkdir(battery, { recursive: true });
  await mkdir(firmware, { recursive: true });
  const pmset = join(directory, "pmset");
  await writeFile(pmset, `#!/bin/sh\ncase "$2" in batt) cat "$0.batt" ;; "") cat "$0.settings" ;; esac\n`);
  await chmod(pmset, 0o755);
  let aheadMs = 0;

  /** Whoever reads it finds all of it. */
  async function write(path: string, text: string): Promise<void> {
    await writeFile(`${path}.new`, `${text}\n`);
    await rename(`${path}.new`, path);
  }

  async function play({ source, percent, lowPowerMode = false }: Power): Promise<void> {
    const isOnBattery = source === "battery";
    await write(join(battery, "type"), "Battery");
    await write(join(battery, "status"), isOnBattery ? "Discharging" : "Charging");
    await write(join(battery, "capacity"), `${percent}`);
    await write(join(firmware, "platform_profile"), lowPowerMode ? "low-power" : "balanced");
    const now = `Now drawing from '${isOnBattery ? "Battery" : "AC"} Power'`;
    const state = isOnBattery ? "discharging" : "charging";
    await write(
      `${pmset}.batt`,
      `${now}\n -InternalBattery-0 (id=1)\t${percent}%; ${state}; 5:12 remaining present: true`,
    );
    await write(`${pmset}.settings`, ` lowpowermode         ${lowPowerMode ? 1 : 0}`);
    await write(join(directory, "ahead-ms"), `${aheadMs}`);
  }

  await play(first);
  return {
    env: {
      REMEME_ON_BATTERY: "slow",
      REMEME_TEST_POWER: directory,
      NODE_OPTIONS: `--import=${PRELOAD}`,
      PATH: `${directory}:${process.env.PATH}`,
    },
    async set(power) {
      aheadMs += MINUTE_MS;
      await play(power);
      await setTimeout(NOTICED_MS);
    },
  };
}
