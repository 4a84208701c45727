// What finding out what is on the disk costs: first scan, rescan, restart, watching. Nothing is indexed meanwhile.
// node tests/bench/scan.ts [--json] [--files N] [--folders N] [--watchers]
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { FolderList } from "../../shared/api.ts";
import { startDaemon, type TestDaemon, until } from "../helpers/daemon.ts";
import { longestDelays } from "./loop-delay.ts";
import { NO_MEMORY, processMemory } from "./process-memory.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    files: { type: "string", default: "140000" },
    folders: { type: "string", default: "500" },
    watchers: { type: "boolean" },
  },
});
const FILES = Number(values.files);
const FOLDERS = Number(values.folders);
const BURST = Math.min(10_000, FILES);
const IDLE_MS = 10_000;
const LIMIT_MS = 600_000;
const LOOP_DELAY = new URL("./loop-delay.ts", import.meta.url).href;
const WATCH_COST = new URL("./watch-cost.ts", import.meta.url).pathname;
/** Linux counts processor time in these. */
const TICK_MS = 10;

const work = await mkdtemp(join(tmpdir(), "rememe-bench-scan-"));
const cleanUps: (() => unknown)[] = [];
const scope = { after: (clean: () => unknown) => void cleanUps.push(clean) };
try {
  report(await measure());
} finally {
  for (const clean of cleanUps.reverse()) await clean();
  await rm(work, { recursive: true, force: true, maxRetries: 5 });
}

async function measure() {
  const root = join(work, "pictures");
  makeTree(root);
  note(`${FILES} files in ${FOLDERS} folders`);
  const first = await start();
  const firstScan = await timed(first, async () => {
    await first.addFolder(root);
    await scanned(first, null);
  });
  const rescan = await rescanOf(first);
  const change = await oneChange(first, root);
  const burst = await burstInto(first, root);
  // Who searched before a restart finds the query encoder loaded after it.
  await first.search("a dog on fire");
  await first.stop();

  const began = performance.now();
  // Without what looks at the event loop, which costs processor time itself.
  const second = await start({ REMEME_BENCH_LOOP_DELAY: "", NODE_OPTIONS: "" });
  await second.search("");
  const restartMs = performance.now() - began;
  await second.search("a dog on fire");
  const restartWordsMs = performance.now() - began;
  await second.post("/v1/pause");
  const before = (await folderOf(second)).lastScanAtMs;
  await until(
    "what happened meanwhile is looked for",
    async () => (await folderOf(second)).lastScanAtMs !== before,
    LIMIT_MS,
  );
  const settledMs = performance.now() - began;
  await sleep(2_000);
  const idleFrom = cpuMs(second.process.pid);
  await sleep(IDLE_MS);
  const { pid = 0 } = second.process;
  return {
    files: FILES,
    folders: FOLDERS,
    firstScanMs: firstScan.wallMs,
    firstScanLoopMaxMs: firstScan.loopMaxMs,
    rescanMs: rescan.wallMs,
    rescanCpuMs: rescan.cpuMs,
    rescanLoopMaxMs: rescan.loopMaxMs,
    changeMs: change,
    burstFiles: BURST,
    burstMs: burst.wallMs,
    burstLoopMaxMs: burst.loopMaxMs,
    restartMs,
    restartWordsMs,
    restartSettledMs: settledMs,
    idleCpuPercent: ((cpuMs(pid) - idleFrom) / IDLE_MS) * 100,
    rssBytes: processMemory(pid, NO_MEMORY).daemonBytes,
    openFiles: openFiles(pid),
    watches: inotifyWatches(pid),
    ...(values.watchers
      ? { watchers: ["auto", "chokidar", "@parcel/watcher"].map((name) => watchCost(name, root)) }
      : {}),
  };
}

/** Small files that no two have in common but their pixels; what is in them is not read. */
function makeTree(root: string): void {
  const bytes = Buffer.from("not read");
  for (let folder = 0; folder < FOLDERS; folder++) {
    const directory = join(root, `year ${folder % 20}`, `event ${folder}`);
    mkdirSync(directory, { recursive: true });
    for (let at = folder; at < FILES; at += FOLDERS) writeFileSync(join(directory, `IMG_${at}.jpg`), bytes);
  }
}

