// What is forgotten: the files of removed folders, pictures that were missing for too long, their thumbnails. In steps, in the background, and
// on with it after a restart: which there are to forget is told by rows.
import type { Logger } from "../log.ts";
import { inSteps } from "../steps.ts";

/** What removals need of the store. */
export interface RemovalsStore {
  /** False when all are hidden. */
  hideFiles(): boolean;
  /** False when there are none left. */
  forgetFiles(): boolean;
  /** Thumbnails that are nobody's now; null when there is nothing left to forget. */
  forgetMissing(beforeMs: number): readonly string[] | null;
  /** Resolves when the disk keeps up. */
  caughtUp(): Promise<void>;
}

export interface Removals {
  /** Hides what removed folders hold, then forgets it. */
  forgetFolders(): void;
  /** Forgets what has been missing since before this time. */
  forgetMissing(beforeMs: number): void;
  close(): Promise<void>;
}

export interface RemovalsDeps {
  readonly store: RemovalsStore;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** How many pictures are found has changed. */
  onChange(): void;
  /** Thumbnails that no picture needs any more. */
  onForgotten(thumbnails: readonly string[]): void;
}

export function createRemovals({ store, signal, log, onChange, onForgotten }: RemovalsDeps): Removals {
  /** Searches come by what is not hidden: it waits for nothing that is forgotten. */
  let hiding: Promise<void> = Promise.resolve();
  /** Patient: one at a time. */
  let forgetting: Promise<void> = Promise.resolve();
  const steps = (step: () => boolean, isPatient: boolean): Promise<void> =>
    inSteps(step, { signal, isPatient, caughtUp: () => store.caughtUp() });
  const failed = (error: unknown): void => log.error({ err: error }, "not everything that is gone could be forgotten");

  function forgetSome(beforeMs: number): boolean {
    const thumbnails = store.forgetMissing(beforeMs);
    if (thumbnails !== null && thumbnails.length > 0) onForgotten(thumbnails);
    return thumbnails !== null;
  }

  function forgetMissing(beforeMs: number): void {
    forgetting = forgetting.then(() => steps(() => forgetSome(beforeMs), true)).catch(failed);
  }

  return {
    forgetFolders() {
      hiding = hiding
        .then(() => steps(() => store.hideFiles(), false))
        .then(onChange)
        .catch(failed);
      const hidden = hiding;
      forgetting = forgetting
        .then(() => hidden)
        .then(() => steps(() => store.forgetFiles(), true))
        .catch(failed);
      // Nothing has been missing for so long: only what nobody waits for.
      forgetMissing(1);
    },
    forgetMissing,
    async close() {
      await Promise.all([hiding, forgetting]);
    },
  };
}
