// Kills daemon and worker at random moments while a folder changes, cuts the power now and then, and audits what is left.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { load as loadVectorSearch } from "sqlite-vec";
import { inspect } from "../../daemon/store/inspection.ts";
import { openStore } from "../../daemon/store/open.ts";
import type { FailureList } from "../../shared/api.ts";
import { OFFLINE, startDaemon, type TestDaemon, until } from "../helpers/daemon.ts";
import { type Audit, audit, misfits } from "./audit.ts";
import { type BusyFolder, createBusyFolder } from "./busy-folder.ts";
import { cutPower } from "./power-cut.ts";
import { createRandom, type Random } from "./random.ts";

export interface SoakOptions {
  readonly kills: number;
  readonly seed: number;
  /** About as many pictures are in the folder. */
  readonly size: number;
  readonly say?: (text: string) => void;
}

export interface SoakResult extends Audit {
  readonly daemonKills: number;
  readonly workerKills: number;
  readonly powerCuts: number;
  /** What was wrong in a library after a power cut, in words. */
  readonly afterPowerCuts: readonly string[];
}

const MAIN = new URL("../../daemon/main.ts", import.meta.url).pathname;
const ENV = {
  REMEME_OCR: "false",
  REMEME_PORT: "0",
  REMEME_LOG_LEVEL: "warn",
  REMEME_SAFE_MODE: "off",
  REMEME_ON_BATTERY: "full",
};
/** One in so many kills comes with a power cut. */
const POWER_CUT_EVERY = 4;
/** How long a daemon lives at most: some are killed while they start, some in the middle of a scan, some at work. */
const LIFE_MS = 2_500;

/** Linux and macOS only. Takes about 1.5 s a kill. */
export async function soak({ kills, seed, size, say = () => {} }: SoakOptions): Promise<SoakResult> {
  const random = createRandom(seed);
  const base = mkdtempSync(join(tmpdir(), "rememe-soak-"));
  const [home, root] = [join(base, "home"), join(base, "pictures")];
  const cleanUp: (() => unknown)[] = [];
  const t = { after: (work: () => unknown) => void cleanUp.push(work) };
  try {
    const folder = await createBusyFolder(root, size, createRandom(seed + 1));
    const first = await startDaemon(t, { home, env: ENV, folders: [root] });
    await first.kill();
    const killed = await killAgainAndAgain(home, folder, { kills, random, base, say });
    const last = await startDaemon(t, { home, env: ENV });
    await settle(last);
    await last.stop();
    // Nothing waits for its grace period any more, and leftovers of killed workers count as old.
    makeOld(join(home, "thumbnails"));
    const sweeper = await startDaemon(t, { home, env: { ...ENV, REMEME_FORGET_AFTER_HOURS: "0" } });
    await settle(sweeper);
    // Some at a time; thumbnails of forgotten pictures are removed after their rows, one by one. What is left then, the audit tells.
    await until(
      "leftovers are swept",
      async () => leftToForget(home) === 0 && countFiles(join(home, "thumbnails")) <= thumbnailsNeeded(home),
      10_000,
    ).catch(() => {});
    await sweeper.stop();
    return { ...audit(home, await folder.contents()), ...killed };
  } finally {
    for (const work of cleanUp.reverse()) await work();
    rmSync(base, { recursive: true, force: true, maxRetries: 5 });
  }
}

const thumbnailsNeeded = (home: string): number => rowsOf(home, ["images", "scenes"]);
const leftToForget = (home: string): number =>
  rowsOf(home, ["files WHERE missing_at_ms IS NOT NULL", "images WHERE present = 0"]);

function rowsOf(home: string, tables: readonly string[]): number {
  const db = new Database(join(home, "library.db"), { readonly: true });
  try {
    const count = (table: string): number => db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
    return tables.reduce((sum, table) => sum + count(table), 0);
  } finally {
    db.close();
  }
}

interface Circumstances {
  readonly kills: number;
  readonly random: Random;
  readonly base: string;
  say(text: string): void;
}

