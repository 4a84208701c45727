// Nearest neighbours in a large index: all sketches are scored in memory, the best candidates from their numbers. Reads over its own
// connection, in the reading thread. What is in memory is only a hint; the tables decide, in the same transaction.
import type { Connection } from "./database.ts";
import type { FilterSets } from "./filter-sets.ts";
import type { Members } from "./members.ts";
import { type PictureSet, pictureSet } from "./picture-set.ts";
import { bestOfEach, IMAGE_OF, imageOf, type Scored } from "./scenes.ts";
import { numbersOf, sizesFor } from "./sketch-form.ts";
import { createSketchMemory } from "./sketch-memory.ts";
import type { NearestHit, SearchFilter, StoredIndex } from "./store.ts";

export interface SketchSearch {
  nearest(vector: Float32Array, limit: number, filter: SearchFilter): readonly NearestHit[];
  /** Nothing is asked any more. */
  close(): void;
}

/** What is derived does not fit the vectors: it must be made again. */
export class SketchesUnusable extends Error {}

/** Among so many of the best sketches are the ten nearest pictures, more in larger libraries: docs/benchmarks.md. */
const MIN_CANDIDATES = 200;
const PICTURES_PER_CANDIDATE = 4_000;
/** The picture that a candidate is of, in SQL. */
const IMAGE = IMAGE_OF("candidate.value");
/** Of a filter that is not known yet, so many times more candidates are asked, a few at a time until enough have passed: a broad one lets most pass. */
const BROAD = 2;
const BROAD_STEPS = 4;
/** Of a narrower one, more are, until three pages have passed. When too few do, all of the filter's pictures are read. */
const WIDE = 8;
const ENOUGH = 100;
/** When one in so many candidates was removed, many more were: everything is read again. */
const MANY_REMOVED = 4;

type Row = readonly [vector: number, numbers: Buffer];

/** So many pictures, among so many candidates or more. */
interface Wanted {
  readonly limit: number;
  readonly count: number;
}

