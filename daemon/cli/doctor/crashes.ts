// What the logs say of the last crash.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../command.ts";
import { duration, time } from "../output.ts";
import { type Line, ok, warning } from "./line.ts";

const FATAL = 60;
const WEEK_MS = 7 * 86_400_000;

export interface LogLine {
  readonly level: number;
  readonly time: number;
  readonly msg: string;
  readonly err?: { readonly type?: string; readonly code?: string; readonly message?: string; readonly stack?: string };
}

/** The lines of the log, and of the one put aside before; oldest first. */
export function readLog({ paths }: Pick<Context, "paths">): readonly LogLine[] {
  return ["rememe.log.1", "rememe.log"].flatMap((name) => {
    const file = join(paths.logs, name);
    return existsSync(file) ? readFileSync(file, "utf8").split("\n").flatMap(parse) : [];
  });
}

function parse(line: string): readonly LogLine[] {
  try {
    const content = JSON.parse(line) as Partial<LogLine> | null;
    if (typeof content?.level !== "number" || typeof content.time !== "number") return [];
    return [{ ...content, level: content.level, time: content.time, msg: String(content.msg ?? "") }];
  } catch {
    // Half a line: it was being written.
    return [];
  }
}

export function checkCrashes(context: Context, nowMs: number = Date.now()): readonly Line[] {
  const last = readLog(context).findLast(({ level }) => level >= FATAL);
  const early = earlyCrash(context);
  const lines: Line[] = [];
  if (last === undefined) lines.push(ok("crash", "no crash in the log"));
  else {
    const text = `it crashed ${duration((nowMs - last.time) / 1_000)} ago (${time(last.time)}): ${last.err?.message ?? last.msg}`;
    const next = `Please report it: ${context.program} doctor --report`;
    lines.push(nowMs - last.time > WEEK_MS ? ok("crash", text) : warning("crash", text, next));
  }
  if (early !== null) lines.push(early);
  return lines;
}

/** What a daemon that the service manager started wrote before its log was open, or when it could not start. */
function earlyCrash({ paths, program }: Context): Line | null {
  const file = join(paths.logs, "crash.log");
  if (!existsSync(file)) return null;
  const { size, mtimeMs } = statSync(file);
  if (size === 0) return null;
  const last = readFileSync(file, "utf8").trim().split("\n").at(-1) ?? "";
  return warning("start", `on ${time(mtimeMs)} it did not start: ${last.slice(0, 300)}`, `Run: ${program} restart`);
}
