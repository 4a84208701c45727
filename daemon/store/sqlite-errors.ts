// SQLite's result codes in our words. Everything that leaves the store went through here.
import { basename, dirname } from "node:path";
import Database from "better-sqlite3";
import { AppError, messageOf } from "../errors.ts";

/** The AppError for what SQLite threw, or the thing itself when it is a bug of ours. `path` is the database file. */
export function translateSqliteError(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const { code } = error;
  if (code === "SQLITE_FULL") {
    return new AppError("disk-full", "The disk is full: the library cannot be written.", {
      hint: `Free some space on the disk of ${dirname(path)}; nothing is lost, indexing goes on by itself.`,
      cause: error,
    });
  }
  if (code === "SQLITE_NOTADB" || code.startsWith("SQLITE_CORRUPT")) return corrupt(path, error.message, error);
  if (code.startsWith("SQLITE_READONLY") || code.startsWith("SQLITE_CANTOPEN") || code.startsWith("SQLITE_IOERR")) {
    return unusable(path, error);
  }
  return error;
}

/** The file cannot be opened, read or written at all. */
export function unusable(path: string, cause: unknown): AppError {
  return new AppError("database-unusable", `The library ${path} cannot be read and written: ${messageOf(cause)}.`, {
    hint: `Make sure that ${path} is a file of yours, and that you may write to ${dirname(path)} and its disk works.`,
    cause,
  });
}

/** The file is damaged, or not ours. */
export function corrupt(path: string, what: string, cause?: unknown): AppError {
  return new AppError("database-corrupt", `The library ${path} cannot be used: ${what}.`, {
    hint:
      `Your pictures are safe; only what rememe knows about them is in this file. Move it away together with ` +
      `${basename(path)}-wal and ${basename(path)}-shm, start again and add your folders anew: they are scanned afresh.`,
    cause,
  });
}

/** The same functions, throwing (or rejecting with) AppErrors for what is wrong with the disk or the file. */
export function translateErrorsOf<T extends object>(verbs: T, path: string): T {
  const fail = (error: unknown): never => {
    throw translateSqliteError(error, path);
  };
  const wrapped = Object.entries(verbs).map(([name, verb]: [string, (...args: unknown[]) => unknown]) => [
    name,
    (...args: unknown[]) => {
      try {
        const result = verb(...args);
        return result instanceof Promise ? result.catch(fail) : result;
      } catch (error) {
        return fail(error);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as T;
}
