// The thread in which new pictures are compared with all others: seconds of computing that must not keep the daemon from answering.
import { parentPort, workerData } from "node:worker_threads";
import Database from "better-sqlite3";
import { load as loadVectorSearch } from "sqlite-vec";
import { FINGERPRINT_BYTES, fineDistance, indexFingerprints, isNearlySame } from "./likeness.ts";

export interface CompareTask {
  /** The database file. */
  readonly path: string;
  /** The index whose embeddings are asked when the hashes alone do not decide; null: none. */
  readonly indexId: number | null;
  /** Pictures to compare. */
  readonly imageIds: readonly number[];
}

/** Pairs that are nearly the same, the new picture first. */
export type ComparedPairs = readonly (readonly [number, number])[];

const task = workerData as CompareTask;
const db = new Database(task.path, { readonly: true, timeout: 5_000 });
try {
  loadVectorSearch(db);
  parentPort?.postMessage(compare(db, task));
} finally {
  db.close();
}

function compare(db: Database.Database, { indexId, imageIds }: CompareTask): ComparedPairs {
  const ids: number[] = [];
  const total = db.prepare<[], number>("SELECT count(*) FROM fingerprints").pluck().get() ?? 0;
  const all = new Uint8Array(total * FINGERPRINT_BYTES);
  const rows = db.prepare<[], { id: number; hashes: Buffer }>("SELECT image_id AS id, hashes FROM fingerprints");
  for (const { id, hashes } of rows.iterate()) {
    if (ids.length >= total || hashes.length !== FINGERPRINT_BYTES) continue;
    all.set(hashes, ids.length * FINGERPRINT_BYTES);
    ids.push(id);
  }
  const used = all.subarray(0, ids.length * FINGERPRINT_BYTES);
  const at = (place: number): Uint8Array => used.subarray(place * FINGERPRINT_BYTES, (place + 1) * FINGERPRINT_BYTES);
  const candidates = indexFingerprints(used);
  const placeOf = new Map(ids.map((id, place) => [id, place]));
  const cosineOf = indexId === null ? () => null : cosines(db, indexId);

  return imageIds.flatMap((id): (readonly [number, number])[] => {
    const place = placeOf.get(id);
    if (place === undefined) return [];
    return [...candidates.of(at(place))].flatMap((other): (readonly [number, number])[] => {
      const otherId = ids[other] ?? id;
      const distance = otherId === id ? null : fineDistance(at(place), at(other));
      return distance !== null && isNearlySame(distance, cosineOf(id, otherId)) ? [[id, otherId]] : [];
    });
  });
}

function cosines(db: Database.Database, indexId: number): (a: number, b: number) => number | null {
  const read = db.prepare<[bigint], Buffer>(`SELECT embedding FROM vectors_${indexId} WHERE rowid = ?`).pluck();
  const vector = (id: number): Float32Array | null => {
    const blob = read.get(BigInt(id));
    return blob ? new Float32Array(new Uint8Array(blob).buffer) : null;
  };
  return (a, b) => {
    const [first, second] = [vector(a), vector(b)];
    return first && second ? first.reduce((sum, value, index) => sum + value * (second[index] ?? 0), 0) : null;
  };
}
