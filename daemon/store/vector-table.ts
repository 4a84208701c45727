// One vec0 table: the vectors of one index. sqlite-vec 0.1.9 scans exactly; L2 has SIMD code there, cosine has not, so cosine is derived:
// for unit vectors |a - b|² = 2 - 2·cos(a, b).
import type { Connection } from "./database.ts";
import { pictureSet, SHOWN_PICTURES } from "./picture-set.ts";
import type { NearestHit, SearchFilter, StoredIndex } from "./store.ts";

export interface VectorTable {
  readonly index: StoredIndex;
  /** Replaces the picture's vector. Throws when its length is wrong. */
  put(imageId: number, vector: Float32Array): void;
  remove(imageId: number): void;
  get(imageId: number): Float32Array | null;
  nearest(vector: Float32Array, limit: number, filter: SearchFilter): readonly NearestHit[];
  /**
   * Pictures whose vectors stand in chunks that removals have half emptied. New vectors only ever go into the last chunk, and every
   * search reads whole chunks: put anew, these make room.
   */
  scattered(): readonly number[];
}

/** vec0's own; a chunk is freed when it is empty. */
const CHUNK_VECTORS = 1_024;

/** vec0 refuses more. */
const MAX_NEIGHBOURS = 4_096;

interface Row {
  readonly imageId: number;
  readonly distance: number;
}

export function createVectorTable(db: Connection, index: StoredIndex): VectorTable {
  const table = `vectors_${index.id}`;
  const insert = db.prepare<[bigint, Buffer]>(`INSERT INTO ${table} (rowid, embedding) VALUES (?, ?)`);
  const remove = db.prepare<[bigint]>(`DELETE FROM ${table} WHERE rowid = ?`);
  const read = db.prepare<[bigint], Buffer>(`SELECT embedding FROM ${table} WHERE rowid = ?`).pluck();
  const scan = `SELECT rowid AS imageId, distance FROM ${table} WHERE embedding MATCH ? AND k = ?`;
  const amongAll = db.prepare<[Buffer, number], Row>(scan);
  // The list comes from an index alone (files_recent); pictures that somebody hid are few.
  const amongVisible = db.prepare<[Buffer, number], Row>(`${scan} AND rowid IN (${SHOWN_PICTURES})`);
  const scattered = db
    .prepare<[], number>(
      `SELECT rowid FROM ${table}_rowids WHERE chunk_id IN (
         SELECT chunk_id FROM ${table}_rowids WHERE chunk_id < (SELECT max(chunk_id) FROM ${table}_rowids)
         GROUP BY chunk_id HAVING count(*) < ${CHUNK_VECTORS / 2})`,
    )
    .pluck();
  const hasUnseen = db
    .prepare<[], number>(
      "SELECT EXISTS (SELECT 1 FROM images WHERE present = 0) OR EXISTS (SELECT 1 FROM images WHERE hidden = 1)",
    )
    .pluck();

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
    },
    scattered: () => scattered.all(),
    remove: (imageId) => void remove.run(BigInt(imageId)),
    get(imageId) {
      const blob = read.get(BigInt(imageId));
      return blob ? new Float32Array(new Uint8Array(blob).buffer) : null;
    },
    nearest(vector, limit, filter) {
      const blob = bytes(vector);
      const k = Math.min(Math.max(Math.trunc(limit), 0), MAX_NEIGHBOURS);
      if (k === 0) return [];
      const set = pictureSet(filter);
      const rows = set
        ? db.prepare<unknown[], Row>(`${scan} AND rowid IN (${set.sql})`).all(blob, k, ...set.parameters)
        : (hasUnseen.get() ? amongVisible : amongAll).all(blob, k);
      return rows
        .map(({ imageId, distance }) => ({ imageId, similarity: 1 - (distance * distance) / 2 }))
        .sort((a, b) => b.similarity - a.similarity || a.imageId - b.imageId);
    },
  };
}

export function dropVectorTable(db: Connection, indexId: number): void {
  db.exec(`DROP TABLE vectors_${indexId}`);
}
