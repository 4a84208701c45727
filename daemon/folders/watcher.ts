// Watches roots and tells where to look, trying again when that fails. It never says what happened there, knows nothing
// of scans, and leaves how a tree is watched to watched-directories.ts, whole-tree.ts or chokidar-tree.ts.
import { classifyFsError } from "../errors.ts";
import { chokidarTree } from "./chokidar-tree.ts";
import { isWithin, type WatchFilter } from "./entry-names.ts";
import type { PathHint } from "./hints.ts";
import type { OpenTree, TreeWatch } from "./tree-watch.ts";
import { watchedDirectories } from "./watched-directories.ts";
import { wholeTree } from "./whole-tree.ts";

/** The port: any other way of watching fits behind it. */
export interface Watcher {
  /**
   * Starts watching a root, which need not exist yet. Resolves when changes from now on lead to hints (or when watching
   * failed and is going to be tried again); never rejects. Scan after it, not before, or changes in between are not
   * seen before the next scan.
   */
  watch(root: string): Promise<void>;
  /**
   * Looks for directories that watching has missed: a system drops events when there are too many at once. What is
   * found is hinted at. Does nothing for a root that is not watched; never rejects.
   */
  refresh(root: string): Promise<void>;
  /** Resolves when nothing of the root is watched any more. */
  unwatch(root: string): Promise<void>;
  close(): Promise<void>;
}

export interface WatcherOptions {
  readonly onHint: (hint: PathHint) => void;
  /**
   * Watching this root, or a directory below one that may not be read, does not work at the moment. The root's periodic
   * scan still finds everything.
   */
  readonly onError: (path: string, error: Error) => void;
  /** After an error: all of the root is watched again. */
  readonly onRecovered?: (root: string) => void;
  readonly shouldIgnore: WatchFilter;
}

/** Pause before the next attempt to watch a root: doubles from one attempt that fails to the next. */
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 300_000;

interface RootWatch {
  readonly opened: Promise<void>;
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** What setting `watcher` may say. */
export type WatchWay = "auto" | "chokidar";

/** `auto`: one watch for the whole tree where the system has that, otherwise one for each directory. */
export function treeWatchFor(way: WatchWay, platform: NodeJS.Platform): TreeWatch {
  if (way === "chokidar") return chokidarTree;
  return platform === "linux" ? watchedDirectories : wholeTree;
}

/**
 * A watcher of any number of roots. An error (too many inotify watches, too many open files, no permission) goes to
 * `onError`, what can still be watched stays watched, and the root is watched anew after a pause, with a hint for all
 * of it.
 */
export function createWatcher(way: TreeWatch, options: WatcherOptions): Watcher {
  const watches = new Map<string, RootWatch>();
  return {
    watch(root) {
      const existing = watches.get(root);
      if (existing) return existing.opened;
      const started = watchRoot(root, way, options);
      watches.set(root, started);
      return started.opened;
    },
    async refresh(root) {
      await watches.get(root)?.refresh();
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

function watchRoot(root: string, way: TreeWatch, options: WatcherOptions): RootWatch {
  const { onHint, onError, onRecovered, shouldIgnore } = options;
  const refusal = way.refusal?.(root);
  if (refusal) {
    onError(root, refusal);
    return { opened: Promise.resolve(), refresh: async () => {}, close: async () => {} };
  }
  let tree: OpenTree | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  let isClosed = false;

  /** Returns whether it worked. */
  async function open(): Promise<boolean> {
    let hasFailed = false;
    const onTreeError = (error: Error): void => {
      // One message for an attempt: when inotify's watches are used up, every directory fails.
      if (hasFailed || isClosed) return;
      // A directory below that may not be read is no reason to watch everything anew; the scan reports it, too.
      const path = deniedBelow(root, error);
      onError(path ?? root, error);
      if (path !== null) return;
      hasFailed = true;
      timer = setTimeout(() => void retry(), pauseMs).unref();
      pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
    };
    tree = way.open(root, { onHint, onError: onTreeError, shouldIgnore });
    await tree.ready;
    if (!hasFailed) pauseMs = FIRST_PAUSE_MS;
    return !hasFailed;
  }

  async function retry(): Promise<void> {
    await tree?.close();
    if (isClosed) return;
    const isWatched = await open();
    if (isClosed) return;
    if (isWatched) onRecovered?.(root);
    onHint({ root, path: root, directory: true });
  }

  return {
    opened: open().then(() => {}),
    async refresh() {
      await tree?.refresh?.();
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await tree?.close();
    },
  };
}

/** The directory below the root that may not be read, when that is what is wrong. */
function deniedBelow(root: string, error: Error): string | null {
  const { path } = error as NodeJS.ErrnoException;
  const isBelow = path !== undefined && path !== root && isWithin(root, path);
  return isBelow && classifyFsError(error) === "denied" ? path : null;
}
