// What keeps a library in good health: looking through it, copying it. (Putting it in order: tidying.ts.)
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import Database from "better-sqlite3";
import type { Connection } from "./database.ts";
import type { InspectTask } from "./inspect-thread.ts";
import type { Inspection } from "./inspection.ts";
import { corrupt } from "./sqlite-errors.ts";
import type { Store } from "./store.ts";

/** Pages copied at a time: 8 MB, some ten milliseconds. */
const STEP_PAGES = 512;

export function createCare(
  db: Connection,
  path: string,
  thumbnails: string,
  now: () => number,
): Pick<Store, "inspect" | "backup"> {
  return {
    inspect: (other = path) => runThread({ path: other, thumbnails, nowMs: now() }),
    async backup(target) {
      await db.backup(target, { progress: () => STEP_PAGES });
      // One file, without the write-ahead log beside it that this one has.
      const copy = new Database(target);
      copy.pragma("journal_mode = DELETE");
      copy.close();
    },
  };
}

function runThread(task: InspectTask): Promise<Inspection> {
  // The same extension as this module: .ts in a source checkout, .js when compiled.
  const entry = new URL(`./inspect-thread${extname(import.meta.filename)}`, import.meta.url);
  return new Promise((resolve, reject) => {
    const thread = new Worker(entry, { workerData: task });
    thread.once("message", resolve);
    // An error of SQLite loses its class on the way between threads, and keeps its code.
    thread.once("error", (error: Error & { code?: unknown }) => {
      const isSqlite = typeof error.code === "string" && error.code.startsWith("SQLITE_");
      reject(isSqlite ? corrupt(task.path, error.message, error) : error);
    });
    thread.once("exit", () => reject(new Error("the thread that looked through the library ended early")));
  });
}
