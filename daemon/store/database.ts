// Opens the database file: permissions, pragmas, extension, migrations. Knows nothing of what is in the tables.
import { chmodSync, closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import Database from "better-sqlite3";
import { load as loadVectorSearch } from "sqlite-vec";
import { AppError } from "../errors.ts";
import { corrupt, translateSqliteError, unusable } from "./sqlite-errors.ts";

export type Connection = Database.Database;

/** "reme" in ASCII: tells our files from other SQLite databases. */
const APPLICATION_ID = 0x72656d65;
/** Vectors are read in long runs: 16 kB pages scan a sixth faster than 4 kB ones. */
export const PAGE_BYTES = 16_384;
/** Pages are not mapped: mapped ones count as memory of the daemon, and little is read here (searches: reading-thread.ts). */
const CACHE_KIB = 4_096;
/** Of each reading thread: the inner pages of what it looks up; rows come from the system's cache. */
const READING_CACHE_KIB = 2_048;
const BUSY_TIMEOUT_MS = 5_000;
/** The log shrinks to this after a burst. */
const JOURNAL_LIMIT_BYTES = 67_108_864;
/** A thread copies the log into the file (checkpointing.ts). Whoever writes does it only when the thread did not get to it. */
const CHECKPOINT_PAGES = JOURNAL_LIMIT_BYTES / PAGE_BYTES;

const MIGRATIONS = new URL("./migrations/", import.meta.url);

/**
 * Opens or creates the database and brings its schema up to date.
 * Throws AppError: database-newer, database-corrupt, disk-full, or database-unusable when the file cannot be used at all.
 */
export function openDatabase(path: string): Connection {
  makePrivate(path);
  let db: Connection | undefined;
  try {
    db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
    const migrations = listMigrations();
    checkOrigin(db, path, migrations.at(-1)?.version ?? 0);
    // Has an effect on a new database only, and only before it becomes a WAL one.
    db.pragma(`page_size = ${PAGE_BYTES}`);
    // The same: unused pages can be handed back in small steps (tidying.ts) instead of writing the whole file anew.
    db.pragma("auto_vacuum = INCREMENTAL");
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = NORMAL");
    db.pragma("foreign_keys = ON");
    db.pragma(`cache_size = -${CACHE_KIB}`);
    db.pragma(`journal_size_limit = ${JOURNAL_LIMIT_BYTES}`);
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    loadVectorSearch(db);
    migrate(db, migrations);
    return db;
  } catch (error) {
    db?.close();
    throw translateSqliteError(error, path);
  }
}

/** Opens the library that openDatabase has brought up to date, for reading only. Its memory stays small whatever it reads: no mapping. */
export function openForReading(path: string): Connection {
  const db = new Database(path, { readonly: true, timeout: BUSY_TIMEOUT_MS });
  db.pragma(`cache_size = -${READING_CACHE_KIB}`);
  loadVectorSearch(db);
  return db;
}

/** For its owner only, from the first byte; SQLite gives the -wal and -shm files the same mode. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, "a", 0o600));
    chmodSync(path, 0o600);
  } catch (cause) {
    throw unusable(path, cause);
  }
}

/** Refuses, before anything is written, a database that is not ours or was made by a newer rememe. */
function checkOrigin(db: Connection, path: string, newest: number): void {
  const version = db.pragma("user_version", { simple: true }) as number;
  const application = db.pragma("application_id", { simple: true }) as number;
  const tables = db.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() as number;
  if (application !== APPLICATION_ID && (tables > 0 || version > 0 || application !== 0)) {
    throw corrupt(path, "it is a database of another program");
  }
  if (version > newest) {
    throw new AppError(
      "database-newer",
      `The library ${path} was written by a newer rememe (schema ${version}, this one knows ${newest}).`,
      { hint: "Update rememe; or move the file away and start again, your folders are then scanned afresh." },
    );
  }
}

interface Migration {
  /** The user_version that the database has afterwards. */
  readonly version: number;
  readonly sql: string;
}

function listMigrations(): readonly Migration[] {
  return readdirSync(MIGRATIONS)
    .flatMap((name) => {
      const version = /^(\d+)-.+\.sql$/.exec(name)?.[1];
      return version ? [{ version: Number(version), sql: readFileSync(new URL(name, MIGRATIONS), "utf8") }] : [];
    })
    .sort((a, b) => a.version - b.version);
}

function migrate(db: Connection, migrations: readonly Migration[]): void {
  const from = db.pragma("user_version", { simple: true }) as number;
  for (const { version, sql } of migrations) {
    if (version <= from) continue;
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`application_id = ${APPLICATION_ID}`);
      db.pragma(`user_version = ${version}`);
    }).immediate();
  }
}
