// Makes sketches when a library has become large, goes on where a restart interrupted it, and makes them again when they turned out to be
// unusable: in small steps, while pictures come and go and searches are answered exactly.
import type { Connection } from "./database.ts";
import type { Indexes } from "./indexes.ts";
import { createScenes } from "./scenes.ts";
import { createSketchTables } from "./sketches.ts";
import type { VectorTable } from "./vector-table.ts";

export interface Sketching {
  /** Makes what is missing. Whoever calls meanwhile waits for the same end. */
  complete(): Promise<void>;
  /** They do not fit the vectors: nobody uses them from now on, and they are made again. */
  discard(indexId: number): Promise<void>;
}

/** Vectors that the centre is the mean of. */
const SAMPLE = 2_000;
/** Vectors read in one step: some milliseconds, in which nobody is answered. */
const BATCH = 20;
const ROWS_DELETED_AT_ONCE = 500;

interface Progress {
  readonly hasCentre: number;
  readonly unsketchedFrom: number | null;
}

/** @param largeFrom the number of vectors from which sketches are worth making */
export function createSketching(db: Connection, indexes: Indexes, largeFrom: number): Sketching {
  const progress = db.prepare<[number], Progress>(
    "SELECT centre IS NOT NULL AS hasCentre, unsketched_from AS unsketchedFrom FROM indexes WHERE id = ?",
  );
  const setCentre = db.prepare<[Buffer | null, number | null, number]>(
    "UPDATE indexes SET centre = ?, unsketched_from = ? WHERE id = ?",
  );
  const setNext = db.prepare<[number | null, number]>("UPDATE indexes SET unsketched_from = ? WHERE id = ?");
  const idsFrom = db
    .prepare<[number, number], number>("SELECT id FROM images WHERE id >= ? ORDER BY id LIMIT ?")
    .pluck();
  const lastId = db.prepare<[], number | null>("SELECT max(id) FROM images").pluck();
  const scenes = createScenes(db);
  let running: Promise<void> | null = null;
  let isAskedAgain = false;

  const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const isGone = ({ index }: VectorTable): boolean =>
    !db.open || !indexes.tables().some((table) => table.index.id === index.id);

  async function run(): Promise<void> {
    do {
      isAskedAgain = false;
      for (const { index } of indexes.tables()) await make(index.id);
    } while (isAskedAgain && db.open);
  }

  async function make(indexId: number): Promise<void> {
    const current = (): VectorTable | undefined =>
      db.open ? indexes.tables().find((table) => table.index.id === indexId) : undefined;
    const table = current();
    if (!table) return;
    const state = progress.get(indexId);
    if (state?.hasCentre && state.unsketchedFrom === null) return;
    if (!state?.hasCentre) {
      if (!table.holds(largeFrom)) return;
      await clear(table);
      const centre = await centreOf(table);
      if (isGone(table) || !centre) return;
      setCentre.run(Buffer.from(centre.buffer), 0, indexId);
      indexes.reload();
    }
    for (let next: number | null = progress.get(indexId)?.unsketchedFrom ?? 0; next !== null; ) {
      await breathe();
      const now = current();
      if (!now) return;
      next = step.immediate(now, next);
    }
  }

  const step = db.transaction((table: VectorTable, from: number): number | null => {
    const imageIds = idsFrom.all(from, BATCH);
    for (const imageId of imageIds) for (const vector of scenes.vectorsOf(imageId)) table.sketch(vector);
    const last = imageIds.at(-1);
    const next = last === undefined ? null : last + 1;
    setNext.run(next, table.index.id);
    return next;
  });

  async function clear(table: VectorTable): Promise<void> {
    const { id } = table.index;
    createSketchTables(db, id);
    for (const name of [`sketches_${id}`, `numbers_${id}`]) {
      const remove = db.prepare(
        `DELETE FROM ${name} WHERE rowid IN (SELECT rowid FROM ${name} LIMIT ${ROWS_DELETED_AT_ONCE})`,
      );
      while (!isGone(table) && remove.run().changes > 0) await breathe();
    }
  }

  /** The mean of vectors from all over the library. */
  async function centreOf(table: VectorTable): Promise<Float32Array | null> {
    const sum = new Float64Array(table.index.dimension);
    const last = lastId.get() ?? 0;
    const stride = Math.max(1, last / SAMPLE);
    let count = 0;
    for (let n = 1, at = 1; at <= last; at = Math.floor(++n * stride)) {
      if (n % BATCH === 0) await breathe();
      if (isGone(table)) return null;
      const vector = table.get(at);
      if (!vector) continue;
      count++;
      for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (vector[i] ?? 0);
    }
    return Float32Array.from(sum, (value) => value / Math.max(1, count));
  }

  function complete(): Promise<void> {
    if (running !== null) isAskedAgain = true;
    running ??= run().finally(() => {
      running = null;
    });
    return running;
  }

  return {
    complete,
    async discard(indexId) {
      setCentre.run(null, null, indexId);
      indexes.reload();
      await complete();
    },
  };
}
