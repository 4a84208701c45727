// Which model the library uses, and how it comes to another one without anybody noticing: fetch, check, build the index beside the old one,
// swap (the store does that), keep the old one for a while. Every step can be interrupted; the next life begins with what is there.
import { setTimeout as sleep } from "node:timers/promises";
import type { ModelUpgrade } from "../shared/api.ts";
import { AppError, messageOf } from "./errors.ts";
import { createProgress, type Progress } from "./indexer/progress.ts";
import type { Logger } from "./log.ts";
import type { InstalledModel } from "./models/catalog.ts";
import { DownloadProblem } from "./models/download/download-problem.ts";
import { type ModelLibrary, PALETTE, type WishedModel } from "./models/model-library.ts";
import { inSteps } from "./steps.ts";
import type { Store, StoredIndex } from "./store/store.ts";

export interface ModelChangesDeps {
  readonly library: ModelLibrary;
  readonly store: Pick<
    Store,
    | "activeIndex"
    | "knownIndexes"
    | "useModel"
    | "queueSome"
    | "buildingProgress"
    | "forgetKept"
    | "dropSome"
    | "caughtUp"
  >;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Tries the model in a process of its own. Rejects with AppError model-invalid, or whatever ended that process. */
  verify(model: InstalledModel): Promise<void>;
  /** Writes the setting down for the next start. */
  save(setting: string): void;
  /** Pictures wait for another embedding now. */
  onQueued(): void;
  onChange(): void;
  /** Until nothing waits any more; null when nobody knows. */
  secondsLeft(): number | null;
}

export interface ModelChanges {
  /** The `model` setting that counts. */
  readonly setting: string;
  /** Makes sure that the library has a model, with what is on the machine. Throws AppError when there is none to begin with. */
  begin(): void;
  /** Goes after the wished model in the background. */
  start(): void;
  /** Another setting, now and from the next start on. Throws AppError model-unknown, model-invalid or no-network; nothing is changed then. */
  use(setting: string): Promise<void>;
  upgrade(): ModelUpgrade | null;
  /** What the user should know. */
  notices(): readonly string[];
  close(): Promise<void>;
}

type Phase =
  | { readonly kind: "rest" }
  | { readonly kind: "waiting"; readonly title: string; readonly problem: string }
  | { readonly kind: "checking"; readonly title: string }
  | {
      readonly kind: "downloading";
      readonly title: string;
      readonly bytes: number;
      readonly totalBytes: number;
      readonly pace: Progress;
    };

const REST: Phase = { kind: "rest" };
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Going back to the model before costs nothing for so long. */
const KEEP_MS = 7 * DAY_MS;
/** Bytes; the network brings less in one piece. */
const MOST_AT_ONCE = 1e6;

