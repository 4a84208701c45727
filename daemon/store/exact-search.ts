// The exact answer: sqlite-vec scans all vectors of one index. For libraries that are small, or whose sketches are not made yet.
// sqlite-vec 0.1.9 has SIMD code for L2, not for cosine, so cosine is derived: for unit vectors |a - b|² = 2 - 2·cos(a, b).
import type { Connection } from "./database.ts";
import { pictureSet, SHOWN_PICTURES } from "./picture-set.ts";
import type { NearestHit, SearchFilter } from "./store.ts";

/** vec0 refuses more. */
const MAX_NEIGHBOURS = 4_096;

interface Row {
  readonly imageId: number;
  readonly distance: number;
}

export function createExactSearch(
  db: Connection,
  indexId: number,
): (vector: Float32Array, limit: number, filter: SearchFilter) => readonly NearestHit[] {
  const scan = `SELECT rowid AS imageId, distance FROM vectors_${indexId} WHERE embedding MATCH ? AND k = ?`;
  const amongAll = db.prepare<[Buffer, number], Row>(scan);
  // The list comes from an index alone (files_recent); pictures that somebody hid are few.
  const amongVisible = db.prepare<[Buffer, number], Row>(`${scan} AND rowid IN (${SHOWN_PICTURES})`);
  const hasUnseen = db
    .prepare<[], number>(
      "SELECT EXISTS (SELECT 1 FROM images WHERE present = 0) OR EXISTS (SELECT 1 FROM images WHERE hidden = 1)",
    )
    .pluck();

  return (vector, limit, filter) => {
    const blob = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
    const k = Math.min(limit, MAX_NEIGHBOURS);
    const set = pictureSet(filter);
    const rows = set
      ? db.prepare<unknown[], Row>(`${scan} AND rowid IN (${set.sql})`).all(blob, k, ...set.parameters)
      : (hasUnseen.get() ? amongVisible : amongAll).all(blob, k);
    return rows
      .map(({ imageId, distance }) => ({ imageId, similarity: 1 - (distance * distance) / 2 }))
      .sort((a, b) => b.similarity - a.similarity || a.imageId - b.imageId);
  };
}
