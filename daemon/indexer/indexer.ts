// The loop that empties the queue: one state, one path for every file. It owns no data; the queue is rows in the store.
import { AppError, messageOf } from "../errors.ts";
import type { Logger } from "../log.ts";
import { FULL, type Pace } from "../power/pace.ts";
import type { IndexWorker } from "./index-worker.ts";
import { indexFile, type Outcome, type PipelineStore, type QueuedFile } from "./pipeline.ts";
import { createProgress } from "./progress.ts";

export interface IndexerStore extends PipelineStore {
  nextPending(limit: number, exclude: ReadonlySet<number>): readonly QueuedFile[];
  requeueDueFailures(nowMs: number): number;
  nextRetryAtMs(): number | null;
  activateIfComplete(): boolean;
}

export interface IndexerDeps {
  readonly store: IndexerStore;
  readonly worker: IndexWorker;
  readonly log: Logger;
  readonly signal: AbortSignal;
  rescan(file: QueuedFile): void;
  /** How hard it may work; asked while there is something to do. */
  pace?(): Pace;
  /** Something a person may see has changed: counts, pace, state, a notice. */
  onChange(): void;
  /** Milliseconds since the epoch: for what is written down. */
  now?(): number;
  /** Milliseconds of a clock that nobody sets: for pauses and the pace. */
  elapsed?(): number;
}

export interface Indexer {
  /** There may be something to do. Cheap; call it as often as you like. */
  wake(): void;
  pause(): void;
  resume(): void;
  readonly paused: boolean;
  /** Files are being read at this moment. */
  readonly busy: boolean;
  readonly currentFile: string | null;
  filesPerSecond(): number;
  secondsLeft(pending: number): number | null;
  /** Why indexing stands still although there is work, in words; null when it does not. */
  readonly trouble: string | null;
  /** Why it goes on, but not as fast as it could, in words; null when it does. */
  readonly restraint: string | null;
  /** Settles when the loop has ended (after the signal). */
  readonly ended: Promise<void>;
}

/** Pictures in the worker at once: two or three decode in sharp's threads while one is in a session. */
const IN_FLIGHT = 4;
/** A file that changed under our hands is left alone this long, so that a file being written is not read in circles. */
const COOLING_MS = 1_000;
/** Pause after trouble that is not a file's fault: disk full, worker that does not start. */
const TROUBLE_PAUSE_MS = 15_000;
/** How soon files that wait for better power are looked at again. */
const RESTRAINED_MS = 60_000;
/** Slow means this long a rest at most, after as long a piece of work. */
const LONGEST_REST_MS = 5_000;
/** How often the time of the next retry is looked at: the clock may be set meanwhile. */
const CLOCK_CHECK_MS = 600_000;

