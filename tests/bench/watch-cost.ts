// One way of watching a tree, alone in its process: time until it is ready, memory, open files, how soon a change is told,
// and whether one is told below a directory that was renamed.
// node tests/bench/watch-cost.ts auto|chokidar|@parcel/watcher DIRECTORY. The last is no dependency: npm install --no-save @parcel/watcher
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { createWatchFilter } from "../../daemon/folders/entry-names.ts";
import { createWatcher, treeWatchFor, type WatchWay } from "../../daemon/folders/watcher.ts";

type Start = (root: string, onPath: (path: string) => void) => Promise<unknown>;
interface Parcel {
  subscribe(root: string, onChange: (error: unknown, events: readonly { path: string }[]) => void): Promise<unknown>;
}

const ours =
  (way: WatchWay): Start =>
  (root, onPath) =>
    createWatcher(treeWatchFor(way, process.platform), {
      onHint: ({ path }) => onPath(path),
      onError: (_, error) => process.stderr.write(`${error.message}\n`),
      shouldIgnore: createWatchFilter("/nonexistent"),
    }).watch(root);

const WAYS: Readonly<Record<string, Start>> = {
  auto: ours("auto"),
  chokidar: ours("chokidar"),
  "@parcel/watcher": async (root, onPath) => {
    const name = "@parcel/watcher";
    const { default: parcel } = (await import(name)) as { default: Parcel };
    return parcel.subscribe(root, (_, events) => {
      for (const { path } of events) onPath(path);
    });
  },
};
const LIMIT_MS = 3_000;

const [name = "", root = ""] = process.argv.slice(2);
const start = WAYS[name];
if (!start) throw new Error(`${Object.keys(WAYS).join(", ")}, not ${name}`);
const told = new Set<string>();
const delay = monitorEventLoopDelay({ resolution: 1 });
const rssBefore = process.memoryUsage.rss();
delay.enable();
const began = performance.now();
await start(root, (path) => told.add(path));
const readyMs = performance.now() - began;
const cpuMs = (process.cpuUsage().user + process.cpuUsage().system) / 1_000;
const changeMs = await toldAfter(join(root, "a change.jpg"));
const rssBytes = process.memoryUsage.rss() - rssBefore;
const [openFiles, watches] = descriptors();
const isRenamedTold = await isToldBelowRenamed(join(root, "before"), join(root, "after"));
const loopMaxMs = delay.max / 1e6;
const result = { name, readyMs, cpuMs, loopMaxMs, changeMs, rssBytes, openFiles, watches, isRenamedTold };
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);

/** Milliseconds from writing a new file until it is told; null when it is not. */
async function toldAfter(file: string): Promise<number | null> {
  const written = performance.now();
  writeFileSync(file, "x");
  while (!told.has(file) && performance.now() - written < LIMIT_MS) await sleep(0.1);
  const afterMs = performance.now() - written;
  rmSync(file);
  return told.has(file) ? afterMs : null;
}

async function isToldBelowRenamed(before: string, after: string): Promise<boolean> {
  mkdirSync(join(before, "deep"), { recursive: true });
  await sleep(500);
  renameSync(before, after);
  await sleep(500);
  const afterMs = await toldAfter(join(after, "deep", "new.jpg"));
  if (existsSync(after)) rmSync(after, { recursive: true });
  return afterMs !== null;
}

/** Open files and inotify watches of this process (Linux). */
function descriptors(): readonly [number, number] {
  if (process.platform !== "linux") return [0, 0];
  const infos = readdirSync("/proc/self/fdinfo").map((fd) => {
    try {
      return readFileSync(`/proc/self/fdinfo/${fd}`, "utf8");
    } catch {
      return "";
    }
  });
  return [infos.length, infos.reduce((sum, text) => sum + (text.match(/^inotify /gm)?.length ?? 0), 0)];
}
