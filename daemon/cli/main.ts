// The process of the command line: its terminal, its signals, its end. What it does is in run.ts.
import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { resolvePaths } from "../paths.ts";
import type { Context } from "./command.ts";
import { programName, userDirectory } from "./program-name.ts";
import { run } from "./run.ts";
import { processTerminal } from "./terminal.ts";

/**
 * Signals this soon after the first are the same Ctrl-C on another way: the terminal sends it to every process of the group, and
 * npm and bin/rememe.js pass on what they get.
 */
const SAME_SIGNAL_MS = 500;
/** What a command has to end after the second Ctrl-C; start kills its daemon in that time. */
const KILL_GRACE_MS = 2_000;

const stop = new AbortController();
const kill = new AbortController();
let stoppedAt = 0;

function onSignal(): void {
  if (!stop.signal.aborted) {
    stoppedAt = performance.now();
    stop.abort();
  } else if (performance.now() - stoppedAt > SAME_SIGNAL_MS) {
    kill.abort();
    setTimeout(() => process.exit(130), KILL_GRACE_MS).unref();
  }
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
// Whoever read our output has gone (`| head`, a closed terminal): nothing more to say, so end in good order.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => stop.abort());

/** Beside daemon/ in a checkout, one level further up when compiled to dist/. */
function findRoot(): string {
  const candidates = ["../..", "../../.."].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const found = candidates.find((path) => existsSync(join(path, "package.json")));
  return realpathSync.native(found ?? candidates[0] ?? ".");
}

const root = findRoot();
const context: Context = {
  terminal: processTerminal(),
  paths: resolvePaths(),
  env: process.env,
  cwd: userDirectory(process.env, process.cwd()),
  home: process.env.HOME || homedir(),
  program: programName(process.env, process.argv[1] ?? "", process.cwd()),
  daemonEntry: new URL(`../launch${extname(import.meta.filename)}`, import.meta.url),
  root,
  samples: join(root, "samples"),
  stop: stop.signal,
  kill: kill.signal,
};

const exitCode = await run(context, process.argv.slice(2));
// Pipes may be asynchronous: the end waits for what was written.
process.stdout.write("", () => process.stderr.write("", () => process.exit(exitCode)));
