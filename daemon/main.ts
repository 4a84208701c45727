// The daemon: puts the parts together, starts them in order, stops them in reverse. Read this first.
import { rmSync } from "node:fs";
import { availableParallelism, homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { ErrorBody } from "../shared/api.ts";
import { openAuth } from "./api/auth.ts";
import { listen } from "./api/listen.ts";
import { buildServer } from "./api/server.ts";
import { type Child, type ChildOptions, createChild } from "./child.ts";
import { type Config, loadConfig, SETTINGS, saveSetting } from "./config.ts";
import { AppError, messageOf } from "./errors.ts";
import { createEvents } from "./events.ts";
import { treeWatchFor, type WatchWay } from "./folders/watcher.ts";
import { createCare } from "./indexer/care.ts";
import { createDuplicates } from "./indexer/duplicates.ts";
import { answerIsKnown, createIndexWorker, type IndexModel } from "./indexer/index-worker.ts";
import { startIndexer } from "./indexer/indexer.ts";
import { createRoots } from "./indexer/roots.ts";
import { removeThumbnails } from "./indexer/thumbnails.ts";
import { createScope, type Scope } from "./lifecycle.ts";
import { createLog, type Logger } from "./log.ts";
import { createModelChanges } from "./model-changes.ts";
import type { InstalledModel } from "./models/catalog.ts";
import { hubAccess } from "./models/download/hub-access.ts";
import { type ModelLibrary, openModelLibrary } from "./models/model-library.ts";
import type { ProviderCheck } from "./models/provider-check.ts";
import { candidate, type Provider } from "./models/providers.ts";
import { converter, prober } from "./originals/conversion.ts";
import { createExports, protectedPaths } from "./originals/exports.ts";
import { systemFileManager } from "./originals/file-manager.ts";
import { createOriginals } from "./originals/originals.ts";
import { systemTrash } from "./originals/trash.ts";
import { createDirectories, type Paths, resolvePaths } from "./paths.ts";
import { createPermissions } from "./permissions/permissions.ts";
import type { OnBattery } from "./power/pace.ts";
import { createPoliteness } from "./power/politeness.ts";
import { systemPower } from "./power/power.ts";
import { createProviderChoice, type ProviderChoice } from "./provider-choice.ts";
import { publishAddress, publishProgram } from "./published-files.ts";
import { openRunRecord } from "./run-record.ts";
import { createSafeMode } from "./safe-mode.ts";
import { createQueryEncoder } from "./search/query-encoder.ts";
import { createSearch } from "./search/search.ts";
import { createSearchedModel } from "./searched-model.ts";
import { createServices, type ServiceParts, statusOf } from "./services.ts";
import { acquireLock } from "./store/lock.ts";
import { openStore } from "./store/open.ts";
import type { StoredIndex } from "./store/store.ts";
import { VERSION } from "./version.ts";
import { findVideoPrograms, type VideoPrograms } from "./video-programs.ts";
import type { CheckProvider, Describe, WorkerOptions, WorkerRole } from "./worker/protocol.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Loading a large model from a cold disk, twice. */
const MODEL_LIMIT_MS = 300_000;

async function start(config: Config, paths: Paths, log: Logger, scope: Scope): Promise<void> {
  const startedAtMs = Date.now();
  createDirectories(paths);
  const lock = acquireLock(paths.lock);
  scope.defer("lock", () => lock.release());
  const runs = openRunRecord(paths.runs, log);
  scope.defer("record of this run", () => {
    if (!isCrash) runs.endWell();
  });

  const store = openStore({ path: paths.database, thumbnailsDirectory: paths.thumbnails });
  scope.defer("store", () => store.close());
  scope.defer("searches", () => store.endSearches());
  const library = openModelLibrary({
    directory: paths.models,
    autoModel: config.autoModel,
    access: hubAccess(process.env, config.download),
  });

  const video = config.videos ? findVideoPrograms() : null;
  rmSync(paths.temporary, { recursive: true, force: true });
  const child = (role: WorkerRole, idleMs: () => number, name: string, more: Partial<ChildOptions> = {}): Child => {
    const process = createChild({
      name,
      entry: new URL("./worker/main", import.meta.url),
      args: [role, JSON.stringify(workerOptions(config, paths, video))],
      idleMs,
      temporary: paths.temporary,
      log,
      ...more,
    });
    scope.defer(name, () => process.stop());
    return process;
  };
  const queryProcess = child("query", () => config.encoderIdleMinutes * MINUTE_MS, "query encoder", {
    onNeed: runs.encoderNeeded,
  });
  const providers = createProviderChoice({
    candidate: candidate(config.provider, process.platform, process.arch),
    isForced: config.provider !== "auto",
    file: paths.providers,
    log,
    signal: scope.signal,
    check: providerChecker(child("query", () => 0, "provider check")),
    onChange: () => events.touch(),
  });
  const searchedModel = createSearchedModel(() => store.activeIndex(), library, providers);
  const queryEncoder = createQueryEncoder(queryProcess, searchedModel.model);
  /** What a provider has planned takes long to plan again. */
  const workerIdleMs = (): number => {
    return searchedModel.info().provider === "cpu"
      ? config.workerIdleSeconds * 1_000
      : config.encoderIdleMinutes * MINUTE_MS;
  };
  const worker = createIndexWorker(
    child("index", workerIdleMs, "indexing worker", { answer: answerIsKnown(store.knowledge) }),
    (indexId) => indexModel(modelOf(indexId, store.knownIndexes(), library), providers),
    config.pictureTimeoutSeconds * 1_000,
  );

  const events = createEvents(
    () => statusOf(parts),
    () => store.revision(),
    (error) => log.error({ err: error }, "the status cannot be told"),
  );
  scope.defer("events", () => events.close());
  const search = createSearch(store, queryEncoder, searchedModel.calibration);
  const duplicates = createDuplicates({
    compareNew: () => store.compareNew(),
    signal: scope.signal,
    log,
    onChange: () => events.touch(),
  });
  scope.defer("duplicates", () => duplicates.close());
  const models = createModelChanges(config.model, {
    library,
    store,
    log,
    signal: scope.signal,
    verify: verifier(child("query", () => 0, "model check")),
    save: (setting) => saveSetting(paths.config, "model", setting),
    onQueued: () => indexer.wake(),
    onChange: () => events.touch(),
    secondsLeft: () => indexer.secondsLeft(store.counts().pending),
  });
  const indexer = startIndexer({
    pace: createPoliteness({
      onBattery: config.onBattery as OnBattery,
      probe: systemPower(process.platform),
      log,
      onChange: () => indexer.wake(),
    }),
    store,
    worker,
    log,
    signal: scope.signal,
    rescan: (file) => roots.hint(file.path),
    onChange: () => {
      events.touch();
      duplicates.wake();
    },
  });
  scope.defer("indexer", () => indexer.ended);
  models.begin();
  // A restart does not make the next search wait: the encoder loads while the rest is put together.
  if (runs.hadEncoder) queryEncoder.prepare();
  scope.defer("models", () => models.close());
  const isNeeded = (name: string): boolean => scope.signal.aborted || store.hasThumbnail(name);
  const permissions = createPermissions({
    place: { platform: process.platform, home: homedir(), program: process.execPath },
    signal: scope.signal,
    log,
  });
  const roots = createRoots({
    store,
    permissions,
    log,
    signal: scope.signal,
    treeWatch: treeWatchFor(config.watcher as WatchWay, process.platform),
    ownDirectory: paths.data,
    wanted: { videos: video !== null, pdfs: config.pdfs },
    rescanMs: config.rescanMinutes * MINUTE_MS,
    forgetAfterMs: config.forgetAfterHours * HOUR_MS,
    onQueued: () => indexer.wake(),
    onChange: () => events.touch(),
    onForgotten: (thumbnails) => void removeThumbnails(paths.thumbnails, thumbnails, isNeeded, log),
  });
  scope.defer("folders", () => roots.close());

  const care = createCare({
    store,
    directory: paths.data,
    thumbnails: paths.thumbnails,
    signal: scope.signal,
    log,
    isNeeded,
    onQueued: () => indexer.wake(),
  });
  scope.defer("care", () => care.close());
  const exports = createExports({
    directory: paths.exports,
    isProtected: protectedPaths(homedir(), process.platform),
    convert: converter(queryProcess),
  });
  const originals = createOriginals({
    library: store,
    trash: systemTrash(),
    fileManager: systemFileManager(),
    exports,
    probe: prober(queryProcess),
    hint: (path) => roots.hint(path),
  });

  const safeMode = createSafeMode({
    recentCrashes: runs.recentCrashes,
    isAllowed: config.safeMode === "auto",
    signal: scope.signal,
    log,
    forgive: runs.forgive,
    async begin() {
      indexer.resume();
      await roots.start();
      care.start(runs.isAfterCrash);
      models.start();
    },
  });
  scope.defer("safe mode", () => safeMode.close());
  if (safeMode.isOn) indexer.pause();

  const parts: ServiceParts = {
    store,
    search,
    indexer,
    roots,
    care,
    safeMode,
    originals,
    recordUses: config.recordUses,
    model: searchedModel.info,
    models,
    modelLibrary: library,
    encoder: queryEncoder,
    ocr: config.ocr,
    startedAtMs,
    onMarked: () => events.touch(),
    subscribe: events.subscribe,
  };
  let port = config.port;
  const auth = openAuth({ tokenFile: paths.token, port: () => port });
  const server = buildServer({
    services: createServices(parts),
    auth,
    webDirectory: join(import.meta.dirname, "web"),
    log,
    port: () => port,
  });
  scope.defer("server", () => server.close());
  port = await listen(server, config.port);
  publishProgram(paths);
  publishAddress(paths, port, startedAtMs);
  scope.defer("address", () => rmSync(paths.address, { force: true }));
  log.info({ port, home: paths.data, version: VERSION }, "rememe answers");

  store.prepareSearches().catch((error: unknown) => {
    if (!scope.signal.aborted) log.warn({ err: error }, "searches of this large library are slower than they could be");
  });
  await safeMode.start();
  void exports.sweep().catch((error: unknown) => log.warn({ reason: messageOf(error) }, "copies to paste not swept"));
}

/** Tries a whole model in a process that is gone afterwards, with its memory and whatever the model did to it. */
function verifier(child: Child): (model: InstalledModel) => Promise<void> {
  return async (model) => {
    await child.ask({ ask: "describe", model, part: "whole" } satisfies Describe, MODEL_LIMIT_MS);
  };
}

/** Each time in a process that is gone afterwards: a provider may crash it, or hang. */
function providerChecker(child: Child): (model: InstalledModel, provider: Provider) => Promise<ProviderCheck> {
  return async (model, provider) => {
    const question: CheckProvider = { ask: "check-provider", model, provider };
    return (await child.ask(question, MODEL_LIMIT_MS)) as ProviderCheck;
  };
}

/** @throws AppError model-invalid when the model of the index is gone. */
function modelOf(indexId: number, indexes: readonly StoredIndex[], library: ModelLibrary): InstalledModel {
  const index = indexes.find(({ id }) => id === indexId);
  if (!index) throw new Error(`there is no index ${indexId}`);
  return library.ofIndex(index);
}

function indexModel(model: InstalledModel, providers: ProviderChoice): IndexModel {
  providers.consider(model);
  return { model, provider: providers.of(model), distrust: (why) => providers.distrust(model, why) };
}

function workerOptions(config: Config, paths: Paths, video: VideoPrograms | null): WorkerOptions {
  return {
    ocr: config.ocr,
    // Half of the cores: the other half belongs to the person at the machine.
    threads: config.threads || Math.max(1, Math.floor(availableParallelism() / 2)),
    thumbnails: paths.thumbnails,
    maxPixels: config.maxMegapixels * 1e6,
    maxFileBytes: config.maxFileMegabytes * 1e6,
    video,
    maxMemoryBytes: config.workerMemoryMegabytes * 1e6,
  };
}

/** Settings from the command line: `--port 0`, `--model auto`, … */
function readFlags(): Record<string, string | undefined> {
  const options = Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, { type: "string" as const }]));
  try {
    return parseArgs({ options, strict: true }).values as Record<string, string | undefined>;
  } catch (cause) {
    throw new AppError("config-invalid", messageOf(cause), { cause });
  }
}

