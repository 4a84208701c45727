// Watches roots with chokidar and tells where to look. It never says what happened there, and knows nothing of scans.
import { type FSWatcher, watch as watchTree } from "chokidar";
import { classifyFsError } from "../errors.ts";
import { isWithin, type WatchFilter } from "./entry-names.ts";
import type { PathHint } from "./hints.ts";

/** The port: any other way of watching fits behind it. */
export interface Watcher {
  /**
   * Starts watching a root, which need not exist yet. Resolves when changes from now on lead to hints (or when watching
   * failed and is going to be tried again); never rejects. Scan after it, not before, or changes in between are not
   * seen before the next scan.
   */
  watch(root: string): Promise<void>;
  /** Resolves when nothing of the root is watched any more. */
  unwatch(root: string): Promise<void>;
  close(): Promise<void>;
}

export interface WatcherOptions {
  readonly onHint: (hint: PathHint) => void;
  /** Watching the root, or a part of it, does not work at the moment. Its periodic scan still finds everything. */
  readonly onError: (root: string, error: Error) => void;
  readonly shouldIgnore: WatchFilter;
}

/** Pause before the next attempt to watch a root: doubles from one attempt that fails to the next. */
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 300_000;

interface RootWatch {
  readonly opened: Promise<void>;
  close(): Promise<void>;
}

/**
 * A watcher on chokidar 6: FSEvents on macOS, inotify on Linux. An error (too many inotify watches, too many open
 * files, no permission) goes to `onError`, what can still be watched stays watched, and the root is watched anew after
 * a pause, with a hint for all of it.
 */
export function createChokidarWatcher(options: WatcherOptions): Watcher {
  const watches = new Map<string, RootWatch>();
  return {
    watch(root) {
      const existing = watches.get(root);
      if (existing) return existing.opened;
      const started = watchRoot(root, options);
      watches.set(root, started);
      return started.opened;
    },
    async unwatch(root) {
      const watch = watches.get(root);
      watches.delete(root);
      await watch?.close();
    },
    async close() {
      const all = [...watches.values()];
      watches.clear();
      await Promise.all(all.map((watch) => watch.close()));
    },
  };
}

function watchRoot(root: string, { onHint, onError, shouldIgnore }: WatcherOptions): RootWatch {
  if (root.includes("\\")) {
    // chokidar takes it for a separator of Windows, in the paths it is given, and would wait for another path.
    onError(root, new Error("a folder with a backslash in its path cannot be watched, only scanned from time to time"));
    return { opened: Promise.resolve(), close: async () => {} };
  }
  let tree: OpenTree | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  let isClosed = false;

  async function open(): Promise<void> {
    let hasFailed = false;
    tree = openTree(root, { onHint, shouldIgnore }, (error) => {
      // One message for an attempt: when inotify's watches are used up, every directory fails.
      if (hasFailed) return;
      // A directory below that may not be read is no reason to watch everything anew; the scan reports it, too.
      if (isBelow(root, error) && classifyFsError(error) === "denied") return onError(root, error);
      hasFailed = true;
      onError(root, error);
      timer = setTimeout(() => void retry(), pauseMs).unref();
      pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
    });
    await tree.ready;
    if (!hasFailed) pauseMs = FIRST_PAUSE_MS;
  }

  async function retry(): Promise<void> {
    await tree?.close();
    if (isClosed) return;
    await open();
    if (!isClosed) onHint({ root, path: root, directory: true });
  }

  return {
    opened: open(),
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await tree?.close();
    },
  };
}

interface OpenTree {
  /** Everything is being watched, or it was closed before. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

function openTree(
  root: string,
  { onHint, shouldIgnore }: Pick<WatcherOptions, "onHint" | "shouldIgnore">,
  onError: (error: Error) => void,
): OpenTree {
  const tree: FSWatcher = watchTree(root, {
    // The scan finds what is there already.
    ignoreInitial: true,
    followSymlinks: false,
    // Both wait in order to tell what happened; a hint need not know. Waiting until a file has settled is the scan's.
    atomic: false,
    awaitWriteFinish: false,
    // No `depth`: any finite one makes chokidar open one descriptor per directory on macOS, where 256 are allowed.
    ignored: (path, stats) => shouldIgnore(root, path, stats),
  });
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  tree.once("ready", resolve);
  tree.on("all", (event, path) => {
    // While the root is missing, chokidar watches the directories above it.
    if (!isWithin(root, path)) return;
    onHint(event === "addDir" || event === "unlinkDir" ? { root, path, directory: true } : { root, path });
  });
  tree.on("error", (error) => onError(error instanceof Error ? error : new Error(String(error))));
  return {
    ready,
    async close() {
      // What cannot be closed was broken before; there is nothing left to do about it.
      await tree.close().catch(() => {});
      resolve();
    },
  };
}

function isBelow(root: string, error: Error): boolean {
  const { path } = error as NodeJS.ErrnoException;
  return path !== undefined && path !== root && isWithin(root, path);
}
