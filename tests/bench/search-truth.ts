// The exact answers: plain sqlite-vec over the same vectors, and how long it takes.
import Database from "better-sqlite3";
import { load as loadVectorSearch } from "sqlite-vec";

export interface Asked {
  /** The picture whose likes were asked for, or null and the vector. */
  readonly imageId: number | null;
  readonly vector: Float32Array | null;
  /** Ids, best first. */
  readonly found: readonly number[];
}

const DEPTH = 50;

export function exactAnswers(
  path: string,
  asked: readonly Asked[],
): { readonly answers: readonly (readonly number[])[]; readonly times: readonly number[] } {
  const db = new Database(path, { readonly: true });
  loadVectorSearch(db);
  db.pragma("mmap_size = 8000000000");
  const read = db.prepare<[bigint], Buffer>("SELECT embedding FROM vectors_1 WHERE rowid = ?").pluck();
  const scan = db
    .prepare<[Buffer, number], number>("SELECT rowid FROM vectors_1 WHERE embedding MATCH ? AND k = ?")
    .pluck();
  const times: number[] = [];
  const answers = asked.map(({ imageId, vector }) => {
    const query = vector
      ? Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
      : read.get(BigInt(imageId ?? 0));
    if (!query) return [];
    const started = performance.now();
    // The picture itself is the nearest.
    const found = scan.all(query, imageId === null ? DEPTH : DEPTH + 1).filter((id) => id !== imageId);
    times.push(performance.now() - started);
    return found;
  });
  db.close();
  return { answers, times };
}
