// One tree, watched by chokidar 6. It keeps an entry for every file: some 4 kB each, and seconds until it is ready in a
// large library (docs/benchmarks.md), hence only for those who ask for it.
import { type FSWatcher, watch as watchTree } from "chokidar";
import { isWithin } from "./entry-names.ts";
import type { OpenTree, TreeOptions, TreeWatch } from "./tree-watch.ts";

/** FSEvents on macOS, inotify on Linux, by way of chokidar. */
export const chokidarTree: TreeWatch = {
  refusal: (root) =>
    // chokidar takes it for a separator of Windows, in the paths it is given, and would wait for another path.
    root.includes("\\")
      ? new Error("a folder with a backslash in its path cannot be watched by chokidar, only scanned from time to time")
      : null,
  open: openTree,
};

function openTree(root: string, { onHint, onError, shouldIgnore }: TreeOptions): OpenTree {
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
