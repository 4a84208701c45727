// What the machine says about its power: battery, low power mode, heat. Asks only; what follows from it is in pace.ts.
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export interface Power {
  readonly isOnBattery: boolean;
  /** 0 to 100; null when it is not known. */
  readonly batteryPercent: number | null;
  /** The user wants the machine to save power. */
  readonly isSaving: boolean;
  /** The system slows itself down because of heat. */
  readonly isHot: boolean;
}

export const PLUGGED_IN: Power = { isOnBattery: false, batteryPercent: null, isSaving: false, isHot: false };

export type PowerProbe = () => Promise<Power>;

/** What is not known counts as plugged in and cool. Never rejects. */
export function systemPower(platform: NodeJS.Platform): PowerProbe {
  if (platform === "darwin") return macPower;
  return platform === "linux" ? linuxPower : async () => PLUGGED_IN;
}

const LIMIT_MS = 5_000;

/** pmset(1) needs no rights. */
async function macPower(): Promise<Power> {
  const [battery, settings, thermal] = await Promise.all([pmset("batt"), pmset(), pmset("therm")]);
  return { ...batteryFrom(battery), isSaving: isSavingIn(settings), isHot: isHotIn(thermal) };
}

function pmset(...what: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const options = { timeout: LIMIT_MS, killSignal: "SIGKILL" } as const;
    execFile("pmset", ["-g", ...what], options, (error, stdout) => resolve(error ? "" : stdout));
  });
}

/** Of `pmset -g batt`: "Now drawing from 'Battery Power'", then a line such as "-InternalBattery-0 (id=…)	83%; discharging; …". */
export function batteryFrom(text: string): Pick<Power, "isOnBattery" | "batteryPercent"> {
  const percent = /(\d{1,3})%/.exec(text)?.[1];
  return { isOnBattery: /'Battery Power'/.test(text), batteryPercent: percent === undefined ? null : Number(percent) };
}

/** Of `pmset -g`: "lowpowermode 1", or "powermode 1" where there is a high power mode (2), too. */
export function isSavingIn(text: string): boolean {
  return /^\s*(lowpowermode|powermode)\s+1\s*$/m.test(text);
}

/** Of `pmset -g therm`: "CPU_Speed_Limit = 60" on Intel, a warning level on Apple Silicon; 100 and "No thermal warning level" are fine. */
export function isHotIn(text: string): boolean {
  const limit = /CPU_Speed_Limit\s*=\s*(\d+)/.exec(text)?.[1];
  const level = /thermal warning level\D*=?\s*(\d+)/i.exec(text)?.[1];
  return Number(limit ?? 100) < 80 || Number(level ?? 0) > 0;
}

const SUPPLIES = "/sys/class/power_supply";
const PROFILE = "/sys/firmware/acpi/platform_profile";

/**
 * The kernel's files: Documentation/ABI/testing/sysfs-class-power and sysfs-platform_profile of Linux. Peripherals (a mouse) have batteries, too:
 * their scope is Device.
 */
export async function linuxPower(supplies: string = SUPPLIES, profile: string = PROFILE): Promise<Power> {
  const names = await readdir(supplies).catch(() => []);
  const batteries = await Promise.all(names.map((name) => batteryIn(join(supplies, name))));
  const own = batteries.filter((battery) => battery !== null);
  return {
    isOnBattery: own.some(({ isDischarging }) => isDischarging),
    batteryPercent: own.length > 0 ? Math.min(...own.map(({ percent }) => percent)) : null,
    isSaving: (await textOf(profile)) === "low-power",
    isHot: false,
  };
}

async function batteryIn(directory: string): Promise<{ isDischarging: boolean; percent: number } | null> {
  const read = (name: string): Promise<string> => textOf(join(directory, name));
  const [type, scope, status, capacity] = await Promise.all(["type", "scope", "status", "capacity"].map(read));
  if (type !== "Battery" || scope === "Device" || capacity === "") return null;
  return { isDischarging: status === "Discharging", percent: Number(capacity) };
}

const textOf = (path: string): Promise<string> =>
  readFile(path, "utf8").then(
    (text) => text.trim(),
    () => "",
  );
