// Starts the installed daemon, detached from Raycast, with its messages in its own log file.
import { spawn } from "node:child_process";
import { closeSync, fstatSync, mkdirSync, openSync, readSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { ErrorBody } from "../contract";
import { DaemonError } from "./errors";
import { isAlive, readAddress, readProgram } from "./files";
import type { Places } from "./places";

/** Migrating a large library is what takes longest before it answers. */
const READY_LIMIT_MS = 60_000;
const POLL_MS = 100;
const LAST_WORDS_BYTES = 16_384;

interface Started {
  /** How the program failed; null: it runs, or did what it had to (launchctl ends at once, having started the service). */
  end(): string | null;
  /** What the program said went wrong, if it did. */
  complaint(): ErrorBody["error"] | null;
}

/** Resolves when a daemon runs and has said where. Throws DaemonError "not-installed", "start-failed", or why the daemon cannot run. */
export async function startDaemon(places: Places): Promise<void> {
  const [program, ...args] = readProgram(places.program)?.command ?? [];
  if (program === undefined) throw new DaemonError("not-installed", "Rememe was not found on this computer.");
  const started = run(program, args, places);
  const deadline = Date.now() + READY_LIMIT_MS;
  while (Date.now() < deadline) {
    const address = readAddress(places.address);
    if (address && isAlive(address.pid)) return;
    if (started.end() !== null) failUnlessAnother(started, places);
    await sleep(POLL_MS);
  }
  throw startFailed("it said nothing for a minute", places);
}

/** Another daemon that is about to answer is as good as this one: then there is nothing to do but wait. */
function failUnlessAnother({ end, complaint }: Started, places: Places): void {
  const said = complaint();
  if (said?.code === "already-running") return;
  throw said ? new DaemonError(said.code, said.message, said.hint) : startFailed(end() ?? "", places);
}

const startFailed = (why: string, { log }: Places): DaemonError =>
  new DaemonError("start-failed", `It was started, but ${why}.`, `The end of ${log} may say why.`);

function run(program: string, args: readonly string[], places: Places): Started {
  mkdirSync(places.logs, { recursive: true, mode: 0o700 });
  const log = openSync(places.log, "a+", 0o600);
  try {
    const before = fstatSync(log).size;
    const child = spawn(program, args, {
      detached: true,
      stdio: ["ignore", log, log],
      cwd: "/",
      env: { ...process.env, ...(places.home ? { REMEME_HOME: places.home } : {}) },
    });
    let end: string | null = null;
    child.once("error", (error) => (end = error.message));
    child.once("exit", (code, signal) => (end = code === 0 ? null : `it ended with ${signal ?? `code ${code}`}`));
    child.unref();
    return { end: () => end, complaint: () => complaintIn(places.log, before) };
  } finally {
    closeSync(log);
  }
}

/** The daemon's last words, one line of JSON, in what was written since it was started. */
function complaintIn(path: string, from: number): ErrorBody["error"] | null {
  const log = openSync(path, "r");
  try {
    const { size } = fstatSync(log);
    const start = Math.max(from, size - LAST_WORDS_BYTES);
    const end = Buffer.alloc(Math.max(0, size - start));
    readSync(log, end, 0, end.length, start);
    const { error } = JSON.parse(end.toString("utf8").trimEnd().split("\n").at(-1) ?? "") as Partial<ErrorBody>;
    return typeof error?.message === "string" ? error : null;
  } catch {
    return null;
  } finally {
    closeSync(log);
  }
}
