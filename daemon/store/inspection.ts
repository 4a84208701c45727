// Looks for what does not fit together in a library and its thumbnails. Only reads; runs in a thread of its own (inspect-thread.ts).
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Connection } from "./database.ts";
import { IMAGE_OF, SCENE_VECTORS } from "./scenes.ts";
import { describePlaces, lines, PLACES, type Place, TAGS } from "./text-index.ts";

/** What was found. Ids are those of pictures unless said otherwise; repair.ts looks again before it changes anything. */
export interface Inspection {
  /** What SQLite says of its file, line by line; empty when it is sound. */
  readonly damage: readonly string[];
  readonly pictures: number;
  /** Ids of vectors (scenes.ts). */
  readonly strayVectors: readonly number[];
  readonly withoutVector: readonly number[];
  /** Ids of indexes whose sketches do not fit their vectors. */
  readonly unfitSketches: readonly number[];
  readonly strayTexts: readonly number[];
  readonly withoutText: readonly number[];
  readonly staleText: readonly number[];
  /** Their row says otherwise than the user did. */
  readonly staleMarks: readonly number[];
  readonly withoutThumbnail: readonly number[];
  /** Names below the thumbnails directory that no picture needs, old enough not to be of a picture that is being stored. */
  readonly strayThumbnails: readonly string[];
  /** Ids of files that count as read, without a picture. */
  readonly lostFiles: readonly number[];
  /** Ids of files that count as failed, without a reason. */
  readonly unexplainedFiles: readonly number[];
  /** Pictures that no file holds, and nobody waits to forget. */
  readonly forgotten: readonly number[];
  /** Counters that are wrong. */
  readonly wrongCounters: number;
}

/** Younger thumbnails may belong to a picture that is being stored at this moment. */
const MIN_AGE_MS = 3_600_000;
const MAX_DAMAGE_LINES = 20;

/** What counters must be, from the rows they count. Also the repair. */
export const COUNTERS = {
  folders: `SELECT folders.id, count(files.id) AS files, ifnull(sum(files.state = 'pending'), 0) AS pending, ifnull(sum(files.state = 'failed'), 0) AS failed
    FROM folders LEFT JOIN files ON folder_id = folders.id AND missing_at_ms IS NULL GROUP BY folders.id`,
  images: `SELECT images.id, count(files.id) AS present
    FROM images LEFT JOIN files ON image_id = images.id AND missing_at_ms IS NULL GROUP BY images.id`,
} as const;

/** Reads everything there is: seconds for a large library. Throws what SQLite throws when the file cannot be read at all. */
export function inspect(db: Connection, thumbnails: string, nowMs: number): Inspection {
  // One state of the library for all the questions, whatever is written meanwhile.
  return db.transaction(() => {
    const ids = (sql: string): readonly number[] => db.prepare<[], number>(sql).pluck().all();
    const damage = (db.pragma(`integrity_check(${MAX_DAMAGE_LINES})`) as { integrity_check: string }[])
      .map((row) => row.integrity_check)
      .filter((line) => line !== "ok");
    const indexes = ids("SELECT id FROM indexes WHERE dropped = 0");
    return {
      damage,
      pictures: ids("SELECT count(*) FROM images WHERE present > 0")[0] ?? 0,
      ...inspectVectors(ids, indexes),
      unfitSketches: ids("SELECT id FROM indexes WHERE centre IS NOT NULL").filter((id) => !fits(ids, id)),
      staleMarks: ids(
        `SELECT id FROM images LEFT JOIN marks USING (content_hash)
         WHERE images.favourite_at_ms IS NOT marks.favourite_at_ms OR images.hidden <> ifnull(marks.hidden, 0)`,
      ),
      ...inspectTexts(db, ids),
      ...inspectThumbnails(db, thumbnails, nowMs),
      lostFiles: ids("SELECT id FROM files WHERE state = 'indexed' AND image_id IS NULL"),
      unexplainedFiles: ids(
        "SELECT id FROM files WHERE state = 'failed' AND NOT EXISTS (SELECT 1 FROM failures WHERE file_id = files.id)",
      ),
      forgotten: ids(
        "SELECT id FROM images WHERE orphaned_at_ms IS NULL AND NOT EXISTS (SELECT 1 FROM files WHERE image_id = images.id)",
      ),
      wrongCounters:
        ids(
          `SELECT (SELECT count(*) FROM folders JOIN (${COUNTERS.folders}) AS real USING (id)
           WHERE (folders.files, folders.pending, folders.failed) IS NOT (real.files, real.pending, real.failed))
         + (SELECT count(*) FROM images JOIN (${COUNTERS.images}) AS real USING (id) WHERE images.present <> real.present)
         + (SELECT count(*) FROM library WHERE images <> (SELECT count(*) FROM images WHERE present > 0))`,
        )[0] ?? 0,
    };
  })();
}

