// How hard indexing may work, as a pure rule.
import type { Power } from "./power.ts";

/** full: as fast as it goes; slow: one picture at a time, and as long a rest; arrivals: only pictures that were just added, the backlog waits. */
export type Speed = "full" | "slow" | "arrivals";
/** What to do on battery. */
export const ON_BATTERY = ["slow", "wait", "full"] as const;
export type OnBattery = (typeof ON_BATTERY)[number];

export interface Pace {
  readonly speed: Speed;
  /** Why it is not full, in words with the next step; null when it is. */
  readonly why: string | null;
}

export const FULL: Pace = { speed: "full", why: null };

/** Below this the battery is for the person. */
const LOW_PERCENT = 20;
const ARRIVALS = "only new pictures are read, the others wait";
const PLUG_IN = "until it is plugged in (or setting `onBattery` is `full`).";

/** `full` means that a person has decided: power is not looked at. */
export function paceFor({ isOnBattery, batteryPercent, isSaving, isHot }: Power, onBattery: OnBattery): Pace {
  if (onBattery === "full") return FULL;
  if (isHot) return { speed: "arrivals", why: `The machine is hot: ${ARRIVALS} until it has cooled down.` };
  if (isSaving)
    return {
      speed: "arrivals",
      why: `Low power mode: ${ARRIVALS} until it is off (or setting \`onBattery\` is \`full\`).`,
    };
  if (!isOnBattery) return FULL;
  const isLow = batteryPercent !== null && batteryPercent < LOW_PERCENT;
  if (isLow) return { speed: "arrivals", why: `The battery is at ${batteryPercent} %: ${ARRIVALS} ${PLUG_IN}` };
  if (onBattery === "wait") return { speed: "arrivals", why: `On battery: ${ARRIVALS} ${PLUG_IN}` };
  return { speed: "slow", why: `On battery: pictures are read slowly ${PLUG_IN}` };
}
