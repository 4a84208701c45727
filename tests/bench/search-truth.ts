// The exact answers: plain sqlite-vec over the same vectors, and how long it takes.
import Database from "better-sqlite3";
import { load as loadVectorSearch } from "sqlite-vec";
import { pictureSet } from "../../daemon/store/picture-set.ts";
import type { SearchFilter } from "../../daemon/store/store.ts";

export interface Asked {
  /** The picture whose likes were asked for, or null and the vector. */
  readonly imageId: number | null;
  readonly vector: Float32Array | null;
  /** Only pictures that it lets through. */
  readonly filter?: SearchFilter;
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
  const nearest = "SELECT rowid FROM vectors_1 WHERE embedding MATCH ? AND k = ?";
  const times: number[] = [];
  const answers = asked.map(({ imageId, vector, filter }) => {
    const query = vector
      ? Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
      : read.get(BigInt(imageId ?? 0));
    if (!query) return [];
    const set = filter ? pictureSet(filter) : null;
    const scan = db.prepare<unknown[], number>(set ? `${nearest} AND rowid IN (${set.sql})` : nearest).pluck();
    // The picture itself is the nearest.
    const depth = imageId === null ? DEPTH : DEPTH + 1;
    const started = performance.now();
    const found = scan.all(query, depth, ...(set?.parameters ?? [])).filter((id) => id !== imageId);
    times.push(performance.now() - started);
    return found;
  });
  db.close();
  return { answers, times };
}
