// One tree, watched by one inotify watch for each directory (Linux). Files are never listed or remembered: 140,000 of
// them in 500 directories are 500 watches. Which directories there are is found out here, and kept up with.
import { type FSWatcher, watch } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { classifyFsError } from "../errors.ts";
import { isGone } from "./directory.ts";
import { A_DIRECTORY, A_FILE } from "./entry-names.ts";
import { createPathChecks, type Found, findOut } from "./path-checks.ts";
import type { OpenTree, TreeOptions, TreeWatch } from "./tree-watch.ts";

export const watchedDirectories: TreeWatch = { open: openTree };

interface Directory {
  readonly path: string;
  readonly identity: string;
  readonly watcher: FSWatcher;
  /** By name. */
  readonly children: Map<string, Directory>;
}

function openTree(root: string, { onHint, onError, shouldIgnore }: TreeOptions): OpenTree {
  let top: Directory | undefined;
  let isClosed = false;
  const checks = createPathChecks(settle, onError);

  function find(path: string): Directory | undefined {
    let at = top;
    const names = path === root ? [] : path.slice(root.length + 1).split("/");
    for (const name of names) at = at?.children.get(name);
    return at;
  }

  /** What happens to a watched directory itself is told with its own name, as if it were something in it. */
  function onEvent(directory: string, name: string | null): void {
    const path = join(directory, name ?? "");
    if (!shouldIgnore(root, path, A_FILE)) onHint({ root, path });
    if (!shouldIgnore(root, path, A_DIRECTORY)) checks.add(path);
    if (name === basename(directory)) checks.add(directory);
  }

  /** Something has come, gone or changed at the path. Only directories are of interest here. */
  async function settle(path: string, found: Found): Promise<void> {
    const known = find(path);
    const identity = found.kind === "directory" ? found.identity : null;
    if (isClosed || (!known && identity === null)) return;
    if (known && known.identity !== identity) leave(known);
    if (path === root && identity === null) onError(notThere(root));
    else if (known?.identity !== identity) await enter(path);
    if (!isClosed) onHint({ root, path, directory: true });
  }

  function leave(directory: Directory): void {
    if (directory === top) top = undefined;
    else find(dirname(directory.path))?.children.delete(basename(directory.path));
    const all = [directory];
    for (let each = all.pop(); each; each = all.pop()) {
      each.watcher.close();
      all.push(...each.children.values());
    }
  }

  /**
   * Watches a directory and everything below it. Each is watched before it is listed: what is made in it meanwhile is in
   * the list, or an event. Stops at the first error that others would meet, too.
   */
  async function enter(path: string): Promise<void> {
    const stack = [path];
    for (let at = stack.pop(); at !== undefined && !isClosed; at = stack.pop()) {
      try {
        if (await startWatching(at)) stack.push(...(await subdirectories(at)));
      } catch (error) {
        if (isGone(error) && at !== root) continue;
        onError(error as Error);
        if (classifyFsError(error) !== "denied") return;
      }
    }
  }

  /** False when there is nothing to be watched any more. Throws what lstat and watch throw. */
  async function startWatching(path: string): Promise<boolean> {
    const found = await findOut(path);
    if (found.kind !== "directory") {
      if (path === root) throw notThere(root);
      return false;
    }
    const parent = path === root ? undefined : find(dirname(path));
    const isWanted = path === root ? !top : parent && !parent.children.has(basename(path));
    if (isClosed || !isWanted) return false;
    const watcher = watch(path, (_, name) => onEvent(path, name));
    watcher.on("error", onError);
    const directory = { path, identity: found.identity, watcher, children: new Map() };
    if (parent) parent.children.set(basename(path), directory);
    else top = directory;
    return true;
  }

  async function subdirectories(directory: string): Promise<string[]> {
    const entries = await readdir(directory, { withFileTypes: true });
    const paths = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(directory, name));
    return paths.filter((path) => !shouldIgnore(root, path, A_DIRECTORY));
  }

  const ready = enter(root);
  return {
    ready,
    async refresh() {
      await ready;
      const all = top ? [top] : [];
      for (let each = all.pop(); each && !isClosed; each = all.pop()) {
        const { children, path } = each;
        all.push(...children.values());
        const there = new Set(await subdirectories(path).catch(() => []));
        for (const child of there) if (!children.has(basename(child))) checks.add(child);
        for (const child of children.values()) if (!there.has(child.path)) checks.add(child.path);
      }
      await checks.done();
    },
    async close() {
      isClosed = true;
      if (top) leave(top);
      await Promise.all([ready, checks.close()]);
    },
  };
}

function notThere(root: string): Error {
  return Object.assign(new Error(`ENOENT: there is no directory at ${root}`), { code: "ENOENT", path: root });
}
