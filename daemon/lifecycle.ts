// Owns the order of stopping: what was started last is stopped first. It knows nothing of what it stops.
import { messageOf } from "./errors.ts";

export interface Scope {
  /** Aborted as soon as close() begins; every loop takes it (invariant 8). */
  readonly signal: AbortSignal;
  /** Registers something to stop, to be stopped before everything registered earlier. */
  defer(name: string, stop: () => void | Promise<void>): void;
  /** Stops everything, in reverse; a step that fails or hangs is reported and does not keep the others from being stopped. */
  close(): Promise<void>;
}

/** launchd and systemd kill 30 s after they have asked. */
const CLOSE_LIMIT_MS = 20_000;

/**
 * @param stepLimitMs how long one step may take before close() goes on without it
 * @param closeLimitMs how long close() may take in all; when it is over, what is left is told to stop but not waited for
 */
export function createScope(
  report: (message: string) => void,
  stepLimitMs = 5_000,
  closeLimitMs = CLOSE_LIMIT_MS,
): Scope {
  const controller = new AbortController();
  const steps: { name: string; stop: () => void | Promise<void> }[] = [];
  let closing: Promise<void> | null = null;

  async function run(): Promise<void> {
    controller.abort();
    const deadline = performance.now() + closeLimitMs;
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      const { name, stop } = step;
      try {
        const leftMs = Math.max(0, Math.round(deadline - performance.now()));
        await withLimit(Promise.resolve(stop()), Math.min(stepLimitMs, leftMs));
      } catch (error) {
        report(`stopping ${name}: ${messageOf(error)}`);
      }
    }
  }

  return {
    signal: controller.signal,
    defer(name, stop) {
      steps.push({ name, stop });
    },
    close() {
      closing ??= run();
      return closing;
    },
  };
}

async function withLimit(work: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${limitMs} ms`)), limitMs);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