/** Why it did not start, as one line of JSON for whoever started it. */
function reportFailure(error: unknown): void {
  const { code, hint } = error instanceof AppError ? error : { code: "internal" as const, hint: undefined };
  const body: ErrorBody = { error: { code, message: messageOf(error), ...(hint === undefined ? {} : { hint }) } };
  process.stderr.write(`${JSON.stringify(body)}\n`);
}

const paths = resolvePaths();
let log: Logger | undefined;
/** A bug ends this process, not a person or a setting. */
let isCrash = false;
const scope = createScope((message) => log?.error(message));

async function stop(exitCode: number): Promise<void> {
  await scope.close();
  process.exit(exitCode);
}

process.umask(0o077);
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => void stop(0));
// Started by `rememe start`, which may be killed: then nobody is left who would stop this process.
process.once("disconnect", () => void stop(0));
for (const name of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(name, (error: unknown) => {
    if (scope.signal.aborted) return;
    isCrash = true;
    log?.fatal({ err: error }, "the daemon stopped because of a bug");
    reportFailure(error);
    void stop(1);
  });
}

try {
  const config = loadConfig({ file: paths.config, env: process.env, flags: readFlags() });
  log = createLog(config.logLevel, config.logFile);
  await start(config, paths, log, scope);
} catch (error) {
  isCrash = !(error instanceof AppError);
  reportFailure(error);
  await stop(1);
}