type Killed = Pick<SoakResult, "daemonKills" | "workerKills" | "powerCuts" | "afterPowerCuts">;

async function killAgainAndAgain(home: string, folder: BusyFolder, all: Circumstances): Promise<Killed> {
  const { kills, random, base, say } = all;
  let [daemonKills, workerKills, powerCuts] = [0, 0, 0];
  const afterPowerCuts: string[] = [];
  const stop = new AbortController();
  const changes = keepChanging(folder, random, stop.signal);
  try {
    while (daemonKills + workerKills < kills) {
      const daemon = spawn(process.execPath, [MAIN], {
        env: { ...process.env, ...OFFLINE, ...ENV, REMEME_HOME: home },
        stdio: "ignore",
      });
      const endsAt = performance.now() + random.below(LIFE_MS);
      while (performance.now() < endsAt && daemonKills + workerKills < kills - 1) {
        await sleep(random.below(400));
        const [worker] = childrenOf(daemon);
        if (worker !== undefined && random.next() < 0.4 && kill(worker)) workerKills++;
      }
      if (daemonKills % POWER_CUT_EVERY === 0) {
        const found = powerCutDuring(daemon, home, base, random);
        if (found) powerCuts++;
        afterPowerCuts.push(...(found ?? []));
      }
      await end(daemon);
      daemonKills++;
      if (daemonKills % 10 === 0) say(`${daemonKills + workerKills} of ${kills} kills`);
    }
  } finally {
    stop.abort();
    await changes;
  }
  return { daemonKills, workerKills, powerCuts, afterPowerCuts };
}

async function end(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) {
    throw new Error(`the daemon ended by itself, with ${daemon.exitCode ?? daemon.signalCode}`);
  }
  daemon.kill("SIGKILL");
  await once(daemon, "exit");
}

async function keepChanging(folder: BusyFolder, random: Random, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await folder.change();
    await sleep(random.below(60));
  }
}

/** Stops the daemon for a moment, takes what a power cut would leave, and looks through it. Null: there was no library yet. */
function powerCutDuring(daemon: ChildProcess, home: string, base: string, random: Random): string[] | null {
  if (!existsSync(join(home, "library.db-shm"))) return null;
  const target = mkdtempSync(join(base, "power-cut-"));
  try {
    daemon.kill("SIGSTOP");
    waitUntilStopped(daemon.pid ?? 0);
    cutPower(home, target, random);
    daemon.kill("SIGCONT");
    const path = join(target, "library.db");
    const store = openStore({ path, thumbnailsDirectory: target });
    store.close();
    const db = new Database(path, { readonly: true });
    loadVectorSearch(db);
    const inspection = inspect(db, join(home, "thumbnails"), 0);
    db.close();
    // Thumbnails have gone on since; the audit at the end looks at them.
    return [...inspection.damage, ...misfits({ ...inspection, withoutThumbnail: [] })];
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

/** SIGSTOP works a moment after it was sent. */
function waitUntilStopped(pid: number): void {
  for (let tries = 0; tries < 1_000 && existsSync(`/proc/${pid}/stat`); tries++) {
    if (/\) [Tt] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"))) return;
  }
}

/** Until everything is indexed; what was in a worker that was killed twice is tried again. */
async function settle(daemon: TestDaemon): Promise<void> {
  await daemon.post("/v1/rescan");
  await until("everything is indexed", async () => {
    await daemon.waitIdle(120_000);
    const { failures } = await daemon.get<FailureList>("/v1/failures");
    if (failures.every(({ stage }) => stage !== "crash")) return true;
    await daemon.post("/v1/failures/retry");
    return false;
  });
}

function childrenOf({ pid }: ChildProcess): number[] {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`);
    const lists = tasks.map((task) => readFileSync(`/proc/${pid}/task/${task}/children`, "utf8"));
    return lists.join(" ").trim().split(/\s+/).filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}

function countFiles(directory: string): number {
  return readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
}

function makeOld(directory: string): void {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), 1, 1);
  }
}
