// What may be done with a library that no daemon has open. The one part of the store that the command line may use.
import Database from "better-sqlite3";
import { getLoadablePath } from "sqlite-vec";
import { acquireLock } from "./lock.ts";

/** Runs `work` while no daemon can open the library. @throws AppError already-running */
export async function whileClosed<Result>(lockPath: string, work: () => Promise<Result>): Promise<Result> {
  const lock = acquireLock(lockPath);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/** What SQLite says of the file, which is only read: "ok", or the first thing that is wrong. Throws when it cannot be read at all. */
export function lookAtClosed(path: string): string {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  try {
    db.loadExtension(getLoadablePath());
    return String(db.pragma("quick_check(1)", { simple: true }));
  } finally {
    db.close();
  }
}
