// How fast it goes and how long it will take, in numbers that do not jump. Knows nothing of files.

export interface Progress {
  /** Counts finished files. */
  done(count: number): void;
  /** Finished files per second over the last half minute; 0 when nothing happened. */
  filesPerSecond(): number;
  /** Seconds until `pending` files are done, or null while there is no honest estimate. */
  secondsLeft(pending: number): number | null;
  /** Forgets the past: after a pause, the old rate says nothing. */
  reset(): void;
}

const WINDOW_MS = 30_000;
/** Below these an estimate would be a guess. */
const MIN_FILES = 5;
const MIN_MS = 2_000;

/** @param now milliseconds, monotonic */
export function createProgress(now: () => number): Progress {
  let startedAt = now();
  /** One entry a second: [start of the second, files]. */
  let buckets: { at: number; count: number }[] = [];

  function recent(): { count: number; spanMs: number } {
    const from = now() - WINDOW_MS;
    buckets = buckets.filter((bucket) => bucket.at >= from);
    const count = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
    return { count, spanMs: Math.min(WINDOW_MS, now() - startedAt) };
  }

  function filesPerSecond(): number {
    const { count, spanMs } = recent();
    return spanMs <= 0 ? 0 : Math.round((count / Math.max(spanMs, 1_000)) * 10_000) / 10;
  }

  return {
    done(count) {
      const last = buckets.at(-1);
      if (last && now() - last.at < 1_000) last.count += count;
      else buckets.push({ at: now(), count });
    },
    filesPerSecond,
    secondsLeft(pending) {
      const { count, spanMs } = recent();
      if (pending === 0) return 0;
      if (count < MIN_FILES || spanMs < MIN_MS) return null;
      return Math.ceil(pending / (count / (spanMs / 1_000)));
    },
    reset() {
      startedAt = now();
      buckets = [];
    },
  };
}
