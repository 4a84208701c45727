// Lets new pictures be compared with all others, a while after the last one came. Decides when; the store does the work.
import { messageOf } from "../errors.ts";
import type { Logger } from "../log.ts";

export interface DuplicatesDeps {
  /** Compares some new pictures; resolves with how many, 0 when there are none. */
  compareNew(): Promise<number>;
  readonly signal: AbortSignal;
  readonly log: Logger;
  onChange(): void;
}

export interface Duplicates {
  /** There may be new pictures. Cheap; call it as often as you like. */
  wake(): void;
  /** Settles when nothing runs any more. */
  close(): Promise<void>;
}

const QUIET_MS = 2_000;
/** A long first indexing is looked at in between. */
const MAX_WAIT_MS = 60_000;

export function createDuplicates({ compareNew, signal, log, onChange }: DuplicatesDeps): Duplicates {
  let timer: NodeJS.Timeout | undefined;
  let wokenAtMs: number | null = null;
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    let compared = 0;
    try {
      for (let some = -1; some !== 0 && !signal.aborted; compared += some) some = await compareNew();
    } catch (error) {
      if (!signal.aborted) log.warn({ reason: messageOf(error) }, "pictures not compared");
    }
    if (compared > 0 && !signal.aborted) {
      log.debug({ compared }, "compared new pictures");
      onChange();
    }
  }

  function start(): void {
    wokenAtMs = null;
    if (signal.aborted) return;
    running = run().finally(() => {
      running = null;
    });
  }

  return {
    wake() {
      if (signal.aborted || running) return;
      wokenAtMs ??= Date.now();
      clearTimeout(timer);
      const left = wokenAtMs + MAX_WAIT_MS - Date.now();
      timer = setTimeout(start, Math.max(0, Math.min(QUIET_MS, left))).unref();
    },
    async close() {
      clearTimeout(timer);
      await running;
    },
  };
}
