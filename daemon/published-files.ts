// Small files that others read while they may be written: the daemon's address, and how to start it.
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { API_VERSION, type DaemonAddress, type ProgramFile } from "../shared/api.ts";
import type { Paths } from "./paths.ts";
import { VERSION } from "./version.ts";

/** Where the daemon of this process answers. */
export function publishAddress(paths: Pick<Paths, "address">, port: number, startedAtMs: number): void {
  const address: DaemonAddress = { pid: process.pid, port, apiVersion: API_VERSION, version: VERSION, startedAtMs };
  publish(paths.address, address);
}

/** For clients that want to start it again: Raycast knows neither the user's PATH nor where Node is. */
export function publishProgram(paths: Pick<Paths, "program">): void {
  const program: ProgramFile = { command: startCommand() };
  publish(paths.program, program);
}

/** A service is started by its manager, which `start` asks. */
function startCommand(): readonly string[] {
  if (!process.env.REMEME_SERVICE) return [process.execPath, join(import.meta.dirname, `launch${EXTENSION}`)];
  return [process.execPath, join(import.meta.dirname, "../../bin/rememe.js"), "start"];
}

/** `.ts` in a checkout, `.js` where it was compiled. */
const EXTENSION = import.meta.filename.slice(-3);

/** Writes JSON; whoever reads it finds all of it or none. Only the user may read it. */
export function publish(path: string, content: object): void {
  const temporary = `${path}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}
