// The life of the watched folders: probed, watched, scanned, offline and back. One scan at a time, but a dead volume holds up no other folder;
// what a scan finds becomes rows.
import type { FolderPermission, FolderState } from "../../shared/api.ts";
import { AppError, messageOf } from "../errors.ts";
import { createWatchFilter, type WantedKinds } from "../folders/entry-names.ts";
import { createHints, type HintBatch } from "../folders/hints.ts";
import { createRootProbe, type RootLook } from "../folders/root-probe.ts";
import { checkNewRoot } from "../folders/root-rules.ts";
import { type KnownFilesPort, type ScanOptions, scanDirectory, scanTree } from "../folders/scanner.ts";
import type { TreeWatch } from "../folders/tree-watch.ts";
import { createWatcher } from "../folders/watcher.ts";
import type { Logger } from "../log.ts";
import type { Access } from "../permissions/guards.ts";
import type { Permissions } from "../permissions/permissions.ts";
import { inSteps } from "../steps.ts";
import { createRemovals, type RemovalsStore } from "./removals.ts";
import { createTurns } from "./turns.ts";

export interface RootFolder {
  readonly id: number;
  readonly path: string;
  readonly state: FolderState;
  readonly addedAtMs: number;
  readonly lastScanAtMs: number | null;
  readonly files: number;
  readonly pending: number;
  readonly failed: number;
}

/** What roots need of the store. */
export interface RootsStore extends KnownFilesPort, RemovalsStore {
  addFolder(path: string): RootFolder;
  /** False when no files are left to be taken over. */
  takeFiles(): boolean;
  removeFolder(folderId: number): void;
  folders(): readonly RootFolder[];
  setFolderState(folderId: number, state: FolderState): void;
  setFolderScanned(folderId: number, atMs: number): void;
}

export interface RootsDeps {
  readonly store: RootsStore;
  readonly permissions: Permissions;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** How the folders are watched. */
  readonly treeWatch: TreeWatch;
  /** rememe's own directory, never scanned. */
  readonly ownDirectory: string;
  readonly wanted: WantedKinds;
  /** A full scan of every root at least this often. */
  readonly rescanMs: number;
  /** A scan without a sign of life for so long lets others go on. */
  readonly stuckAfterMs?: number;
  /** Files missing for longer are forgotten. */
  readonly forgetAfterMs: number;
  /** A scan may have put files into the queue. */
  onQueued(): void;
  /** States, scans or notices changed. */
  onChange(): void;
  /** Thumbnails that no picture needs any more. */
  onForgotten(thumbnails: readonly string[]): void;
}

export interface Roots {
  /** Watches and scans every known root; settles when all are watched, while the scans go on. */
  start(): Promise<void>;
  /** Checks the folder, remembers it and begins to watch and scan it. Throws AppError, see checkNewRoot. */
  add(path: string): Promise<RootFolder>;
  /**
   * Forgets the folder and its pictures; nothing on disk is touched. None of them is found from now on; what is left of them goes in the
   * background. Rejects with AppError("folder-not-found").
   */
  remove(folderId: number): Promise<void>;
  /** Full scan of one root, or of all. Throws AppError("folder-not-found"). */
  rescan(folderId: number | undefined): void;
  /** This file is not what the library thinks: look at it again. */
  hint(path: string): void;
  readonly started: boolean;
  readonly scanning: boolean;
  isScanning(folderId: number): boolean;
  /** What the system says about reading the folder; what is known of it when it was looked at last. */
  accessTo(folder: Pick<RootFolder, "path" | "state">): Access;
  advice(folder: Pick<RootFolder, "path" | "state">): FolderPermission | null;
  readonly scanningDirectory: string | null;
  /** What a person should know about the folders, in words. */
  notices(): readonly string[];
  close(): Promise<void>;
}

/** How soon an unplugged disk that is back, or one that was pulled out, is noticed without any event. */
const PROBE_MS = 3_000;
/** How often missing files are looked at for the end of their grace period. */
const FORGET_MS = 600_000;
/** A sleeping disk takes up to ten seconds to answer. */
const STUCK_AFTER_MS = 30_000;

interface Live {
  /** Device the root was on when last online; null until then. */
  device: bigint | null;
  /** Why it is not watched, in words; null when it is. */
  watchError: string | null;
  /** A person has yet to allow it; the store calls it denied meanwhile. */
  isUndecided: boolean;
  /** Scans of it that wait or run. */
  scans: number;
  isProbing: boolean;
}

const NOT_ALLOWED: RootLook = { state: "denied", device: null };

