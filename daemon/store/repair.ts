// Mends what an inspection found. Everything is looked at again here: the library has gone on living since.
import type { Connection } from "./database.ts";
import type { Indexes } from "./indexes.ts";
import { COUNTERS, type Inspection } from "./inspection.ts";
import { IMAGE_OF } from "./scenes.ts";
import type { Sketching } from "./sketching.ts";
import type { Store } from "./store.ts";
import type { TextIndex } from "./text-index.ts";
import { URGENCY } from "./urgency.ts";

/** Pictures in one transaction: some milliseconds, in which nobody is answered. */
const BATCH = 50;

export function createRepair(
  db: Connection,
  indexes: Indexes,
  sketching: Sketching,
  texts: TextIndex,
  now: () => number,
): Pick<Store, "repair"> {
  const isPicture = db.prepare<[number], number>("SELECT EXISTS (SELECT 1 FROM images WHERE id = ?)").pluck();
  const isKnown = db
    .prepare<{ vector: number }, number>(
      `SELECT EXISTS (SELECT 1 FROM images WHERE id = :vector)
         OR EXISTS (SELECT 1 FROM scenes WHERE image_id = ${IMAGE_OF(":vector")} AND scene = :vector >> 32)`,
    )
    .pluck();
  const markIncomplete = db.prepare<[number]>("UPDATE images SET index_id = NULL, reread = 1 WHERE id = ?");
  const readAgain = db.prepare<[number]>(
    `UPDATE files SET state = 'pending', urgency = ${URGENCY.embedding}
     WHERE image_id = ? AND state = 'indexed' AND missing_at_ms IS NULL`,
  );
  const readFile = db.prepare<[number]>(
    `UPDATE files SET state = 'pending', urgency = ${URGENCY.backlog}
     WHERE id = ? AND (state = 'indexed' AND image_id IS NULL
       OR state = 'failed' AND NOT EXISTS (SELECT 1 FROM failures WHERE file_id = files.id))`,
  );
  const orphan = db.prepare<[number, number]>(
    `UPDATE images SET orphaned_at_ms = ?
     WHERE id = ? AND orphaned_at_ms IS NULL AND NOT EXISTS (SELECT 1 FROM files WHERE image_id = images.id)`,
  );
  const copyMarks = db.prepare<[number]>(
    `UPDATE images SET (favourite_at_ms, hidden) =
       (SELECT max(favourite_at_ms), ifnull(max(hidden), 0) FROM marks WHERE marks.content_hash = images.content_hash) WHERE id = ?`,
  );
  const allShown = db.prepare<[], number>("SELECT id FROM images WHERE present > 0").pluck();

  /** One transaction for some of them at a time; the event loop is free in between. */
  async function each<T>(items: readonly T[], work: (item: T) => void): Promise<void> {
    const run = db.transaction((some: readonly T[]) => some.forEach(work));
    for (let from = 0; from < items.length; from += BATCH) {
      run.immediate(items.slice(from, from + BATCH));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  function readPictureAgain(imageId: number): void {
    markIncomplete.run(imageId);
    readAgain.run(imageId);
  }

  const recount = db.transaction(() => {
    db.exec(
      `UPDATE folders SET (files, pending, failed) = (real.files, real.pending, real.failed)
         FROM (${COUNTERS.folders}) AS real WHERE real.id = folders.id;
       UPDATE images SET present = real.present
         FROM (${COUNTERS.images}) AS real WHERE real.id = images.id AND images.present <> real.present;
       UPDATE library SET images = (SELECT count(*) FROM images WHERE present > 0), revision = revision + 1;`,
    );
  });

  async function mendIndexes(damage: readonly string[]): Promise<void> {
    if (damage.some((line) => /missing from index|wrong # of entries in index/i.test(line))) db.exec("REINDEX");
    if (!damage.some((line) => /fts5|inverted index|words|trigrams/i.test(line))) return;
    db.exec("INSERT INTO words (words) VALUES ('delete-all'); INSERT INTO trigrams (trigrams) VALUES ('delete-all')");
    await each(allShown.all(), (imageId) => texts.update(imageId, true));
  }

  return {
    async repair(found: Inspection) {
      await mendIndexes(found.damage);
      // First, because what is shown decides about texts.
      if (found.wrongCounters > 0) recount.immediate();
      await each(found.strayVectors, (vector) => {
        if (!isKnown.get({ vector })) indexes.removeVectors([vector]);
      });
      // Made again in the background; until then searches are answered exactly.
      for (const indexId of found.unfitSketches) sketching.discard(indexId).catch(() => {});
      await each(found.staleMarks, (imageId) => copyMarks.run(imageId));
      await each(found.strayTexts, (imageId) => {
        if (!isPicture.get(imageId)) texts.remove(imageId);
      });
      await each([...found.withoutText, ...found.staleText], (imageId) => texts.update(imageId, true));
      await each([...found.withoutVector, ...found.withoutThumbnail], readPictureAgain);
      await each([...found.lostFiles, ...found.unexplainedFiles], (fileId) => readFile.run(fileId));
      await each(found.forgotten, (imageId) => orphan.run(now(), imageId));
    },
  };
}
