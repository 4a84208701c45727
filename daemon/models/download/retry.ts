// Tries again what fails for a passing reason, after growing pauses. Knows nothing of what it tries.
import { setTimeout as sleep } from "node:timers/promises";
import { DownloadProblem } from "./download-problem.ts";

export interface RetryOptions {
  readonly signal: AbortSignal;
  /** Pauses after the first, second, … failure in a row without progress; then it is over. */
  readonly pausesMs: readonly number[];
  /** Grows while something comes of it; then the pauses begin anew. */
  progress?(): number;
}

/** Half a minute in all: who waits for more is the upgrade, not a request. */
export const PAUSES_MS: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000, 15_000];
/** A longer pause that the hub asks for is for the caller to keep. */
const LONGEST_WAIT_MS = 60_000;

/** Rejects with the last problem, or with the signal's reason. */
export async function withRetries<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, pausesMs, progress = () => 0 } = options;
  for (let failures = 0, reached = progress(); ; ) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof DownloadProblem) || !error.isPassing || error.code === "disk-full") throw error;
      const now = progress();
      if (now > reached) failures = 0;
      reached = now;
      const pauseMs = pausesMs[failures++];
      const asked = error.retryAfterMs ?? 0;
      if (pauseMs === undefined || asked > LONGEST_WAIT_MS) throw error;
      // Up to a quarter more, so that not all who were cut off come back together.
      await sleep(Math.max(pauseMs * (1 + Math.random() / 4), asked), undefined, { signal });
    }
  }
}
