// The thread in which large libraries are searched, over a read-only connection of its own: the daemon goes on answering meanwhile.
import { parentPort, workerData } from "node:worker_threads";
import { openForReading } from "./database.ts";
import { createFilterSets } from "./filter-sets.ts";
import { createReading, pageOf, type Reading } from "./reading.ts";
import { createSpelling } from "./spelling.ts";
import type { Page } from "./store.ts";
import { createTextSearch } from "./text-search.ts";
import { createVectorSearch, type VectorSearch } from "./vector-search.ts";

/** What the thread does, by name. */
export type ReadingVerbs = {
  readonly nearest: VectorSearch["nearest"];
  readonly prepare: VectorSearch["prepare"];
  readonly warm: VectorSearch["warm"];
  readonly matchText: ReturnType<typeof createTextSearch>;
  readonly correctSpelling: ReturnType<typeof createSpelling>;
  readonly page: (imageIds: readonly number[], textsOf: readonly number[]) => Page;
  readonly recentImages: Reading["recentImages"];
};
export interface Question {
  readonly verb: keyof ReadingVerbs;
  readonly args: readonly unknown[];
}
/** An error loses its class on the way between threads: SQLite's code is told beside it. */
export type Answer =
  | { readonly result: unknown }
  | { readonly error: { readonly message: string; readonly stack?: string | undefined; readonly code: string | null } };

/** What a reading thread is started with. */
export interface ReadingTask {
  /** The database file. */
  readonly path: string;
  readonly thumbnailsDirectory: string;
}

const { path, thumbnailsDirectory } = workerData as ReadingTask;
const db = openForReading(path);
const sets = createFilterSets(db);
const vectors = createVectorSearch(db, sets);
const reading = (): Reading => createReading(db, thumbnailsDirectory);
const made: Partial<ReadingVerbs> = {};
const make: { readonly [Verb in keyof ReadingVerbs]: () => ReadingVerbs[Verb] } = {
  nearest: () => vectors.nearest,
  prepare: () => vectors.prepare,
  warm: () => vectors.warm,
  matchText: () => createTextSearch(db, sets),
  correctSpelling: () => createSpelling(db),
  page: () => pageOf(reading()),
  recentImages: () => reading().recentImages,
};

function answer({ verb, args }: Question): Answer {
  try {
    const run = (made[verb] ?? make[verb]()) as (...args: readonly unknown[]) => unknown;
    Object.assign(made, { [verb]: run });
    return { result: run(...args) };
  } catch (cause) {
    const { message, stack, code } = cause as Error & { readonly code?: unknown };
    return { error: { message, stack, code: typeof code === "string" ? code : null } };
  }
}

/** A search asks several times; who types is slower than this. */
const QUIET_MS = 5;
let quiet: NodeJS.Timeout | undefined;

/** While nobody asks: a question that comes meanwhile waits for one step. */
function readAhead(): void {
  try {
    if (db.open && sets.readAhead()) quiet = setTimeout(readAhead, 0);
  } catch {
    // Whoever asks meets the same error, and is told.
  }
}

parentPort?.on("message", (question: Question | "close") => {
  clearTimeout(quiet);
  if (question === "close") {
    db.close();
    parentPort?.close();
    return;
  }
  parentPort?.postMessage(answer(question));
  quiet = setTimeout(readAhead, QUIET_MS);
});
