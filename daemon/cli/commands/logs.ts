// logs: what the daemon wrote, readable, and with --follow as it writes.
import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { prettyFactory } from "pino-pretty";
import { defineCommand, type Options } from "../command.ts";
import { CliError } from "../failure.ts";
import { printable, shortPath } from "../output.ts";

const OPTIONS = {
  follow: { type: "flag", short: "f", about: "Go on, until Ctrl-C." },
  lines: {
    type: "number",
    short: "n",
    value: "N",
    min: 0,
    max: 100_000,
    about: "So many of the last lines; 50 when left out.",
  },
} as const satisfies Options;

const POLL_MS = 250;
const DEFAULT_LINES = 50;
/** More than so many lines need. */
const TAIL_BYTES = 4_000_000;

export const logs = defineCommand({
  name: "logs",
  about: "Show what the daemon wrote into its log",
  details: ["With --json the lines are as they are in the file."],
  options: OPTIONS,
  async run(context, { options }) {
    const { terminal, paths, home, stop } = context;
    const path = join(paths.logs, "rememe.log");
    if (!existsSync(path)) {
      throw new CliError("not-running", `There is no log yet at ${shortPath(path, home)}.`, {
        hint: `Run: ${context.program} start`,
      });
    }
    const pretty = prettyFactory({ colorize: terminal.isTTY, ignore: "pid,hostname", singleLine: true });
    const show = (line: string): void => terminal.out(options.json ? `${line}\n` : readable(line, pretty));
    let at = await showLast(path, options.lines ?? DEFAULT_LINES, show);
    while (options.follow && !stop.aborted) {
      await sleep(POLL_MS, undefined, { signal: stop }).catch(() => {});
      at = await showFrom(path, at, show);
    }
    return "ok";
  },
});

function readable(line: string, pretty: (line: string) => string): string {
  // Names in it can hold anything; colours come from the printer alone.
  if (!line.startsWith("{")) return `${printable(line)}\n`;
  return pretty(line.replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "?"));
}

async function showLast(path: string, count: number, show: (line: string) => void): Promise<number> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const text = (await file.read(Buffer.alloc(size - start), 0, size - start, start)).buffer.toString("utf8");
    const end = text.lastIndexOf("\n") + 1;
    const lines = text.slice(0, end).split("\n").slice(0, -1);
    for (const line of count === 0 ? [] : lines.slice(-count)) show(line);
    return start + Buffer.byteLength(text.slice(0, end));
  } finally {
    await file.close();
  }
}

/** Whole lines from there on; from the beginning when the log was put aside and begun anew. */
async function showFrom(path: string, at: number, show: (line: string) => void): Promise<number> {
  const file = await open(path, "r").catch(() => null);
  if (!file) return 0;
  try {
    const { size } = await file.stat();
    const start = size < at ? 0 : at;
    if (size === start) return start;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size - start, TAIL_BYTES)), 0, null, start);
    const text = buffer.subarray(0, bytesRead).toString("utf8");
    const end = text.lastIndexOf("\n") + 1;
    for (const line of text.slice(0, end).split("\n").slice(0, -1)) show(line);
    return start + Buffer.byteLength(text.slice(0, end));
  } finally {
    await file.close();
  }
}
