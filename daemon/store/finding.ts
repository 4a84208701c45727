// Where searches run: small libraries right here, on the store's own connection; large ones in two reading threads, one for likeness and
// one for texts, so that neither waits for the other and the daemon for none.
import { totalmem } from "node:os";
import { setImmediate, setTimeout as wait } from "node:timers/promises";
import type { Connection } from "./database.ts";
import { createReader } from "./reader.ts";
import { pageOf, type Reading } from "./reading.ts";
import type { ReadingTask } from "./reading-thread.ts";
import type { Sketching } from "./sketching.ts";
import { createSpelling } from "./spelling.ts";
import type { Store } from "./store.ts";
import { createTextSearch } from "./text-search.ts";
import { createVectorSearch, type Neighbours, type VectorSearch } from "./vector-search.ts";

type FindingVerbs = Pick<
  Store,
  "nearest" | "matchText" | "correctSpelling" | "page" | "recentImages" | "prepareSearches"
>;

export interface Finding {
  readonly verbs: FindingVerbs;
  /** A picture was stored: the library may have become a large one. */
  saved(): void;
  close(): Promise<void>;
}

/** Pictures stored between two looks at whether there are enough for sketches. */
const LOOK_EVERY = 500;
/** Of the machine's memory, for rows that the first searches would wait for one by one; the system takes it back whenever it needs it. */
const WARMED_MEMORY = 1 / 8;
/** A daemon that just started has other things to read. */
const WARMED_AFTER_MS = 2_000;

export function createFinding(
  db: Connection,
  task: ReadingTask,
  reading: Reading,
  sketching: Sketching,
  largeFrom: number,
): Finding {
  // An upper bound that costs one row: ids are never used twice.
  const mostPictures = db.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'images'").pluck();
  const vectors = createReader(task);
  const texts = createReader(task);
  const here = {
    nearest: createVectorSearch(db, null).nearest,
    matchText: createTextSearch(db),
    correctSpelling: createSpelling(db),
    page: pageOf(reading),
  };
  let turn: Promise<unknown> = Promise.resolve();
  let saves = 0;
  let isClosed = false;

  /**
   * Small libraries are searched here, one piece in each turn of the event loop: in between others are answered, and it is seen which searches
   * were given up. Those are not begun.
   */
  function inTurn<T>(work: () => T, signal: AbortSignal | undefined): Promise<T> {
    const result = turn.then(async () => {
      signal?.throwIfAborted();
      await setImmediate();
      signal?.throwIfAborted();
      return work();
    });
    turn = result.catch(() => {});
    return result;
  }

  const isLarge = (): boolean => (mostPictures.get() ?? 0) >= largeFrom;
  /** What fails here, a full disk most likely, is tried again; until then searches are exact and slower. */
  const inBackground = (work: Promise<void>): void => void work.catch(() => {});

  function hitsOf({ hits, unusable }: Neighbours): Neighbours["hits"] {
    if (unusable) inBackground(sketching.discard(unusable.indexId));
    return hits;
  }

  async function warm(): Promise<void> {
    let left = totalmem() * WARMED_MEMORY;
    let pauseMs = WARMED_AFTER_MS;
    for (let after: number | null = 0; after !== null && left > 0; ) {
      await wait(pauseMs, undefined, { ref: false });
      if (isClosed) return;
      const began = performance.now();
      const read: ReturnType<VectorSearch["warm"]> = await vectors.ask("warm", [after]);
      // The disk is there for others as well.
      pauseMs = performance.now() - began;
      after = read?.last ?? null;
      left -= read?.bytes ?? 0;
    }
  }

  return {
    verbs: {
      async nearest(vector, limit, filter = {}, signal) {
        if (!isLarge()) return inTurn(() => here.nearest(vector, limit, filter).hits, signal);
        return hitsOf(await vectors.ask("nearest", [vector, limit, filter], signal));
      },
      async matchText(query, limit, filter = {}, signal) {
        return isLarge()
          ? texts.ask("matchText", [query, limit, filter], signal)
          : inTurn(() => here.matchText(query, limit, filter), signal);
      },
      async correctSpelling(query, signal) {
        return isLarge()
          ? texts.ask("correctSpelling", [query], signal)
          : inTurn(() => here.correctSpelling(query), signal);
      },
      async page(imageIds, textsOf, signal) {
        return isLarge()
          ? texts.ask("page", [imageIds, textsOf], signal)
          : inTurn(() => here.page(imageIds, textsOf), signal);
      },
      async recentImages(limit, offset, filter = {}, exclude = new Set(), signal) {
        return isLarge()
          ? texts.ask("recentImages", [limit, offset, filter, exclude], signal)
          : inTurn(() => reading.recentImages(limit, offset, filter, exclude), signal);
      },
      async prepareSearches() {
        if (!isLarge()) return;
        await sketching.complete();
        await Promise.all([
          vectors.ask("prepare", []),
          texts.ask("correctSpelling", ["ready"]),
          texts.ask("page", [[], []]),
        ]);
        inBackground(warm());
      },
    },
    saved() {
      if (++saves % LOOK_EVERY === 0 && isLarge()) inBackground(sketching.complete());
    },
    async close() {
      isClosed = true;
      await Promise.all([vectors.close(), texts.close()]);
    },
  };
}
