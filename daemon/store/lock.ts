// One daemon at a time. The lock is SQLite's own lock on a file of its own, which the system drops when the process dies, however it dies.
// Nobody else may open that file in this process: on POSIX systems closing any descriptor of it would drop the lock.
import Database from "better-sqlite3";
import { AppError } from "../errors.ts";
import { translateSqliteError } from "./sqlite-errors.ts";

export interface Lock {
  /** Safe to call twice. */
  release(): void;
}

/** Keeps the connections alive: one that nobody refers to is closed by the garbage collector, and its lock is gone. */
const connections = new Set<Database.Database>();

/** Takes the lock or throws AppError("already-running"). The empty file stays; that means nothing. */
export function acquireLock(path: string): Lock {
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { timeout: 0 });
    // No journal beside it: nothing is ever written.
    db.pragma("journal_mode = MEMORY");
    db.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    db?.close();
    if (error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY")) {
      throw new AppError("already-running", "rememe is running already.", {
        hint: "`rememe status` shows it; `rememe stop` ends it.",
        cause: error,
      });
    }
    throw translateSqliteError(error, path);
  }
  const held = db;
  connections.add(held);
  return {
    release() {
      connections.delete(held);
      held.close();
    },
  };
}
