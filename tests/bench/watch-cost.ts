// One way of watching a tree, alone in its process: time until it is ready, memory, open files, how soon a change is told.
// node tests/bench/watch-cost.ts chokidar|@parcel/watcher DIRECTORY. The second is no dependency: npm install --no-save @parcel/watcher
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { watch } from "chokidar";

type Start = (root: string, onChange: () => void) => Promise<void>;
interface Parcel {
  subscribe(root: string, onChange: () => void, options: { ignore: string[] }): Promise<unknown>;
}

const WAYS: Readonly<Record<string, Start>> = {
  chokidar: (root, onChange) =>
    new Promise((resolve) => {
      const options = { ignoreInitial: true, followSymlinks: false, atomic: false };
      const isNoPicture = (path: string, stats?: { isFile(): boolean }): boolean =>
        stats?.isFile() === true && !path.endsWith(".jpg");
      watch(root, { ...options, ignored: isNoPicture })
        .once("ready", resolve)
        .on("all", onChange);
    }),
  "@parcel/watcher": async (root, onChange) => {
    const name = "@parcel/watcher";
    const { default: parcel } = (await import(name)) as { default: Parcel };
    await parcel.subscribe(root, onChange, { ignore: [] });
  },
};

const [name = "", root = ""] = process.argv.slice(2);
const start = WAYS[name];
if (!start) throw new Error(`chokidar or @parcel/watcher, not ${name}`);
const rssBefore = process.memoryUsage.rss();
const began = performance.now();
let told = Promise.withResolvers<void>();
await start(root, () => told.resolve());
const readyMs = performance.now() - began;
const cpuMs = (process.cpuUsage().user + process.cpuUsage().system) / 1_000;
told = Promise.withResolvers();
const file = join(root, "a change.jpg");
writeFileSync(file, "x");
const written = performance.now();
await told.promise;
const changeMs = performance.now() - written;
const rssBytes = process.memoryUsage.rss() - rssBefore;
const [openFiles, watches] = descriptors();
process.stdout.write(`${JSON.stringify({ name, readyMs, cpuMs, changeMs, rssBytes, openFiles, watches })}\n`);
rmSync(file);
process.exit(0);

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
