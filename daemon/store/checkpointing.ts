// Has SQLite's log copied into the database file by a thread: the disk takes tens of milliseconds for it, more when it is busy, and the
// daemon would answer nobody meanwhile. Decides when; SQLite itself copies only what the thread did not get to (database.ts).
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Connection } from "./database.ts";

export interface Checkpointing {
  /** Something may have been written. */
  wrote(): void;
  /** Resolves when the log is short: at once, or when it has been copied. */
  caughtUp(): Promise<void>;
  /** Resolves when the thread has ended. */
  close(): Promise<void>;
}

/** Pages in the log from which on they are copied: 4 MB. */
const MANY_PAGES = 250;
/** Who writes on and on waits from here, so that the log begins anew and is never so long that SQLite copies it: 16 MB. */
const LONG_PAGES = 1_000;
/** What is written in quick succession is copied at once. */
const QUIET_MS = 250;
/** The thread's memory is worth more than starting it again. */
const IDLE_MS = 30_000;

interface LogState {
  readonly log: number;
  readonly checkpointed: number;
}

/** @param path the database file */
export function createCheckpointing(db: Connection, path: string): Checkpointing {
  let thread: Worker | null = null;
  let ended: Promise<void> = Promise.resolve();
  let isCopying = false;
  const waiting: (() => void)[] = [];
  let isClosed = false;
  let look: NodeJS.Timeout | null = null;
  let idle: NodeJS.Timeout | null = null;

  function start(): Worker {
    // The same extension as this module: .ts in a source checkout, .js when compiled.
    const entry = new URL(`./checkpoint-thread${extname(import.meta.filename)}`, import.meta.url);
    const worker = new Worker(entry, { workerData: { path }, resourceLimits: { maxYoungGenerationSizeMb: 1 } });
    worker.unref();
    worker.on("message", () => {
      copied();
      idle?.refresh();
    });
    // Copying is help, not duty: without the thread SQLite does it.
    worker.on("error", () => {});
    ended = new Promise((resolve) => {
      worker.once("exit", () => {
        if (thread === worker) thread = null;
        copied();
        resolve();
      });
    });
    idle = setTimeout(end, IDLE_MS).unref();
    return worker;
  }

  function end(): void {
    if (idle) clearTimeout(idle);
    thread?.postMessage("close");
    thread = null;
  }

  function copied(): void {
    isCopying = false;
    for (const resolve of waiting.splice(0)) resolve();
  }

  /** False when there are not that many pages to copy. */
  function copy(pages: number): boolean {
    if (isClosed || !db.open) return false;
    // NOOP tells the state of the log from memory, in some microseconds.
    const [state] = db.pragma("wal_checkpoint(NOOP)") as [LogState?];
    if (!state || state.log - state.checkpointed < pages) return false;
    if (!isCopying) {
      isCopying = true;
      thread ??= start();
      thread.postMessage("copy");
    }
    return true;
  }

  function copyMany(): void {
    look = null;
    copy(MANY_PAGES);
  }

  return {
    wrote() {
      if (!isClosed) look ??= setTimeout(copyMany, QUIET_MS).unref();
    },
    async caughtUp() {
      if (copy(LONG_PAGES)) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    async close() {
      isClosed = true;
      if (look) clearTimeout(look);
      thread?.ref();
      end();
      await ended;
    },
  };
}

/** The same functions; `after` is called when one of them returned or threw. */
export function callingAfter<T extends object>(verbs: T, after: () => void): T {
  const wrapped = Object.entries(verbs).map(([name, verb]: [string, (...args: unknown[]) => unknown]) => [
    name,
    (...args: unknown[]) => {
      try {
        return verb(...args);
      } finally {
        after();
      }
    },
  ]);
  return Object.fromEntries(wrapped) as T;
}