export function createRoots(deps: RootsDeps): Roots {
  const { store, log, signal } = deps;
  const live = new Map<string, Live>();
  const probe = createRootProbe();
  let started = false;
  let scanningDirectory: string | null = null;
  const turns = createTurns({
    stuckAfterMs: deps.stuckAfterMs ?? STUCK_AFTER_MS,
    onFailure: (root, error) => {
      if (!signal.aborted) log.error({ err: error, root }, "scan failed");
    },
    onStuck: (root) => log.warn({ root }, "the folder does not answer; the scan of it is left waiting"),
    onBack: (root) => {
      if (signal.aborted) return;
      log.info({ root }, "the folder answers again");
      const folder = store.folders().find(({ path }) => path === root);
      if (folder) void attempt("scanning a folder again", () => rescan(folder));
      deps.onChange();
    },
  });

  const removals = createRemovals(deps);
  const hints = createHints({ onBatch: scanBatch });
  const watcher = createWatcher(deps.treeWatch, {
    onHint: (hint) => hints.add(hint),
    onError: (path, error) => {
      noteWatchError(path, messageOf(error));
      log.warn({ path, reason: messageOf(error) }, "watching does not work; the regular scan still finds everything");
    },
    onRecovered: (root) => {
      noteWatchError(root, null);
      log.info({ root }, "watched again");
    },
    shouldIgnore: createWatchFilter(deps.ownDirectory, deps.wanted),
  });
  const timers = [
    setInterval(() => attempt("probing the folders", probeAll), PROBE_MS),
    setInterval(() => attempt("scanning the folders", scanAll), deps.rescanMs),
    setInterval(() => attempt("forgetting missing files", forget), FORGET_MS),
  ];

  /** What is done now and then fails when the library cannot be read or written (disk full, damage). The next time comes. */
  async function attempt(what: string, work: () => void | Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!signal.aborted) log.error({ err: error }, `${what} failed`);
    }
  }

  function stateOf(root: string): Live {
    const state = live.get(root) ?? { device: null, watchError: null, isUndecided: false, scans: 0, isProbing: false };
    live.set(root, state);
    return state;
  }

  function noteWatchError(root: string, reason: string | null): void {
    const state = live.get(root);
    if (state) state.watchError = reason;
    deps.onChange();
  }

  /** Runs scans of a root after those that wait already; a scan never throws. */
  function enqueue(folder: RootFolder, work: (alive: () => void) => Promise<void>): Promise<void> {
    const state = stateOf(folder.path);
    state.scans++;
    deps.onChange();
    const pace = { signal, isPatient: false, caughtUp: () => store.caughtUp() };
    const scan = async (alive: () => void): Promise<void> => {
      // A root would know nothing of the files of those that it has taken over.
      await inSteps(() => store.takeFiles(), pace);
      await work(alive);
    };
    return turns.run(folder.path, scan).then(() => {
      state.scans--;
      scanningDirectory = null;
      if (signal.aborted) return;
      deps.onChange();
      deps.onQueued();
    });
  }

  function optionsFor(folder: RootFolder, directory: string, alive: () => void): ScanOptions {
    return {
      folderId: folder.id,
      root: folder.path,
      directory,
      port: store,
      signal,
      ownDirectory: deps.ownDirectory,
      wanted: deps.wanted,
      onDirectory: (path) => {
        scanningDirectory = path;
      },
      onProgress: alive,
      onProblem: (path, error) => log.warn({ path, reason: messageOf(error) }, "cannot be looked at; kept as it was"),
      onUnsettled: (path) => hints.add({ root: folder.path, path }),
    };
  }

  function scanAll(): void {
    for (const folder of store.folders()) rescan(folder);
  }

  function rescan(folder: RootFolder): void {
    void watcher.refresh(folder.path);
    void scanRoot(folder);
  }

  function scanRoot(folder: RootFolder): Promise<void> {
    return enqueue(folder, async (alive) => {
      if (signal.aborted || !(await isOnline(folder.id))) return;
      const totals = await scanTree(optionsFor(folder, folder.path, alive));
      if (byId(folder.id)) store.setFolderScanned(folder.id, Date.now());
      log.info({ root: folder.path, ...totals }, "scanned");
    });
  }

  function scanBatch(batch: HintBatch): Promise<void> {
    return attempt("scanning what changed", () => scanHinted(batch));
  }

  async function scanHinted({ root, directories, trees }: HintBatch): Promise<void> {
    const folder = store.folders().find(({ path }) => path === root);
    if (!folder || signal.aborted) return;
    await enqueue(folder, async (alive) => {
      if (!(await isOnline(folder.id))) return;
      for (const path of directories) await scanDirectory(optionsFor(folder, path, alive));
      for (const path of trees) await scanTree(optionsFor(folder, path, alive));
    });
  }

  /** Probes the root and records what it is now. */
  async function isOnline(folderId: number): Promise<boolean> {
    const folder = byId(folderId);
    if (!folder) return false;
    const state = stateOf(folder.path);
    const access = await deps.permissions.accessTo(folder.path);
    const { state: now, device } = access === "granted" ? await look(folder, state) : NOT_ALLOWED;
    if (now === "online") state.device = device;
    if (signal.aborted || !byId(folderId)) return false;
    const isUndecided = access === "undecided";
    if (now !== folder.state || isUndecided !== state.isUndecided) {
      log.info({ root: folder.path, from: folder.state, to: isUndecided ? access : now }, "folder");
      state.isUndecided = isUndecided;
      store.setFolderState(folderId, now);
      // probeAll() watches it anew when it is back.
      if (now !== "online") void watcher.unwatch(folder.path);
      deps.onChange();
    }
    return now === "online";
  }

  function look(folder: RootFolder, { device }: Live): Promise<RootLook> {
    return probe(folder.path, { knownFiles: folder.files, knownDevice: device });
  }

  function accessTo({ path, state }: Pick<RootFolder, "path" | "state">): Access {
    if (state !== "denied") return "granted";
    return live.get(path)?.isUndecided ? "undecided" : "denied";
  }

  function adviceOn(folder: Pick<RootFolder, "path" | "state">): FolderPermission | null {
    return deps.permissions.advice(folder.path, accessTo(folder));
  }

  /** A root that is back is scanned and watched anew: what watched it before watched something else. */
  async function probeAll(): Promise<void> {
    for (const folder of store.folders()) {
      const state = stateOf(folder.path);
      // A dead network volume answers late or never; probes must not pile up.
      if (state.isProbing || state.scans > 0) continue;
      state.isProbing = true;
      try {
        if (!(await isOnline(folder.id)) || folder.state === "online") continue;
        await watcher.unwatch(folder.path);
        await open(folder);
      } finally {
        state.isProbing = false;
      }
    }
  }

  /**
   * Watches first, then scans: what changes in between leads to a hint. A root that is not there is left to probeAll():
   * watching it would wait for a dead volume.
   */
  async function open(folder: RootFolder): Promise<void> {
    const state = stateOf(folder.path);
    state.watchError = null;
    state.scans++;
    try {
      if (!(await isOnline(folder.id))) return;
      await watcher.watch(folder.path);
      if (!signal.aborted) void scanRoot(folder);
    } finally {
      state.scans--;
    }
  }

  function close(folder: RootFolder): void {
    live.delete(folder.path);
    hints.drop(folder.path);
    void watcher.unwatch(folder.path);
  }

  function refusal({ path, state }: RootFolder): string {
    return accessTo({ path, state }) === "undecided"
      ? `Whether rememe may read ${path} is undecided; its pictures are kept.`
      : `The system does not let rememe read ${path}; its pictures are kept.`;
  }

  const forget = (): void => removals.forgetMissing(Date.now() - deps.forgetAfterMs);

  function byId(folderId: number): RootFolder | undefined {
    return store.folders().find(({ id }) => id === folderId);
  }

  function known(folderId: number): RootFolder {
    const folder = byId(folderId);
    if (folder) return folder;
    throw new AppError("folder-not-found", `There is no watched folder ${folderId}.`, {
      hint: "`rememe folders` lists them.",
    });
  }

  return {
    async start() {
      // Those that an earlier life did not finish.
      removals.forgetFolders();
      await Promise.all(store.folders().map((folder) => attempt("opening a folder", () => open(folder))));
      started = true;
      deps.onChange();
      void turns.over().then(() => attempt("forgetting missing files", forget));
    },
    async add(path) {
      const roots = store.folders().map((folder) => folder.path);
      const root = await checkNewRoot(path, roots, deps.ownDirectory, deps.permissions);
      // Others may have been added while this one was looked at; the store has the last word.
      const before = store.folders();
      const folder = store.addFolder(root);
      const left = new Set(store.folders().map(({ id }) => id));
      // Folders inside the new one have become part of it.
      for (const inner of before) if (!left.has(inner.id)) close(inner);
      void attempt("opening a folder", () => open(folder));
      deps.onChange();
      return folder;
    },
    async remove(folderId) {
      const folder = known(folderId);
      close(folder);
      store.removeFolder(folderId);
      removals.forgetFolders();
      deps.onChange();
    },
    rescan(folderId) {
      if (folderId === undefined) scanAll();
      else rescan(known(folderId));
    },
    hint(path) {
      const folder = store.folders().find((each) => path.startsWith(`${each.path}/`));
      if (folder) hints.add({ root: folder.path, path });
    },
    get started() {
      return started;
    },
    get scanning() {
      return [...live.values()].some(({ scans }) => scans > 0);
    },
    isScanning: (folderId) => (live.get(byId(folderId)?.path ?? "")?.scans ?? 0) > 0,
    accessTo,
    advice: adviceOn,
    get scanningDirectory() {
      return scanningDirectory;
    },
    notices: () =>
      store.folders().flatMap((folder) => {
        const { path, state } = folder;
        const error = live.get(path)?.watchError;
        if (state === "offline") return [`${path} is not connected; its pictures are kept.`];
        if (state === "denied") return [`${refusal(folder)} ${adviceOn(folder)?.advice ?? ""}`.trim()];
        if (turns.isStuck(path))
          return [`${path} does not answer; its pictures are kept, and it is looked at when it does.`];
        return error ? [`Changes in ${path} are found by the regular scan only: ${error}`] : [];
      }),
    async close() {
      for (const timer of timers) clearInterval(timer);
      hints.close();
      await watcher.close();
      await turns.over();
      await removals.close();
    },
  };
}
