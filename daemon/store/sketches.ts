// The derived tables of one index, written together with its vectors: sketches_<id>, which the reading thread keeps in memory, and
// numbers_<id>, from which it scores candidates. Never asked what a vector is; can be thrown away and made again at any time.
import type { Connection } from "./database.ts";
import { numbersOf, sketchOf, vectorOf } from "./sketch-form.ts";

export interface Sketches {
  put(imageId: number, vector: Float32Array): void;
  remove(imageId: number): void;
  /** The vector, as its numbers tell it. */
  get(imageId: number): Float32Array | null;
}

/** Float32 numbers, as stored. */
export function toCentre(blob: Buffer): Float32Array {
  return new Float32Array(new Uint8Array(blob).buffer);
}

export function createSketches(db: Connection, indexId: number, centre: Float32Array): Sketches {
  // A serial is never used twice: whatever is newer than the last one seen is news.
  const putSketch = db.prepare<[number, Buffer]>(
    `INSERT OR REPLACE INTO sketches_${indexId} (image_id, sketch) VALUES (?, ?)`,
  );
  const putNumbers = db.prepare<[number, Buffer]>(
    `INSERT OR REPLACE INTO numbers_${indexId} (image_id, numbers) VALUES (?, ?)`,
  );
  const removals = ["sketches", "numbers"].map((kind) =>
    db.prepare<[number]>(`DELETE FROM ${kind}_${indexId} WHERE image_id = ?`),
  );
  const numbers = db.prepare<[number], Buffer>(`SELECT numbers FROM numbers_${indexId} WHERE image_id = ?`).pluck();
  return {
    get(imageId) {
      const row = numbers.get(imageId);
      return row ? vectorOf(row, centre.length) : null;
    },
    put(imageId, vector) {
      putSketch.run(imageId, sketchOf(vector, centre));
      putNumbers.run(imageId, numbersOf(vector));
    },
    remove(imageId) {
      for (const removal of removals) removal.run(imageId);
    },
  };
}

export function createSketchTables(db: Connection, indexId: number): void {
  db.exec(
    `CREATE TABLE IF NOT EXISTS sketches_${indexId} (serial INTEGER PRIMARY KEY AUTOINCREMENT, image_id INTEGER NOT NULL UNIQUE, sketch BLOB NOT NULL);
     CREATE TABLE IF NOT EXISTS numbers_${indexId} (image_id INTEGER PRIMARY KEY, numbers BLOB NOT NULL)`,
  );
}

function hasSketchTables(db: Connection, indexId: number): boolean {
  const count = db.prepare<[string, string], number>("SELECT count(*) FROM sqlite_schema WHERE name IN (?, ?)").pluck();
  return count.get(`sketches_${indexId}`, `numbers_${indexId}`) === 2;
}

/** Sketches whose tables are gone are not there. */
export function forgetLostSketches(db: Connection): void {
  const ids = db.prepare<[], number>("SELECT id FROM indexes WHERE centre IS NOT NULL").pluck();
  const forget = db.prepare<[number]>("UPDATE indexes SET centre = NULL, unsketched_from = NULL WHERE id = ?");
  for (const id of ids.all()) if (!hasSketchTables(db, id)) forget.run(id);
}
