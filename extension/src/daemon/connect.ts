// Finds the daemon that runs and makes sure that it is ours and speaks our version, before it gets to see the token.
import { existsSync, readFileSync } from "node:fs";
import { API_VERSION, type DaemonAddress, type Health, ROUTES } from "../contract";
import { DaemonError, isAbort, MismatchError, systemCode } from "./errors";
import { askLocal } from "./http";
import { isAlive, readAddress, readProgram } from "./files";
import type { Places } from "./places";

/** The daemon answers this at once, whatever else it does; a machine that just woke up may need a moment. */
const HEALTH_TIMEOUT_MS = 3_000;

export interface Connection {
  readonly port: number;
  readonly token: string;
  readonly pid: number;
}

interface Known extends Connection {
  readonly key: string;
}

/** Remembers the daemon it found last; asked again, it only looks whether that one still runs. */
export function createConnector(): (places: Places) => Promise<Connection> {
  let known: Known | null = null;
  let asking: { readonly key: string; readonly answer: Promise<Known> } | null = null;
  return async (places) => {
    const address = readAddress(places.address);
    // Nothing is asked of a port whose daemon is gone: another program may have it by now.
    if (address === null || !isAlive(address.pid)) throw notRunning(places);
    const key = [places.data, address.pid, address.port, address.startedAtMs].join("\n");
    if (known?.key === key) return known;
    // A view asks for several things at once when it opens: one of them introduces itself, and all use the answer.
    if (asking?.key !== key) asking = { key, answer: meet(address, key, places) };
    const { answer } = asking;
    try {
      known = await answer;
      return known;
    } finally {
      if (asking?.answer === answer) asking = null;
    }
  };
}

async function meet({ pid, port }: DaemonAddress, key: string, places: Places): Promise<Known> {
  const health = await askHealth(port, places);
  // Never show the token to a program that happens to listen where a daemon was.
  if (health?.name !== "rememe" || health.pid !== pid) throw notRunning(places);
  const { apiVersion = 0, version = "?" } = health;
  if (apiVersion !== API_VERSION) throw new MismatchError(apiVersion > API_VERSION, version);
  return { key, port, token: readToken(places), pid };
}

async function askHealth(port: number, places: Places): Promise<Partial<Health> | null> {
  const { method, path } = ROUTES.health;
  try {
    const { text } = await askLocal({ port, method, path, timeoutMs: HEALTH_TIMEOUT_MS });
    return JSON.parse(text) as Partial<Health> | null;
  } catch (error) {
    throw error instanceof SyntaxError ? notRunning(places) : explainSilence(error, places);
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

/** Why a request got no answer. What is no failure of the connection is given back as it is. */
export function explainSilence(error: unknown, places: Places): unknown {
  if (isAbort(error) || error instanceof DaemonError) return error;
  const code = systemCode(error);
  if (code === "ECONNREFUSED" || code === "ECONNRESET" || code === "EPIPE") return notRunning(places);
  return new DaemonError("not-answering", "Rememe runs but does not answer.", `Its log is ${places.log}.`, error);
}
