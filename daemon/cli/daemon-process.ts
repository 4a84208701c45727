// Runs the daemon as a child of this process: starts it, knows why it ended, stops it. Its messages go to the log file.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ErrorBody } from "../../shared/api.ts";
import { AppError } from "../errors.ts";
import { createDirectories, type Paths } from "../paths.ts";
import { type Client, connect } from "./client.ts";
import type { Context } from "./command.ts";
import { CliError, interrupted } from "./failure.ts";

const LOG_FILE = "rememe.log";
/** A log larger than this is put aside when the daemon starts. */
const LOG_LIMIT_BYTES = 10_000_000;
const STOP_GRACE_MS = 10_000;
const READY_POLL_MS = 50;

export interface LaunchOptions {
  readonly port: number | undefined;
  /** Messages go to the terminal instead of the log file. */
  readonly verbose: boolean;
}

export interface DaemonProcess {
  readonly pid: number | undefined;
  /** Why it ended, with the code "stopped" when somebody asked it to; pending while it runs. */
  readonly ended: Promise<Error>;
  /** Asks it to stop and waits; after ten seconds, or when `kill` is aborted, it is killed. Returns at once when it has ended. */
  stop(kill: AbortSignal): Promise<void>;
}

/** Starts the daemon. That it runs does not mean that it answers: see waitUntilReady. */
export function launchDaemon(context: Context, { port, verbose }: LaunchOptions): DaemonProcess {
  createDirectories(context.paths);
  const log = verbose ? null : openLog(context.paths);
  const args = [fileURLToPath(context.daemonEntry), ...(port === undefined ? [] : ["--port", String(port)])];
  // In a process group of its own: Ctrl-C in the terminal reaches this process only, which then stops the daemon in good order.
  const child = spawn(process.execPath, args, {
    env: context.env,
    // Nothing is said over the channel; that it closes tells the daemon that this process is gone, however it went.
    stdio: ["ignore", "ignore", log?.descriptor ?? "inherit", "ipc"],
    detached: true,
  });
  if (log) closeSync(log.descriptor);
  const ended = new Promise<Error>((resolve) => {
    child.once("error", (cause) => resolve(new CliError("start-failed", `The daemon cannot be run: ${cause.message}`)));
    child.once("exit", (code, signal) => resolve(explainEnd(signal ?? `code ${code}`, log)));
  });
  return { pid: child.pid, ended, stop: (kill) => stopChild(child, ended, kill) };
}

/** Waits until the daemon answers. Throws why it ended, or "interrupted". */
export async function waitUntilReady(context: Context, daemon: DaemonProcess): Promise<Client> {
  let end: Error | null = null;
  void daemon.ended.then((error) => {
    end = error;
  });
  for (;;) {
    if (context.stop.aborted) throw interrupted();
    if (end) throw end;
    const client = await connect(context).catch((error: unknown) => {
      if (error instanceof CliError && error.code === "not-running") return null;
      throw error;
    });
    if (client?.address.pid === daemon.pid && client) return client;
    await sleep(READY_POLL_MS);
  }
}

interface Log {
  readonly path: string;
  readonly descriptor: number;
  /** Where the messages of this run begin. */
  readonly startBytes: number;
}

function openLog(paths: Paths): Log {
  const path = join(paths.logs, LOG_FILE);
  const sizeBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const isFull = sizeBytes > LOG_LIMIT_BYTES;
  if (isFull) renameSync(path, `${path}.1`);
  return { path, descriptor: openSync(path, "a", 0o600), startBytes: isFull ? 0 : sizeBytes };
}

/** The daemon says why it stops in one line of JSON, the last thing it writes. */
function explainEnd(how: string, log: Log | null): Error {
  if (how === "code 0") return new CliError("stopped", "rememe was stopped.", { exit: "ok" });
  if (!log) return new CliError("start-failed", `The daemon ended (${how}); its messages are above.`);
  const lines = readFileSync(log.path).subarray(log.startBytes).toString("utf8").trimEnd().split("\n");
  const { error } = parseError(lines.findLast((line) => line.startsWith('{"error":')) ?? "{}");
  const hint = error?.hint ?? `Its messages are in ${log.path}.`;
  if (error) return new AppError(error.code, error.message, { hint });
  return new CliError("start-failed", `The daemon ended (${how}).`, { hint });
}

function parseError(line: string): Partial<ErrorBody> {
  try {
    return JSON.parse(line) as Partial<ErrorBody>;
  } catch {
    return {};
  }
}

async function stopChild(child: ChildProcess, ended: Promise<unknown>, kill: AbortSignal): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const killNow = (): void => killGroup(child);
  const timer = setTimeout(killNow, STOP_GRACE_MS);
  kill.addEventListener("abort", killNow, { once: true });
  if (kill.aborted) killNow();
  else child.kill("SIGTERM");
  await ended;
  clearTimeout(timer);
  kill.removeEventListener("abort", killNow);
}

/** The daemon with its workers, which may hang in native code. */
function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    child.kill("SIGKILL");
  }
}
