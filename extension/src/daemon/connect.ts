// Finds the daemon that runs and makes sure that it is ours and speaks our version, before it gets to see the token.
import { existsSync, readFileSync } from "node:fs";
import { API_VERSION, type Health, ROUTES } from "../contract";
import { DaemonError, isAbort, MismatchError, systemCode } from "./errors";
import { isAlive, readAddress, readProgram } from "./files";
import type { Places } from "./places";

/** The daemon answers this at once, whatever else it does; a machine that just woke up may need a moment. */
const HEALTH_TIMEOUT_MS = 3_000;

export interface Connection {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
}

interface Known extends Connection {
  readonly key: string;
}

/** Remembers the daemon it found last; asked again, it only looks whether that one still runs. */
export function createConnector(): (places: Places, signal?: AbortSignal) => Promise<Connection> {
  let known: Known | null = null;
  return async (places, signal) => {
    const address = readAddress(places.address);
    // Nothing is asked of a port whose daemon is gone: another program may have it by now.
    if (address === null || !isAlive(address.pid)) throw notRunning(places);
    const key = [places.data, address.pid, address.port, address.startedAtMs].join("\n");
    if (known?.key === key) return known;
    const url = `http://127.0.0.1:${address.port}`;
    const health = await askHealth(url, places, signal);
    if (health?.name !== "rememe" || health.pid !== address.pid) throw notRunning(places);
    if (health.apiVersion !== API_VERSION) throw new MismatchError(health.apiVersion > API_VERSION, health.version);
    known = { key, url, token: readToken(places), pid: address.pid };
    return known;
  };
}

async function askHealth(url: string, places: Places, signal?: AbortSignal): Promise<Health | null> {
  try {
    const timeout = AbortSignal.timeout(HEALTH_TIMEOUT_MS);
    const answer = await fetch(url + ROUTES.health.path, {
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    return (await answer.json()) as Health;
  } catch (error) {
    if (isAbort(error)) throw error;
    if (error instanceof SyntaxError) return null;
    if ((error as Error).name === "TimeoutError") throw notAnswering(places, error);
    if (systemCode(error) !== undefined) throw notRunning(places);
    throw notAnswering(places, error);
  }
}

function readToken(places: Places): string {
  try {
    return readFileSync(places.token, "utf8").trim();
  } catch (cause) {
    throw new DaemonError(
      "unauthorized",
      `The key to the picture library cannot be read: ${(cause as Error).message}`,
      "Run Raycast as the user who installed Rememe.",
      cause,
    );
  }
}

/** Installed: a program that can be started is known and still there. */
export function notRunning(places: Places): DaemonError {
  const program = readProgram(places.program);
  const isInstalled = program?.command.every((part) => !part.startsWith("/") || existsSync(part)) ?? false;
  return isInstalled
    ? new DaemonError("stopped", "Rememe is installed but not running.", "Start it.")
    : new DaemonError("not-installed", "Rememe was not found on this computer.", "Install it, then come back.");
}

export function notAnswering(places: Places, cause: unknown): DaemonError {
  return new DaemonError("not-answering", "Rememe runs but does not answer.", `Its log is ${places.log}.`, cause);
}