export function createSketchSearch(db: Connection, sets: FilterSets, { id, dimension }: StoredIndex): SketchSearch {
  const news = db
    .prepare<[number], [number, number, Buffer]>(
      `SELECT serial, image_id, sketch FROM sketches_${id} WHERE serial > ? ORDER BY serial`,
    )
    .raw();
  const vectors = db.prepare<[], number>(`SELECT count(*) FROM vectors_${id}_rowids`).pluck();
  const exists = db.prepare<[number], number>(`SELECT EXISTS (SELECT 1 FROM numbers_${id} WHERE image_id = ?)`).pluck();
  const candidate = `FROM json_each(?) AS candidate JOIN numbers_${id} AS row ON row.image_id = candidate.value`;
  const shown = db
    .prepare<unknown[], Row>(
      `SELECT row.image_id, numbers ${candidate}
       WHERE NOT EXISTS (SELECT 1 FROM images INDEXED BY images_hidden WHERE images.id = ${IMAGE} AND present = 0)
         AND NOT EXISTS (SELECT 1 FROM images INDEXED BY images_marked_hidden WHERE images.id = ${IMAGE} AND hidden = 1)`,
    )
    .raw();
  const allowed = db.prepare<unknown[], Row>(`SELECT row.image_id, numbers ${candidate}`).raw();
  let memory = createSketchMemory(dimension);
  let lastSerial = 0;

  db.transaction(load).deferred();

  function load(): void {
    sync();
    if (memory.length !== vectors.get()) throw new SketchesUnusable("there are not as many sketches as vectors");
  }

  function reload(): void {
    memory.close();
    memory = createSketchMemory(dimension);
    lastSerial = 0;
    load();
  }

  function sync(): void {
    for (const [serial, imageId, sketch] of news.iterate(lastSerial)) {
      if (sketch.length !== sizesFor(dimension).sketchBytes) throw new SketchesUnusable("a sketch is damaged");
      memory.put(imageId, sketch);
      lastSerial = serial;
    }
  }

  /** Candidates that meet the condition of the statement, with their cosines. */
  function score(statement: typeof shown, vectors: readonly number[], query: Buffer): Scored[] {
    const inOrder = [...vectors].sort((a, b) => a - b);
    const rows = statement.all(JSON.stringify(inOrder));
    try {
      const cosines = memory.cosines(
        query,
        rows.map(([, numbers]) => numbers),
      );
      return rows.map(([vector], index) => ({ vector, similarity: cosines[index] ?? 0 }));
    } catch (cause) {
      throw new SketchesUnusable("a picture's numbers are damaged", { cause });
    }
  }

  /** Removed vectors are noticed when they are candidates. How many there were. */
  function dropRemoved(candidates: readonly number[], found: readonly Scored[]): number {
    const there = new Set(found.map(({ vector }) => vector));
    const removed = candidates.filter((vector) => !there.has(vector) && !exists.get(vector));
    for (const vector of removed) memory.drop(vector);
    return removed.length;
  }

  /** Looks further down until there are enough hits, or no more pictures: the best candidates may all be hidden, removed or of one picture. */
  function amongBest(
    vector: Float32Array,
    query: Buffer,
    { limit, count }: Wanted,
    statement = shown,
    members?: Members,
  ): Scored[] {
    const candidates = memory.candidates(vector, count, members);
    const hits = score(statement, candidates, query);
    if (pictures(hits) >= limit || candidates.length < count) return hits;
    const removed = dropRemoved(candidates, hits);
    if (removed > count / MANY_REMOVED) reload();
    return amongBest(vector, query, { limit, count: removed > 0 ? count : count * 4 }, statement, members);
  }

  function amongMembers(
    vector: Float32Array,
    query: Buffer,
    wanted: Wanted,
    set: PictureSet,
    members: Members,
  ): Scored[] {
    const { ids, areCurrent } = members;
    // What was hidden or removed since they were read is left out here.
    const statement = areCurrent || set.showsHidden ? allowed : shown;
    if (ids && ids.length <= wanted.count) return score(statement, memory.vectorsOf(ids), query);
    return amongBest(vector, query, wanted, statement, members);
  }

  /** The best of the candidates that the filter lets through, asked a few at a time until so many are wanted no more; null when too few pass. */
  function amongAsked(vector: Float32Array, query: Buffer, count: number, set: PictureSet): Scored[] | null {
    const { passes, parameters, lets } = sets.asking(set);
    const statement = db
      .prepare<unknown[], number>(`SELECT value FROM json_each(?) AS candidate WHERE ${passes(IMAGE)}`)
      .pluck();
    const passing = (vectors: readonly number[]): readonly number[] => {
      const found = statement.all(JSON.stringify(vectors), ...parameters);
      return lets ? found.filter((vector) => lets(imageOf(vector))) : found;
    };
    const step = Math.ceil(count / BROAD_STEPS);
    const passed: number[] = [];
    let asked = 0;
    for (const { wide, wanted } of [
      { wide: BROAD, wanted: count },
      { wide: WIDE, wanted: Math.min(count, ENOUGH) },
    ]) {
      const candidates = memory.candidates(vector, count * wide);
      for (; asked < candidates.length && passed.length < wanted; asked += step)
        passed.push(...passing(candidates.slice(asked, asked + step)));
      const areAll = candidates.length < count * wide;
      if (passed.length >= wanted || areAll) return score(allowed, passed.slice(0, count), query);
    }
    return null;
  }

  function amongSet(vector: Float32Array, query: Buffer, wanted: Wanted, set: PictureSet): Scored[] {
    const members = sets.members(set);
    return (
      (members && amongMembers(vector, query, wanted, set, members)) ??
      amongAsked(vector, query, wanted.count, set) ??
      amongMembers(vector, query, wanted, set, sets.all(set))
    );
  }

  const nearest = db.transaction((vector: Float32Array, asked: number, filter: SearchFilter): readonly NearestHit[] => {
    sync();
    const query = numbersOf(vector);
    const count = MIN_CANDIDATES + Math.round(memory.length / PICTURES_PER_CANDIDATE);
    const limit = Math.min(asked, count);
    const set = pictureSet(filter);
    const wanted = { limit, count };
    const hits = set ? amongSet(vector, query, wanted, set) : amongBest(vector, query, wanted);
    return bestOfEach(hits).slice(0, limit);
  });

  return { nearest: (vector, limit, filter) => nearest.deferred(vector, limit, filter), close: () => memory.close() };
}

function pictures(hits: readonly Scored[]): number {
  return new Set(hits.map(({ vector }) => imageOf(vector))).size;
}
