// Waiting for a daemon that somebody else starts, and ending one.
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, connect, findDaemon, isAlive } from "../client.ts";
import type { Context } from "../command.ts";
import { CliError, interrupted } from "../failure.ts";

/** The daemon stops everything within 20 s, whatever hangs. */
const STOP_LIMIT_MS = 25_000;
/** A process inside a call on a dead volume outlives even that. */
const KILL_LIMIT_MS = 5_000;
const POLL_MS = 50;

/** Null when none runs. Throws when one runs that cannot be talked to. */
export async function runningDaemon(context: Context): Promise<number | null> {
  try {
    return (await findDaemon(context)).pid;
  } catch (error) {
    if (error instanceof CliError && error.code === "not-running") return null;
    throw error;
  }
}

/** Asks it to stop and waits. Throws "not-answering" when it does not. */
export async function endDaemon(context: Context, pid: number): Promise<void> {
  process.kill(pid, "SIGTERM");
  const deadline = performance.now() + STOP_LIMIT_MS;
  while (isAlive(pid)) {
    if (context.stop.aborted) throw interrupted();
    if (performance.now() > deadline) {
      throw new CliError("not-answering", `rememe (process ${pid}) does not stop.`, { hint: `kill -9 ${pid}` });
    }
    await sleep(POLL_MS);
  }
}

/** As endDaemon; one that does not stop is killed: SQLite is made for that. */
export async function killDaemon(context: Context, pid: number): Promise<void> {
  try {
    await endDaemon(context, pid);
  } catch {
    const deadline = performance.now() + KILL_LIMIT_MS;
    while (isAlive(pid) && performance.now() < deadline) {
      process.kill(pid, "SIGKILL");
      await sleep(POLL_MS);
    }
  }
}

/** The daemon, as soon as it answers; null after the limit. `except`: the process that was there before. */
export async function waitForDaemon(context: Context, limitMs: number, except: number | null): Promise<Client | null> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    if (context.stop.aborted) throw interrupted();
    const client = await connect(context).catch((error: unknown) => {
      if (error instanceof CliError && (error.code === "not-running" || error.code === "api-mismatch")) return null;
      throw error;
    });
    if (client && client.address.pid !== except) return client;
    if (performance.now() > deadline) return null;
    await sleep(POLL_MS);
  }
}
