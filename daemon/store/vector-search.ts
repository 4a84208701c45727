// Nearest neighbours in the active index, over whichever connection: by sketches where they are complete, else exactly.
import type { Connection } from "./database.ts";
import { createExactSearch } from "./exact-search.ts";
import type { FilterSets } from "./filter-sets.ts";
import { sizesFor } from "./sketch-form.ts";
import { createSketchSearch, SketchesUnusable, type SketchSearch } from "./sketch-search.ts";
import type { NearestHit, SearchFilter, StoredIndex } from "./store.ts";

export interface Neighbours {
  readonly hits: readonly NearestHit[];
  /** Set when the sketches of this index must be made again; the hits are exact then. */
  readonly unusable?: { readonly indexId: number; readonly reason: string };
}

export interface VectorSearch {
  nearest(vector: Float32Array, limit: number, filter: SearchFilter): Neighbours;
  /** Reads what searches need into memory. */
  prepare(): void;
  /** Reads some of the rows that candidates are scored by, so that the system has them at hand. `after`: the `last` of the call before. Null at the end. */
  warm(after: number): { readonly last: number; readonly bytes: number } | null;
}

interface IndexRow extends StoredIndex {
  readonly isSketched: number;
}
/** Rows read in one step, a hundred pages or so: whoever searches meanwhile waits for one step. */
const WARMED_AT_ONCE = 1_000;

type Nearest = (vector: Float32Array, limit: number, filter: SearchFilter) => readonly NearestHit[];

/** @param sets of a large library; null: always the exact answer, not by sketches */
export function createVectorSearch(db: Connection, sets: FilterSets | null): VectorSearch {
  const active = db.prepare<[], IndexRow>(
    `SELECT id, model_id AS modelId, model_setting AS modelSetting, dimension, state,
       centre IS NOT NULL AND unsketched_from IS NULL AS isSketched FROM indexes WHERE state = 'active'`,
  );
  let exact: { readonly id: number; readonly nearest: Nearest } | null = null;
  let sketched: { readonly id: number; readonly search: SketchSearch } | null = null;

  function exactly({ id }: StoredIndex): Nearest {
    if (exact?.id !== id) exact = { id, nearest: createExactSearch(db, id) };
    return exact.nearest;
  }

  function viaSketches(index: StoredIndex, sets: FilterSets): Nearest {
    if (sketched?.id !== index.id) {
      forgetSketches();
      sketched = { id: index.id, search: createSketchSearch(db, sets, index) };
    }
    return sketched.search.nearest;
  }

  function forgetSketches(): void {
    sketched?.search.close();
    sketched = null;
  }

  function nearest(vector: Float32Array, asked: number, filter: SearchFilter): Neighbours {
    const limit = Math.max(0, Math.trunc(asked));
    const index = active.get();
    if (!index) return { hits: [] };
    if (vector.length !== index.dimension) {
      throw new Error(`a vector of ${vector.length} numbers for an index of ${index.dimension} (${index.modelId})`);
    }
    if (limit === 0) return { hits: [] };
    if (!sets || index.isSketched === 0) {
      forgetSketches();
      return { hits: exactly(index)(vector, limit, filter) };
    }
    try {
      return { hits: viaSketches(index, sets)(vector, limit, filter) };
    } catch (error) {
      forgetSketches();
      if (!isUnusable(error)) throw error;
      return { hits: exactly(index)(vector, limit, filter), unusable: { indexId: index.id, reason: error.message } };
    }
  }

  return {
    nearest,
    prepare() {
      const dimension = active.get()?.dimension;
      if (dimension !== undefined) nearest(new Float32Array(dimension).fill(1 / Math.sqrt(dimension)), 1, {});
    },
    warm(after) {
      const index = active.get();
      if (!sketched || index?.id !== sketched.id) return null;
      const next = `SELECT image_id FROM numbers_${index.id} WHERE image_id > ? ORDER BY image_id LIMIT ${WARMED_AT_ONCE}`;
      const row = db
        .prepare<[number], { last: number | null; rows: number }>(
          `SELECT max(image_id) AS last, count(*) AS rows FROM (${next})`,
        )
        .get(after);
      return row?.last ? { last: row.last, bytes: row.rows * sizesFor(index.dimension).numbers * 2 } : null;
    },
  };
}

/** Nothing that is derived may cost the answer, be it damaged or gone. */
function isUnusable(error: unknown): error is Error {
  return error instanceof SketchesUnusable || (error instanceof Error && error.message.startsWith("no such table"));
}
