// One vec0 table: the vectors of one index, and what is derived from them, written together.
import type { Connection } from "./database.ts";
import type { Sketches } from "./sketches.ts";
import type { StoredIndex } from "./store.ts";

export interface VectorTable {
  readonly index: StoredIndex;
  /** Replaces the picture's vector. Throws when its length is wrong. */
  put(imageId: number, vector: Float32Array): void;
  remove(imageId: number): void;
  get(imageId: number): Float32Array | null;
  /** Right to some 10⁻⁵ where there are sketches: read in no time, while vec0 reads through half a chunk. */
  nearly(imageId: number): Float32Array | null;
  has(imageId: number): boolean;
  /**
   * Pictures whose vectors stand in chunks that removals have half emptied, of the next few chunks. New vectors only ever go into the
   * last chunk, and every search reads whole chunks: put anew, these make room.
   * @param after the `last` of the call before, 0 at first
   */
  scattered(after: number): { readonly imageIds: readonly number[]; readonly last: number } | null;
  /** Are there so many vectors? */
  holds(count: number): boolean;
  /** Makes the picture's sketch from its vector, if it has one. */
  sketch(imageId: number): void;
}

/** vec0's own; a chunk is freed when it is empty. */
const CHUNK_VECTORS = 1_024;
/** Looked at in one step: a page of the file each. */
const CHUNKS_AT_ONCE = 8;

export function createVectorTable(db: Connection, index: StoredIndex, sketches: Sketches | null): VectorTable {
  const table = `vectors_${index.id}`;
  const insert = db.prepare<[bigint, Buffer]>(`INSERT INTO ${table} (rowid, embedding) VALUES (?, ?)`);
  const remove = db.prepare<[bigint]>(`DELETE FROM ${table} WHERE rowid = ?`);
  const read = db.prepare<[bigint], Buffer>(`SELECT embedding FROM ${table} WHERE rowid = ?`).pluck();
  const chunks = db
    .prepare<[number], [number, Buffer]>(
      `SELECT chunk_id, validity FROM ${table}_chunks
       WHERE chunk_id > ? AND chunk_id < (SELECT max(chunk_id) FROM ${table}_chunks) ORDER BY chunk_id LIMIT ${CHUNKS_AT_ONCE}`,
    )
    .raw();
  const rowidsOf = db.prepare<[number], Buffer>(`SELECT rowids FROM ${table}_chunks WHERE chunk_id = ?`).pluck();

  function scattered(after: number): ReturnType<VectorTable["scattered"]> {
    const next = chunks.all(after);
    const last = next.at(-1)?.[0];
    if (last === undefined) return null;
    const imageIds = next.flatMap(([chunk, validity]) => {
      const places = placesOf(validity);
      if (places.length >= CHUNK_VECTORS / 2) return [];
      const rowids = rowidsOf.get(chunk);
      return rowids ? places.map((place) => Number(rowids.readBigInt64LE(place * 8))) : [];
    });
    return { imageIds, last };
  }

  const has = db.prepare<[number], number>(`SELECT 1 FROM ${table}_rowids WHERE rowid = ?`).pluck();
  const isThere = db.prepare<[number], number>(`SELECT 1 FROM ${table}_rowids LIMIT 1 OFFSET ?`).pluck();

  function get(imageId: number): Float32Array | null {
    const blob = read.get(BigInt(imageId));
    return blob ? new Float32Array(new Uint8Array(blob).buffer) : null;
  }

  function bytes(vector: Float32Array): Buffer {
    if (vector.length !== index.dimension) {
      throw new Error(`a vector of ${vector.length} numbers for an index of ${index.dimension} (${index.modelId})`);
    }
    return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  }

  return {
    index,
    put(imageId, vector) {
      const blob = bytes(vector);
      remove.run(BigInt(imageId));
      insert.run(BigInt(imageId), blob);
      sketches?.put(imageId, vector);
    },
    scattered,
    remove(imageId) {
      remove.run(BigInt(imageId));
      sketches?.remove(imageId);
    },
    get,
    nearly: (imageId) => sketches?.get(imageId) ?? get(imageId),
    has: (imageId) => has.get(imageId) !== undefined,
    holds: (count) => isThere.get(count - 1) !== undefined,
    sketch(imageId) {
      const vector = sketches && get(imageId);
      if (vector) sketches.put(imageId, vector);
    },
  };
}

/** Where a vector stands: a bit each. */
function placesOf(validity: Buffer): readonly number[] {
  const places: number[] = [];
  for (let place = 0; place < validity.length * 8; place++) {
    if (((validity[place >> 3] ?? 0) >> (place & 7)) & 1) places.push(place);
  }
  return places;
}

export function dropVectorTable(db: Connection, indexId: number): void {
  db.exec(
    `DROP TABLE vectors_${indexId}; DROP TABLE IF EXISTS sketches_${indexId}; DROP TABLE IF EXISTS numbers_${indexId}`,
  );
}

/** Rows of some kilobytes, or a chunk of vectors of some megabytes: some milliseconds. */
const DROPPED_AT_ONCE = { rows: 500, chunks: 2 };

/** Takes some of what it holds away from a table that nobody uses any more, so that dropping it takes no time. False when it is empty. */
export function emptySome(db: Connection, indexId: number): boolean {
  const { rows, chunks } = DROPPED_AT_ONCE;
  const parts = [
    // Where vec0 keeps its vectors; what else it keeps is small, and nobody's to change.
    [`vectors_${indexId}_vector_chunks00`, chunks],
    [`numbers_${indexId}`, rows],
    [`sketches_${indexId}`, rows],
  ] as const;
  const exists = db.prepare<[string], number>("SELECT 1 FROM sqlite_schema WHERE name = ?").pluck();
  return parts.some(([name, limit]) => {
    if (exists.get(name) === undefined) return false;
    const sql = `DELETE FROM ${name} WHERE rowid IN (SELECT rowid FROM ${name} LIMIT ${limit})`;
    return db.prepare(sql).run().changes > 0;
  });
}
