// What keeps a library in good health: looking through it, copying it, handing unused space back.
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import Database from "better-sqlite3";
import { type Connection, PAGE_BYTES } from "./database.ts";
import type { Indexes } from "./indexes.ts";
import type { InspectTask } from "./inspect-thread.ts";
import type { Inspection } from "./inspection.ts";
import { corrupt } from "./sqlite-errors.ts";
import type { Store } from "./store.ts";
import type { VectorTable } from "./vector-table.ts";

/** Pages copied or handed back at a time: 8 MB, some ten milliseconds. */
const STEP_PAGES = 512;
/** Unused pages are kept for what comes next unless they are more than this part of the file, */
const MAX_UNUSED = 0.2;
/** and more than 16 MB. */
const MIN_UNUSED_PAGES = 1_024;
/** A part of the full text tables is written anew when so many percent of it are of removed pictures. */
const WORTH_MERGING = 10;
/** Of the full text tables, in one step; 4 kB each. */
const MERGED_PAGES = 16;
/** Vectors put anew in one transaction. */
const VECTORS_AT_ONCE = 100;

export function createCare(
  db: Connection,
  indexes: Indexes,
  path: string,
  thumbnails: string,
  now: () => number,
): Pick<Store, "inspect" | "backup" | "giveBack"> {
  const pages = (name: "freelist_count" | "page_count"): number => db.pragma(name, { simple: true }) as number;

  const changes = db.prepare<[], number>("SELECT total_changes()").pluck();
  const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  const putAnew = db.transaction((table: VectorTable, imageIds: readonly number[]) => {
    for (const imageId of imageIds) {
      const vector = table.get(imageId);
      if (vector) table.put(imageId, vector);
    }
  });

  /** The index may have been dropped meanwhile. */
  const isGone = (table: VectorTable): boolean => !db.open || !indexes.tables().includes(table);

  async function gather(table: VectorTable): Promise<void> {
    for (let next = table.scattered(0); next !== null; ) {
      for (let from = 0; from < next.imageIds.length; from += VECTORS_AT_ONCE) {
        await breathe();
        if (isGone(table)) return;
        putAnew.immediate(table, next.imageIds.slice(from, from + VECTORS_AT_ONCE));
      }
      await breathe();
      if (isGone(table)) return;
      next = table.scattered(next.last);
    }
  }

  /** Takes removed texts out of the full text tables for good. */
  async function mergeTexts(): Promise<void> {
    for (const table of ["words", "trigrams"]) {
      const set = (percent: number): string =>
        `INSERT INTO ${table} (${table}, rank) VALUES ('deletemerge', ${percent})`;
      const some = db.transaction((): boolean => {
        const before = changes.get() ?? 0;
        db.exec(`${set(WORTH_MERGING)}; INSERT INTO ${table} (${table}, rank) VALUES ('merge', ${MERGED_PAGES})`);
        // FTS5 says that it found nothing to do by changing next to nothing; what it is told counts for one each.
        const isDone = (changes.get() ?? 0) - before < 4;
        db.exec(set(0));
        return !isDone;
      });
      while (db.open && some.immediate()) await breathe();
    }
  }

  return {
    inspect: (other = path) => runThread({ path: other, thumbnails, nowMs: now() }),
    async backup(target) {
      await db.backup(target, { progress: () => STEP_PAGES });
      // One file, without the write-ahead log beside it that this one has.
      const copy = new Database(target);
      copy.pragma("journal_mode = DELETE");
      copy.close();
    },
    async giveBack() {
      for (const table of indexes.tables()) await gather(table);
      await mergeTexts();
      const unused = pages("freelist_count");
      if (unused < MIN_UNUSED_PAGES || unused < pages("page_count") * MAX_UNUSED) return 0;
      while (db.open && pages("freelist_count") > 0) {
        db.pragma(`incremental_vacuum(${STEP_PAGES})`);
        await breathe();
      }
      return unused * PAGE_BYTES;
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
