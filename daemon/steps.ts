// Long work of the store in short steps, so that the daemon goes on answering. Knows nothing of the work.
import { setImmediate, setTimeout } from "node:timers/promises";

export interface Pace {
  /** Without one, the step itself says when it is over. */
  readonly signal?: AbortSignal;
  /** Nobody waits for the end: others have half of the time. */
  readonly isPatient: boolean;
  /** What is written must not pile up: a disk that is behind holds up whoever writes next. */
  caughtUp(): Promise<void>;
}

/** Repeats a step of some milliseconds until it says false, or the signal is aborted. Errors of a step are the caller's. */
export async function inSteps(step: () => boolean, { signal, isPatient, caughtUp }: Pace): Promise<void> {
  while (!signal?.aborted) {
    const started = performance.now();
    if (!step()) return;
    if (isPatient) await setTimeout(performance.now() - started);
    else await setImmediate();
    await caughtUp();
  }
}
