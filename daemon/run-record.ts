// How the runs before this one ended, in a small file: whoever crashes again and again must not go on doing what it crashed at.
import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import { messageOf } from "./errors.ts";
import type { Logger } from "./log.ts";
import { publish } from "./published-files.ts";

/** Crashes of this last while count. */
export const LOOP_MS = 600_000;
/** Clocks are set, and the time of the boot is known to the second only. */
const CLOCK_DOUBT_MS = 5_000;

export interface RunRecord {
  /** The run before this one did not end by itself: it crashed, was killed, or lost its power. */
  readonly isAfterCrash: boolean;
  /** Ends of that kind within LOOP_MS, this machine's own ends (no power, a restart) left out. */
  readonly recentCrashes: number;
  /** The run before this one, since the machine was started, had the query encoder loaded: somebody searches. */
  readonly hadEncoder: boolean;
  /** The query encoder is needed from now on, or no longer. */
  encoderNeeded(isNeeded: boolean): void;
  /** This run ends as it should. */
  endWell(): void;
  /** What was counted so far counts no more. */
  forgive(): void;
}

interface Content {
  /** Milliseconds since the epoch; null between runs. */
  readonly runningSinceMs: number | null;
  readonly crashesMs: readonly number[];
  /** When the run began that needs the query encoder; null when none does. */
  readonly encoderSinceMs: number | null;
}

const NOTHING: Content = { runningSinceMs: null, crashesMs: [], encoderSinceMs: null };

/**
 * Reads the record and writes down that a run has begun; to be called by whoever holds the lock. A record that cannot be read or
 * written is no reason not to start.
 * @param nowMs milliseconds since the epoch
 * @param bootedAtMs when this machine was started
 */
export function openRunRecord(
  path: string,
  log: Pick<Logger, "warn">,
  nowMs: number = Date.now(),
  bootedAtMs: number = Date.now() - uptime() * 1_000,
): RunRecord {
  const before = read(path);
  const since = before.runningSinceMs;
  const isSinceBoot = (atMs: number | null): boolean => atMs !== null && atMs >= bootedAtMs - CLOCK_DOUBT_MS;
  const isCrash = isSinceBoot(since);
  let crashesMs = [...before.crashesMs, ...(isCrash ? [nowMs] : [])].filter(
    (atMs) => atMs <= nowMs && nowMs - atMs <= LOOP_MS,
  );
  const recentCrashes = crashesMs.length;
  let { encoderSinceMs } = before;

  function write(runningSinceMs: number | null): void {
    try {
      publish(path, { runningSinceMs, crashesMs, encoderSinceMs } satisfies Content);
    } catch (error) {
      log.warn({ reason: messageOf(error) }, "how this run goes cannot be written down");
    }
  }

  write(nowMs);
  return {
    isAfterCrash: since !== null,
    recentCrashes,
    hadEncoder: isSinceBoot(before.encoderSinceMs),
    encoderNeeded(isNeeded) {
      encoderSinceMs = isNeeded ? nowMs : null;
      write(nowMs);
    },
    endWell: () => write(null),
    forgive() {
      crashesMs = [];
      write(nowMs);
    },
  };
}

function read(path: string): Content {
  try {
    const { runningSinceMs, crashesMs, encoderSinceMs } = JSON.parse(readFileSync(path, "utf8")) as Partial<Content>;
    return {
      runningSinceMs: timeOf(runningSinceMs),
      encoderSinceMs: timeOf(encoderSinceMs),
      crashesMs: Array.isArray(crashesMs) ? crashesMs.filter((atMs) => typeof atMs === "number") : [],
    };
  } catch {
    return NOTHING;
  }
}

function timeOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
