// Puts together what becomes scattered while pictures come and go (vectors, full text, unused pages), so that searches read less and the disk
// gets its space back. In short steps: the daemon goes on answering, and what a crash interrupts is taken up the next time.
import { inSteps, type Pace } from "../steps.ts";
import { type Connection, PAGE_BYTES } from "./database.ts";
import type { Indexes } from "./indexes.ts";
import type { Store } from "./store.ts";
import type { VectorTable } from "./vector-table.ts";

/** Unused pages are kept for what comes next unless they are more than this part of the file, */
const MAX_UNUSED = 0.2;
/** and more than 16 MB. */
const MIN_UNUSED_PAGES = 1_024;
/** Handed back at a time: 1 MB. */
const PAGES_GIVEN_BACK = 64;
/** A part of a full text table is written anew when so many percent of it are of removed pictures. */
const WORTH_MERGING = 10;
/** A full text table is put together when more than this part of it stands outside its largest piece: every piece is one more place to look at. */
const SCATTERED = 0.25;
/** Of a full text table, in one step; 4 kB each. */
const MERGED_PAGES = 8;
/** FTS5 says that it found nothing to do by changing next to nothing; what it is told counts for one each. */
const NEXT_TO_NOTHING = 4;
/** Vectors put anew in one transaction. */
const VECTORS_AT_ONCE = 10;

export function createTidying(db: Connection, indexes: Indexes, caughtUp: Pace["caughtUp"]): Pick<Store, "giveBack"> {
  const pages = (name: "freelist_count" | "page_count"): number => db.pragma(name, { simple: true }) as number;
  const changes = db.prepare<[], number>("SELECT total_changes()").pluck();
  const putAnew = db.transaction((table: VectorTable, imageIds: readonly number[]) => {
    for (const imageId of imageIds) {
      const vector = table.get(imageId);
      if (vector) table.put(imageId, vector);
    }
  });

  /** The index may have been dropped meanwhile. */
  const isGone = (table: VectorTable): boolean => !db.open || !indexes.tables().includes(table);

  /** Vectors of chunks that are half empty, a few at a time; false at the end. */
  function gathering(table: VectorTable): () => boolean {
    let imageIds: readonly number[] = [];
    let last = 0;
    return () => {
      if (isGone(table)) return false;
      if (imageIds.length === 0) {
        const next = table.scattered(last);
        if (next) ({ imageIds, last } = next);
        return next !== null;
      }
      putAnew.immediate(table, imageIds.slice(0, VECTORS_AT_ONCE));
      imageIds = imageIds.slice(VECTORS_AT_ONCE);
      return true;
    };
  }

  /** Takes removed texts out of a full text table for good, and makes one piece of it when it stands in many; false at the end. */
  function merging(table: "words" | "trigrams"): () => boolean {
    const tell = (command: string, value: number): string =>
      `INSERT INTO ${table} (${table}, rank) VALUES ('${command}', ${value});`;
    const isScattered = db
      .prepare<[number], number>(
        `SELECT sum(pages) - max(pages) > sum(pages) * ? FROM (SELECT count(*) AS pages FROM ${table}_idx GROUP BY segid)`,
      )
      .pluck();
    // A negative number makes FTS5 count all pieces as ones to be merged; the steps after it go on with that.
    let pagesNow = isScattered.get(SCATTERED) ? -MERGED_PAGES : MERGED_PAGES;
    const some = db.transaction((): boolean => {
      const before = changes.get() ?? 0;
      db.exec(tell("deletemerge", WORTH_MERGING) + tell("merge", pagesNow));
      pagesNow = MERGED_PAGES;
      const isDone = (changes.get() ?? 0) - before < NEXT_TO_NOTHING;
      db.exec(tell("deletemerge", 0));
      return !isDone;
    });
    return () => db.open && some.immediate();
  }

  function givingBack(): boolean {
    if (!db.open || pages("freelist_count") === 0) return false;
    db.pragma(`incremental_vacuum(${PAGES_GIVEN_BACK})`);
    return true;
  }

  return {
    async giveBack(isPatient = false) {
      const pace = { isPatient, caughtUp };
      for (const table of indexes.tables()) await inSteps(gathering(table), pace);
      for (const table of ["words", "trigrams"] as const) if (db.open) await inSteps(merging(table), pace);
      const unused = db.open ? pages("freelist_count") : 0;
      if (unused < MIN_UNUSED_PAGES || unused < pages("page_count") * MAX_UNUSED) return 0;
      await inSteps(givingBack, pace);
      return unused * PAGE_BYTES;
    },
  };
}