/** Starts the loop; it ends with the signal. */
export function startIndexer(deps: IndexerDeps): Indexer {
  const { store, worker, log, signal } = deps;
  const now = deps.now ?? Date.now;
  const elapsed = deps.elapsed ?? (() => performance.now());
  const progress = createProgress(elapsed);
  const inFlight = new Map<number, { file: QueuedFile; finished: Promise<void> }>();
  /** Files that were in the worker when it died: read again one by one, so that only the guilty one gets a failure row. */
  const suspects: QueuedFile[] = [];
  /** Files that changed while they were read → when (of `elapsed`) they may be read again. */
  const cooling = new Map<number, number>();
  let paused = false;
  let trouble: string | null = null;
  let holdUntil = 0;
  let pace = FULL;
  /** Files wait only because of the pace. */
  let isRestrained = false;
  let wasBusy = false;
  let bell = Promise.withResolvers<void>();

  const ring = (): void => bell.resolve();
  signal.addEventListener("abort", ring, { once: true });

  /** Waits for the bell, or at most until `limitMs` from now. */
  async function listen(limitMs: number | null): Promise<void> {
    // setTimeout takes at most 2^31 - 1 ms.
    const timer = limitMs === null ? undefined : setTimeout(ring, Math.min(Math.max(limitMs, 10), 2_147_483_647));
    await bell.promise;
    clearTimeout(timer);
    bell = Promise.withResolvers();
  }

  function hold(words: string): void {
    if (trouble !== words) log.warn({ trouble: words }, "indexing stands still");
    trouble = words;
    holdUntil = elapsed() + TROUBLE_PAUSE_MS;
    deps.onChange();
  }

  /** The library cannot be written or read: no file's fault, and no reason to end while searches can be answered. */
  function holdBecauseOf(error: unknown, path?: string): void {
    log.error({ err: error, path }, "indexing failed");
    hold(error instanceof AppError ? [error.message, error.hint].filter(Boolean).join(" ") : messageOf(error));
  }

  async function take(file: QueuedFile, alone: boolean): Promise<void> {
    const began = elapsed();
    const outcome = await outcomeOf(file, alone);
    inFlight.delete(file.fileId);
    if (pace.speed === "slow") holdUntil = elapsed() + Math.min(elapsed() - began, LONGEST_REST_MS);
    if (outcome === "suspect") suspects.push(file);
    else if (outcome === "disk-full") hold("The disk is full. Free some space; indexing goes on by itself.");
    else if (outcome === "changed") cooling.set(file.fileId, elapsed() + COOLING_MS);
    else if (outcome !== "trouble") progress.done(1);
    log.debug({ path: file.path, outcome }, "file");
    deps.onChange();
    ring();
  }

  async function outcomeOf(file: QueuedFile, alone: boolean): Promise<Outcome | "trouble"> {
    try {
      return await indexFile(file, alone, { ...deps, read: worker.read, now });
    } catch (error) {
      if (!signal.aborted) holdBecauseOf(error, file.path);
      return "trouble";
    }
  }

  /** Puts files into the worker until it has enough. */
  async function fill(): Promise<void> {
    const suspect = suspects[0];
    if (suspect) {
      if (inFlight.size > 0) return;
      if (!(await workerReady([suspect]))) return;
      suspects.shift();
      put(suspect, true);
      return;
    }
    for (const [fileId, until] of cooling) if (until <= elapsed()) cooling.delete(fileId);
    const waiting = store.nextPending(IN_FLIGHT - inFlight.size, new Set([...inFlight.keys(), ...cooling.keys()]));
    if (waiting.length > 0) pace = deps.pace?.() ?? FULL;
    const allowed = pace.speed === "arrivals" ? waiting.filter(({ isArrival }) => isArrival) : waiting;
    isRestrained = allowed.length === 0 && waiting.length > 0;
    const files = allowed.slice(0, Math.max(0, most() - inFlight.size));
    if (files.length === 0 || !(await workerReady(files))) return;
    for (const file of files) put(file, false);
  }

  const most = (): number => (pace.speed === "full" ? IN_FLIGHT : 1);

  function put(file: QueuedFile, alone: boolean): void {
    const entry = { file, finished: Promise.resolve() };
    inFlight.set(file.fileId, entry);
    entry.finished = take(file, alone);
  }

  async function workerReady(files: readonly QueuedFile[]): Promise<boolean> {
    try {
      await worker.ready(files.map(({ indexId }) => indexId));
      trouble = null;
      return true;
    } catch (error) {
      if (!signal.aborted) hold(`The indexing worker does not start: ${messageOf(error)}`);
      return false;
    }
  }

  async function run(): Promise<void> {
    // Whoever called us may still be putting the rest together.
    await null;
    while (!signal.aborted) {
      const limitMs = await step().catch((error: unknown) => {
        if (!signal.aborted) holdBecauseOf(error);
        return TROUBLE_PAUSE_MS;
      });
      await listen(limitMs);
    }
    await Promise.allSettled([...inFlight.values()].map(({ finished }) => finished));
  }

  /** Does what can be done now; returns how long to sleep, null: until the bell rings. */
  async function step(): Promise<number | null> {
    if (!paused && holdUntil <= elapsed() && inFlight.size < most()) {
      store.requeueDueFailures(now());
      await fill();
    }
    if (inFlight.size > 0) {
      if (!wasBusy) progress.reset();
      wasBusy = true;
      return null;
    }
    if (pace.speed === "slow" && holdUntil > elapsed()) return holdUntil - elapsed();
    const isSwapped = store.activateIfComplete();
    if (isSwapped) log.info("the new index is complete and in use");
    if (wasBusy || isSwapped) deps.onChange();
    wasBusy = false;
    return idleLimit();
  }

  /** How long to sleep when there is nothing in the worker; null: until the bell rings. */
  function idleLimit(): number | null {
    if (paused) return null;
    const held = holdUntil - elapsed();
    if (held > 0) return held;
    if (suspects.length > 0) return 10;
    if (isRestrained) return RESTRAINED_MS;
    const retryAtMs = store.nextRetryAtMs();
    const untilRetry = retryAtMs === null ? Number.POSITIVE_INFINITY : Math.min(retryAtMs - now(), CLOCK_CHECK_MS);
    const next = Math.min(untilRetry, ...[...cooling.values()].map((until) => until - elapsed()));
    return Number.isFinite(next) ? next : null;
  }

  const ended = run();

  return {
    wake: ring,
    pause() {
      paused = true;
      deps.onChange();
      ring();
    },
    resume() {
      paused = false;
      holdUntil = 0;
      progress.reset();
      deps.onChange();
      ring();
    },
    get paused() {
      return paused;
    },
    get busy() {
      return inFlight.size > 0;
    },
    get currentFile() {
      return inFlight.values().next().value?.file.path ?? null;
    },
    filesPerSecond: () => (wasBusy ? progress.filesPerSecond() : 0),
    secondsLeft: (pending) => (paused || isRestrained ? null : progress.secondsLeft(pending)),
    get trouble() {
      return trouble ?? (isRestrained ? pace.why : null);
    },
    get restraint() {
      return isRestrained ? null : pace.why;
    },
    ended,
  };
}
