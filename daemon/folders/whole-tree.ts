// One tree, watched by one watch of the system's for all of it: FSEvents on macOS. Nothing is listed before, nothing is
// remembered.
import { type FSWatcher, watch } from "node:fs";
import { opendir } from "node:fs/promises";
import { join } from "node:path";
import { A_DIRECTORY, A_FILE } from "./entry-names.ts";
import { createPathChecks } from "./path-checks.ts";
import type { OpenTree, TreeOptions, TreeWatch } from "./tree-watch.ts";

export const wholeTree: TreeWatch = { open: openTree };

function openTree(root: string, { onHint, onError, shouldIgnore }: TreeOptions): OpenTree {
  const checks = createPathChecks((path, { kind }) => {
    if (kind === "directory") onHint({ root, path, directory: true });
    // Whether it was a directory nobody knows; looking at the one around it finds out.
    else if (kind === "gone") onHint({ root, path });
  }, onError);

  function onEvent(name: string | null): void {
    const path = join(root, name ?? "");
    if (!shouldIgnore(root, path, A_FILE)) onHint({ root, path });
    if (!shouldIgnore(root, path, A_DIRECTORY)) checks.add(path);
  }

  let watcher: FSWatcher | undefined;
  let isClosed = false;

  async function open(): Promise<void> {
    try {
      // Not every system's watch says so itself when there is nothing to watch.
      await (await opendir(root)).close();
      if (isClosed) return;
      watcher = watch(root, { recursive: true }, (_, name) => onEvent(name));
      watcher.on("error", onError);
    } catch (error) {
      onError(error as Error);
    }
  }

  return {
    ready: open(),
    async close() {
      isClosed = true;
      watcher?.close();
      await checks.close();
    },
  };
}