/** @param configured the `model` setting at the start */
export function createModelChanges(configured: string, deps: ModelChangesDeps): ModelChanges {
  const { library, store, log } = deps;
  let setting = configured;
  let phase = REST;
  let notice: string | null = null;
  let pursuit: { readonly stop: AbortController; readonly ended: Promise<void> } | null = null;
  let timer: NodeJS.Timeout | undefined;
  let queueing: Promise<void> = Promise.resolve();
  const pace = { signal: deps.signal, isPatient: true, caughtUp: () => store.caughtUp() };

  function enter(next: Phase): void {
    phase = next;
    deps.onChange();
  }

  function modelOf(index: StoredIndex | null): InstalledModel | null {
    try {
      return index && library.ofIndex(index);
    } catch {
      return null;
    }
  }

  /** Was it tried before its index was begun? */
  function hasIndex({ manifest: { id, dimension } }: InstalledModel): boolean {
    return store.knownIndexes().some((index) => index.modelId === id && index.dimension === dimension);
  }

  function isTarget({ manifest: { id, dimension } }: InstalledModel): boolean {
    const known = store.knownIndexes();
    const target = known.find(({ state }) => state === "building") ?? known.find(({ state }) => state === "active");
    return target?.modelId === id && target.dimension === dimension;
  }

  function adopt({ manifest: { id, dimension } }: InstalledModel, name: string): void {
    const active = store.activeIndex();
    const { target } = store.useModel(id, dimension, name, active === null || modelOf(active) !== null);
    if (target.state === "building") log.info({ model: id }, "an index for another model is being built");
    queueing = queueing
      .then(() => inSteps(() => store.queueSome(), pace))
      .then(deps.onQueued)
      .catch((error: unknown) => log.error({ err: error }, "not all pictures could be queued for the model"));
    deps.onQueued();
  }

  /** A mistake in a model must not cost anybody their search. */
  function refuse(title: string, error: unknown): void {
    const active = modelOf(store.activeIndex())?.manifest.title ?? "the one before";
    const why = error instanceof AppError ? [error.message, error.hint].filter(Boolean).join(". ") : messageOf(error);
    notice = `${title} cannot be used, so ${active} stays in use. ${why}`;
    log.warn({ trouble: notice }, "the model cannot be used");
  }

  async function fetch(wish: WishedModel, signal: AbortSignal): Promise<InstalledModel> {
    const pace = createProgress(() => performance.now());
    let before: number | null = null;
    const { title } = wish;
    const model = await wish.fetch(signal, (bytes, totalBytes) => {
      // What was there already, and comes in one piece, says nothing about the pace.
      if (before !== null && bytes > before && bytes - before < MOST_AT_ONCE) pace.done(bytes - before);
      before = bytes;
      enter({ kind: "downloading", title, bytes, totalBytes, pace });
    });
    log.info({ model: model.manifest.id, directory: model.directory }, "a model was fetched");
    return model;
  }

  /** One try. Throws what keeps the wished model from being used. */
  async function attempt(wish: WishedModel, signal: AbortSignal): Promise<void> {
    const model = wish.installed ?? (await fetch(wish, signal));
    if (isTarget(model)) return enter(REST);
    if (!hasIndex(model)) {
      enter({ kind: "checking", title: model.manifest.title });
      await deps.verify(model);
      signal.throwIfAborted();
    }
    adopt(model, wish.name);
    enter(REST);
  }

  async function pursue(wished: string, signal: AbortSignal): Promise<void> {
    for (let pauseMs = MINUTE_MS; ; pauseMs = Math.min(2 * pauseMs, HOUR_MS)) {
      let wish: WishedModel | null = null;
      try {
        wish = library.resolve(wished);
        await attempt(wish, signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        const isWaiting = error instanceof DownloadProblem && error.isPassing;
        const title = wish?.title ?? wished;
        if (!isWaiting || !library.canFetch) {
          // Who fetches nothing, and named nothing, wants it so.
          if (library.canFetch || wished !== "auto") refuse(title, error);
          return enter(REST);
        }
        log.info({ model: title, reason: error.message }, "the model cannot be fetched now");
        enter({ kind: "waiting", title, problem: error.message });
        const waitMs = Math.max(pauseMs, error.retryAfterMs ?? 0);
        await sleep(waitMs, undefined, { signal }).catch(() => {});
        if (signal.aborted) return;
      }
    }
  }

  function begin(): void {
    const active = store.activeIndex();
    const current = modelOf(active);
    const wish = wishAtStart(current !== null);
    const installed = wish?.installed ?? null;
    const palette = library.resolve(PALETTE).installed;
    if (wish && installed && (active === null || hasIndex(installed))) adopt(installed, wish.name);
    else if (active && current) adopt(current, active.modelSetting);
    else if (palette) adopt(palette, PALETTE);
  }

  /** Throws when the wish makes no sense and there is nothing else to go on with. */
  function wishAtStart(hasOther: boolean): WishedModel | null {
    try {
      return library.resolve(setting);
    } catch (error) {
      if (!hasOther) throw error;
      refuse("The model of the setting", error);
      return null;
    }
  }

  function startPursuit(): void {
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, deps.signal]);
    const ended = pursue(setting, signal).catch((error: unknown) => {
      if (!signal.aborted) log.error({ err: error }, "the model could not be changed");
      phase = REST;
    });
    pursuit = { stop, ended };
  }

  async function stopPursuit(): Promise<void> {
    const current = pursuit;
    pursuit = null;
    current?.stop.abort();
    await current?.ended;
    phase = REST;
  }

  let dropping: Promise<void> = Promise.resolve();
  const forget = (): void => {
    const count = store.forgetKept(Date.now() - KEEP_MS);
    if (count > 0) log.info({ count }, "indexes that nobody used any more are dropped");
    dropping = dropping
      .then(() => inSteps(() => store.dropSome(), pace))
      .catch((error: unknown) => log.error({ err: error }, "an index could not be dropped"));
  };

  return {
    get setting() {
      return setting;
    },
    begin,
    start() {
      if (notice === null) startPursuit();
      forget();
      timer = setInterval(forget, DAY_MS).unref();
    },
    async use(next) {
      const { installed, title } = library.resolve(next);
      if (!installed && !library.canFetch && next !== "auto") throw mayNotFetch(title);
      if (installed && !hasIndex(installed)) await deps.verify(installed);
      deps.save(next);
      await stopPursuit();
      setting = next;
      notice = null;
      startPursuit();
      deps.onChange();
    },
    upgrade: () => describe(phase) ?? describeBuilding(deps, modelOf),
    notices: () => (notice === null ? [] : [notice]),
    async close() {
      clearInterval(timer);
      await stopPursuit();
      await Promise.all([queueing, dropping]);
    },
  };
}

function mayNotFetch(title: string): AppError {
  return new AppError("no-network", `${title} is not on this machine, and rememe was told to fetch nothing.`, {
    hint: "Allow it (setting `download`, variable HF_HUB_OFFLINE), or choose a model that is installed: `rememe models`.",
  });
}

function describe(phase: Phase): ModelUpgrade | null {
  const nothing = { done: 0, total: 0, secondsLeft: null, problem: null };
  switch (phase.kind) {
    case "rest":
      return null;
    case "waiting":
      return { ...nothing, phase: "waiting", title: phase.title, problem: phase.problem };
    case "checking":
      return { ...nothing, phase: "checking", title: phase.title };
    case "downloading": {
      const { title, bytes: done, totalBytes: total, pace } = phase;
      return { phase: "downloading", title, done, total, secondsLeft: pace.secondsLeft(total - done), problem: null };
    }
  }
}

function describeBuilding(
  { store, secondsLeft }: ModelChangesDeps,
  modelOf: (index: StoredIndex) => InstalledModel | null,
): ModelUpgrade | null {
  const progress = store.buildingProgress();
  const building = store.knownIndexes().find(({ state }) => state === "building");
  if (!progress || !building) return null;
  const title = modelOf(building)?.manifest.title ?? building.modelId;
  return { phase: "indexing", title, ...progress, secondsLeft: secondsLeft(), problem: null };
}
