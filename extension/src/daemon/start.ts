// Starts the installed daemon, detached from Raycast, with its messages in its own log file.
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { DaemonError } from "./errors";
import { isAlive, readAddress, readProgram } from "./files";
import type { Places } from "./places";

/** Migrating a large library is what takes longest before it answers. */
const READY_LIMIT_MS = 60_000;
const POLL_MS = 100;

/** Resolves when a daemon runs and has said where. Throws DaemonError "not-installed" or "start-failed". */
export async function startDaemon(places: Places): Promise<void> {
  const [program, ...args] = readProgram(places.program)?.command ?? [];
  if (program === undefined) throw new DaemonError("not-installed", "Rememe was not found on this computer.");
  let end: string | null = null;
  const child = run(program, args, places);
  child.once("error", (error) => (end = error.message));
  // launchctl ends at once with 0, having started the service.
  child.once("exit", (code, signal) => (end = code === 0 ? end : `it ended with ${signal ?? `code ${code}`}`));
  child.unref();
  const deadline = Date.now() + READY_LIMIT_MS;
  while (end === null && Date.now() < deadline) {
    const address = readAddress(places.address);
    if (address && isAlive(address.pid)) return;
    await sleep(POLL_MS);
  }
  throw new DaemonError(
    "start-failed",
    `Rememe did not start: ${end ?? "it said nothing for a minute"}.`,
    `The end of ${places.log} says why.`,
  );
}

function run(program: string, args: readonly string[], places: Places) {
  mkdirSync(places.logs, { recursive: true, mode: 0o700 });
  const log = openSync(places.log, "a", 0o600);
  try {
    return spawn(program, args, {
      detached: true,
      stdio: ["ignore", log, log],
      cwd: "/",
      env: { ...process.env, ...(places.home ? { REMEME_HOME: places.home } : {}) },
    });
  } finally {
    closeSync(log);
  }
}