async function start(more: NodeJS.ProcessEnv = {}): Promise<TestDaemon> {
  const env = {
    REMEME_LOG_LEVEL: "error",
    NODE_OPTIONS: `--import=${LOOP_DELAY}`,
    REMEME_BENCH_LOOP_DELAY: join(work, "delay"),
    NODE_DISABLE_COMPILE_CACHE: undefined,
    ...more,
  };
  const daemon = await startDaemon(scope, { home: join(work, "home"), env });
  await daemon.post("/v1/pause");
  return daemon;
}

async function folderOf(daemon: TestDaemon) {
  const [folder] = (await daemon.get<FolderList>("/v1/folders")).folders;
  if (!folder) throw new Error("no folder is watched");
  return folder;
}

async function scanned(daemon: TestDaemon, before: number | null): Promise<void> {
  await until(
    "the folder was scanned",
    async () => {
      const { state, lastScanAtMs } = await folderOf(daemon);
      return state === "online" && lastScanAtMs !== before;
    },
    LIMIT_MS,
  );
}

async function rescanOf(daemon: TestDaemon) {
  const { id, lastScanAtMs } = await folderOf(daemon);
  return timed(daemon, async () => {
    await daemon.post("/v1/rescan", { folderId: id });
    await scanned(daemon, lastScanAtMs);
  });
}

async function timed(daemon: TestDaemon, task: () => Promise<void>) {
  const began = Date.now();
  const [cpuBefore, before] = [cpuMs(daemon.process.pid), performance.now()];
  await task();
  const wallMs = performance.now() - before;
  const spent = cpuMs(daemon.process.pid) - cpuBefore;
  const { delayMs } = await longestDelays(join(work, "delay"), began);
  return { wallMs, cpuMs: spent, loopMaxMs: delayMs };
}

/** From the last write of a new file until the daemon knows it; the slowest of five. */
async function oneChange(daemon: TestDaemon, root: string): Promise<number> {
  let slowest = 0;
  for (let at = 0; at < 5; at++) {
    const { files } = (await daemon.status()).counts;
    writeFileSync(join(root, "year 3", "event 3", `new ${at}.jpg`), "new");
    const before = performance.now();
    await until("it is known", async () => (await daemon.status()).counts.files > files);
    slowest = Math.max(slowest, performance.now() - before);
  }
  return slowest;
}

async function burstInto(daemon: TestDaemon, root: string) {
  const { files } = (await daemon.status()).counts;
  const directory = join(root, "copied in");
  return timed(daemon, async () => {
    mkdirSync(directory);
    for (let at = 0; at < BURST; at++) writeFileSync(join(directory, `${at}.png`), "x");
    await until("all are known", async () => (await daemon.status()).counts.files === files + BURST, LIMIT_MS);
  });
}

/** Processor time of a process and its threads; 0 where there is no /proc. */
function cpuMs(pid = 0): number {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return 0;
  const fields = readFileSync(path, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function openFiles(pid: number): number {
  return existsSync(`/proc/${pid}/fd`) ? readdirSync(`/proc/${pid}/fd`).length : 0;
}

function inotifyWatches(pid: number): number {
  const directory = `/proc/${pid}/fdinfo`;
  if (!existsSync(directory)) return 0;
  return readdirSync(directory)
    .map((name) => readFileSync(join(directory, name), "utf8").match(/^inotify /gm)?.length ?? 0)
    .reduce((a, b) => a + b, 0);
}

/** One way of watching, alone in a process. */
function watchCost(name: string, root: string): object {
  const { stdout, stderr, status } = spawnSync(process.execPath, [WATCH_COST, name, root], { encoding: "utf8" });
  if (status !== 0) return { name, problem: stderr.trim().split("\n").at(-1) };
  return JSON.parse(stdout) as object;
}

function note(text: string): void {
  if (!values.json) process.stderr.write(`${text}\n`);
}

function report(result: Awaited<ReturnType<typeof measure>>): void {
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else console.table(result);
}