type Ids = (sql: string) => readonly number[];

function inspectVectors(ids: Ids, indexes: readonly number[]): Pick<Inspection, "strayVectors" | "withoutVector"> {
  return {
    strayVectors: indexes.flatMap((indexId) =>
      ids(`SELECT rowid FROM vectors_${indexId} WHERE rowid NOT IN (SELECT id FROM images UNION ALL ${SCENE_VECTORS})`),
    ),
    withoutVector: indexes.flatMap((indexId) =>
      ids(
        `SELECT id FROM images WHERE index_id = ${indexId} AND id NOT IN (SELECT rowid FROM vectors_${indexId})
         UNION SELECT image_id FROM scenes WHERE image_id IN (SELECT id FROM images WHERE index_id = ${indexId})
           AND ((scene << 32) | image_id) NOT IN (SELECT rowid FROM vectors_${indexId}_rowids)`,
      ),
    ),
  };
}

/** Every vector has its sketch, but for those that wait for it, and every sketch its vector. */
function fits(ids: Ids, indexId: number): boolean {
  const hasTables = "SELECT count(*) = 2 FROM sqlite_schema WHERE name IN";
  if (ids(`${hasTables} ('sketches_${indexId}', 'numbers_${indexId}')`)[0] !== 1) return false;
  return [`sketches_${indexId}`, `numbers_${indexId}`].every((table) => {
    const strays = `SELECT 1 FROM ${table} WHERE image_id NOT IN (SELECT rowid FROM vectors_${indexId}_rowids) LIMIT 1`;
    const missing = `SELECT 1 FROM vectors_${indexId}_rowids WHERE rowid NOT IN (SELECT image_id FROM ${table})
      AND ${IMAGE_OF("rowid")} < (SELECT ifnull(unsketched_from, 9e15) FROM indexes WHERE id = ${indexId}) LIMIT 1`;
    return ids(strays).length + ids(missing).length === 0;
  });
}

function inspectTexts(db: Connection, ids: Ids): Pick<Inspection, "strayTexts" | "withoutText" | "staleText"> {
  // The tables have no content of their own; which rows they have stands in their _docsize tables.
  const inBoth = "SELECT id FROM words_docsize INTERSECT SELECT id FROM trigrams_docsize";
  const inAny = "SELECT id FROM words_docsize UNION SELECT id FROM trigrams_docsize";
  const places = db.prepare<[number], Place>(PLACES);
  const tagsOf = db.prepare<[number], string>(TAGS).pluck();
  const shown = db.prepare<[], { id: number; names: string; folders: string; tags: string }>(
    "SELECT id, names, folders, tags FROM images WHERE present > 0",
  );
  const staleText: number[] = [];
  for (const { id, names, folders, tags } of shown.all()) {
    const real = describePlaces(places.all(id));
    if (real.names !== names || real.folders !== folders || lines(tagsOf.all(id)) !== tags) staleText.push(id);
  }
  return {
    strayTexts: ids(`SELECT id FROM (${inAny}) WHERE id NOT IN (SELECT id FROM images)`),
    withoutText: ids(`SELECT id FROM images WHERE present > 0 AND id NOT IN (${inBoth})`),
    staleText,
  };
}

function inspectThumbnails(
  db: Connection,
  directory: string,
  nowMs: number,
): Pick<Inspection, "withoutThumbnail" | "strayThumbnails"> {
  const needed = new Set<string>();
  const withoutThumbnail = new Set<number>();
  for (const { id, thumbnail } of db
    .prepare<[], { id: number; thumbnail: string }>(
      "SELECT id, thumbnail FROM images UNION ALL SELECT image_id, thumbnail FROM scenes ORDER BY id",
    )
    .all()) {
    needed.add(thumbnail);
    // Empty: what a power cut can leave of a file that was just written.
    if (!statSync(join(directory, thumbnail), { throwIfNoEntry: false })?.size) withoutThumbnail.add(id);
  }
  const strayThumbnails: string[] = [];
  for (const name of existsSync(directory) ? readdirSync(directory, { recursive: true, encoding: "utf8" }) : []) {
    const stats = needed.has(name) ? undefined : statSync(join(directory, name), { throwIfNoEntry: false });
    if (stats?.isFile() && nowMs - stats.mtimeMs >= MIN_AGE_MS) strayThumbnails.push(name);
  }
  return { withoutThumbnail: [...withoutThumbnail], strayThumbnails };
}
