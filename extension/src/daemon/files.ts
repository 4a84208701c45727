// Reads the small files by which the daemon is found. What is missing, half-written or not ours is null.
import { readFileSync } from "node:fs";
import type { DaemonAddress, ProgramFile } from "../contract";

export function readAddress(path: string): DaemonAddress | null {
  const address = readJson(path) as Partial<DaemonAddress> | null;
  return Number.isInteger(address?.pid) && Number.isInteger(address?.port) ? (address as DaemonAddress) : null;
}

export function readProgram(path: string): ProgramFile | null {
  const command = (readJson(path) as Partial<ProgramFile> | null)?.command;
  const isWhole = Array.isArray(command) && command.length > 0 && command.every((part) => typeof part === "string");
  return isWhole ? { command } : null;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

/** Whether this user has such a process. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
