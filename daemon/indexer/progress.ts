// How fast it goes and how long it will take, in numbers that do not jump. Knows nothing of files.

export interface Progress {
  /** Counts finished files. */
  done(count: number): void;
  /** Finished files per second over the last half minute; 0 when nothing happened. */
  filesPerSecond(): number;
  /**
   * Seconds until `pending` files are done, or null while there is no honest estimate. From the rate of the last two minutes; between two
   * questions it runs down like a clock, and moves towards what the rate says by a tenth of itself in a second at most. More or less work
   * than expected counts at once.
   */
  secondsLeft(pending: number): number | null;
  /** Forgets the past: after a pause, the old rate says nothing. */
  reset(): void;
}

const RATE_WINDOW_MS = 30_000;
/** Longer: large and small pictures come in runs, and the time left should not follow every run. */
const ESTIMATE_WINDOW_MS = 120_000;
/** Below these an estimate would be a guess. */
const MIN_FILES = 5;
const MIN_MS = 2_000;
/** How much of itself an estimate may change in a second, and how many seconds when it is short. */
const MAX_CHANGE = 0.1;
const MIN_CHANGE_S = 1;

interface Estimate {
  readonly seconds: number;
  readonly atMs: number;
  readonly pending: number;
  /** Files that were done when it was made. */
  readonly done: number;
}

/** @param now milliseconds, monotonic */
export function createProgress(now: () => number): Progress {
  let startedAt = now();
  /** One entry a second: [start of the second, files]. */
  let buckets: { at: number; count: number }[] = [];
  let doneInAll = 0;
  let last: Estimate | null = null;

  function recent(windowMs: number): { count: number; spanMs: number } {
    const at = now();
    buckets = buckets.filter((bucket) => bucket.at >= at - ESTIMATE_WINDOW_MS);
    const count = buckets.reduce((sum, bucket) => (bucket.at >= at - windowMs ? sum + bucket.count : sum), 0);
    return { count, spanMs: Math.min(windowMs, at - startedAt) };
  }

  function rateSays(pending: number): number | null {
    const { count, spanMs } = recent(ESTIMATE_WINDOW_MS);
    return count < MIN_FILES || spanMs < MIN_MS ? null : pending / (count / (spanMs / 1_000));
  }

  return {
    done(count) {
      doneInAll += count;
      const bucket = buckets.at(-1);
      if (bucket && now() - bucket.at < 1_000) bucket.count += count;
      else buckets.push({ at: now(), count });
    },
    filesPerSecond() {
      const { count, spanMs } = recent(RATE_WINDOW_MS);
      return spanMs <= 0 ? 0 : Math.round((count / Math.max(spanMs, 1_000)) * 10_000) / 10;
    },
    secondsLeft(pending) {
      const goal = rateSays(pending);
      if (pending === 0 || goal === null) {
        last = null;
        return pending === 0 ? 0 : null;
      }
      const atMs = now();
      const seconds = last === null ? goal : approach(last, goal, { atMs, pending, done: doneInAll });
      last = { seconds, atMs, pending, done: doneInAll };
      return Math.ceil(seconds);
    },
    reset() {
      startedAt = now();
      buckets = [];
      last = null;
    },
  };
}

/** The estimate that was given before, as it is now, moved towards the new one as far as it may. */
function approach(last: Estimate, goal: number, now: Omit<Estimate, "seconds">): number {
  const passed = (now.atMs - last.atMs) / 1_000;
  const expected = Math.max(1, last.pending - (now.done - last.done));
  const ranDown = Math.max(0, last.seconds - passed) * (now.pending / expected);
  const change = passed * Math.max(MIN_CHANGE_S, ranDown * MAX_CHANGE);
  return Math.min(Math.max(goal, ranDown - change), ranDown + change);
}
