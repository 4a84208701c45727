// Loaded into the daemon (`node --import`): ten times a second adds a line to a file, how late its event loop was at most since the last one
// (LoopDelay, as JSON). A loop is late because something blocks it, or because the machine's cores are taken: Linux tells the two apart.
import { existsSync, openSync, readFileSync, readSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { isMainThread } from "node:worker_threads";

export interface LoopDelay {
  /** When the line was written, in milliseconds since the epoch. */
  readonly at: number;
  /** The longest that a timer was late, in milliseconds. */
  readonly delayMs: number;
  /** The longest of what is left without the time in which the thread could have run and no core was free; elsewhere than on Linux the same. */
  readonly blockedMs: number;
}

const EVERY_MS = 1;
const path = process.env.REMEME_BENCH_LOOP_DELAY;
if (path && isMainThread && /main|launch/.test(process.argv[1] ?? "") && !process.send) watch(path);

function watch(path: string): void {
  const waitedMs = coreWait();
  let [delayMs, blockedMs] = [0, 0];
  let [before, waitedBefore] = [performance.now(), waitedMs()];
  setInterval(() => {
    const delay = performance.now() - before - EVERY_MS;
    const waited = waitedMs();
    delayMs = Math.max(delayMs, delay);
    blockedMs = Math.max(blockedMs, delay - (waited - waitedBefore));
    [before, waitedBefore] = [performance.now(), waited];
  }, EVERY_MS).unref();
  setInterval(() => {
    const line: LoopDelay = { at: Date.now(), delayMs, blockedMs };
    [delayMs, blockedMs] = [0, 0];
    // Whoever measures must not wait for the disk. The directory is gone when nobody reads any more.
    appendFile(path, `${JSON.stringify(line)}\n`).catch(() => {});
  }, 100).unref();
}

/** The longest delays in what was written since then. */
export async function longestDelays(path: string, sinceMs: number): Promise<Pick<LoopDelay, "delayMs" | "blockedMs">> {
  // What has happened so far is in the next line.
  await wait(250);
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  const since = lines.map((line) => JSON.parse(line) as LoopDelay).filter(({ at }) => at > sinceMs);
  const longest = (of: "delayMs" | "blockedMs"): number =>
    Math.round(Math.max(0, ...since.map((line) => line[of])) * 10) / 10;
  return { delayMs: longest("delayMs"), blockedMs: longest("blockedMs") };
}

/** How long this thread has waited for a core, all in all: the second number of schedstat (Linux, Documentation/scheduler/sched-stats). */
function coreWait(): () => number {
  const stat = `/proc/self/task/${process.pid}/schedstat`;
  if (!existsSync(stat)) return () => 0;
  const file = openSync(stat, "r");
  const bytes = Buffer.alloc(100);
  return () => {
    const length = readSync(file, bytes, 0, bytes.length, 0);
    return Number(bytes.toString("latin1", 0, length).split(" ")[1]) / 1e6;
  };
}
