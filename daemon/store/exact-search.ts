// The exact answer: sqlite-vec scans all vectors of one index. For libraries that are small, or whose sketches are not made yet.
// sqlite-vec 0.1.9 has SIMD code for L2, not for cosine, so cosine is derived: for unit vectors |a - b|² = 2 - 2·cos(a, b).
import type { Connection } from "./database.ts";
import { pictureSet, SHOWN_PICTURES } from "./picture-set.ts";
import { bestOfEach } from "./scenes.ts";
import type { NearestHit, SearchFilter } from "./store.ts";

/** vec0 refuses more. */
const MAX_NEIGHBOURS = 4_096;

interface Row {
  /** Its id (scenes.ts). */
  readonly vector: number;
  readonly distance: number;
}

export function createExactSearch(
  db: Connection,
  indexId: number,
): (vector: Float32Array, limit: number, filter: SearchFilter) => readonly NearestHit[] {
  const scan = `SELECT rowid AS vector, distance FROM vectors_${indexId} WHERE embedding MATCH ? AND k = ?`;
  const amongAll = db.prepare<[Buffer, number], Row>(scan);
  // The list comes from an index alone (files_recent); pictures that somebody hid are few.
  const amongVisible = db.prepare<[Buffer, number], Row>(`${scan} AND rowid IN (${vectorsOf(SHOWN_PICTURES)})`);
  const hasUnseen = db
    .prepare<[], number>(
      "SELECT EXISTS (SELECT 1 FROM images WHERE present = 0) OR EXISTS (SELECT 1 FROM images WHERE hidden = 1)",
    )
    .pluck();

  function nearest(blob: Buffer, k: number, filter: SearchFilter): readonly Row[] {
    const set = pictureSet(filter);
    if (!set) return (hasUnseen.get() ? amongVisible : amongAll).all(blob, k);
    return db.prepare<unknown[], Row>(`${scan} AND rowid IN (${vectorsOf(set.sql)})`).all(blob, k, ...set.parameters);
  }

  return (vector, limit, filter) => {
    const blob = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
    // Scenes of one picture may take several places of the best.
    for (let k = Math.min(limit, MAX_NEIGHBOURS); ; k = Math.min(k * 2, MAX_NEIGHBOURS)) {
      const rows = nearest(blob, k, filter);
      const hits = bestOfEach(rows.map((row) => ({ vector: row.vector, similarity: 1 - row.distance ** 2 / 2 })));
      if (hits.length >= limit || rows.length < k || k === MAX_NEIGHBOURS) return hits.slice(0, limit);
    }
  };
}

/** A set of pictures (its first column is `image_id`) as the ids of their vectors, those of scenes included. */
function vectorsOf(pictures: string): string {
  return `WITH pictures AS MATERIALIZED (${pictures})
    SELECT image_id FROM pictures UNION ALL SELECT (scene << 32) | image_id FROM scenes WHERE image_id IN pictures`;
}
