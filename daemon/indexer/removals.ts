// What is forgotten: the files of removed folders, pictures that were missing for too long, their thumbnails. In steps, and on with it after a
// restart: which there are to forget is told by rows.
import type { Logger } from "../log.ts";
import { inSteps } from "../steps.ts";

/** What removals need of the store. */
export interface RemovalsStore {
  /** False when there are none left. */
  forgetFiles(): boolean;
  /** Thumbnails that are nobody's now; null when there is nothing left to forget. */
  forgetMissing(beforeMs: number): readonly string[] | null;
  /** Resolves when the disk keeps up. */
  caughtUp(): Promise<void>;
}

export interface Removals {
  /** Resolves when nothing of removed folders is found any more, or the daemon stops. The rest is forgotten in the background. */
  forgetFolders(): Promise<void>;
  /** Forgets in the background what has been missing since before this time. */
  forgetMissing(beforeMs: number): void;
  close(): Promise<void>;
}

export interface RemovalsDeps {
  readonly store: RemovalsStore;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Thumbnails that no picture needs any more. */
  onForgotten(thumbnails: readonly string[]): void;
}

export function createRemovals({ store, signal, log, onForgotten }: RemovalsDeps): Removals {
  /** Patient: one at a time. */
  let tail: Promise<void> = Promise.resolve();
  const pace = { signal, caughtUp: () => store.caughtUp() };
  const hiding = new Set<Promise<void>>();

  function forgetSome(beforeMs: number): boolean {
    const thumbnails = store.forgetMissing(beforeMs);
    if (thumbnails !== null && thumbnails.length > 0) onForgotten(thumbnails);
    return thumbnails !== null;
  }

  function forgetMissing(beforeMs: number): void {
    tail = tail
      .then(() => inSteps(() => forgetSome(beforeMs), { ...pace, isPatient: true }))
      .catch((error: unknown) => log.error({ err: error }, "not everything that is gone could be forgotten"));
  }

  async function forgetFolders(): Promise<void> {
    const work = inSteps(() => store.forgetFiles(), { ...pace, isPatient: false });
    hiding.add(work);
    try {
      await work;
    } finally {
      hiding.delete(work);
      // Nothing has been missing for so long: only what nobody waits for.
      forgetMissing(1);
    }
  }

  return {
    forgetFolders,
    forgetMissing,
    async close() {
      await Promise.allSettled(hiding);
      await tail;
    },
  };
}
