// The report for a bug: what was found and the end of the log, without anything that tells who the user is or what the pictures are.
// Of the log only what the program's author wrote is kept; names come in by fields and by messages of errors, which are left out.
import { existsSync, readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import type { Folder } from "../../../shared/api.ts";
import type { Context } from "../command.ts";
import { toJson } from "../output.ts";
import { type LogLine, readLog } from "./crashes.ts";
import type { Line } from "./line.ts";
import { type ZipEntry, zip } from "./zip.ts";

const LOG_LINES = 500;
/** `in x (file:///…/daemon/store/open.ts:12:3)` → the part that is ours. */
const FRAME = /^\s+at .*\b((?:daemon|shared|bin|node_modules)\/[\w./@-]+:\d+:\d+|node:[\w/]+:\d+:\d+)\)?$/;
/** A path, known or not, and all that follows: names may hold spaces, so nobody can say where it ends. */
const PATH_AND_REST = /(^|[\s"'`(>:=])(?:~|file:\/\/)?\/\S.*$/gm;

/** The zip's bytes. */
export function makeReport(context: Context, lines: readonly Line[], folders: readonly Folder[]): Buffer {
  const hide = hider(context, folders);
  const entries: ZipEntry[] = [
    { name: "doctor.json", content: toText(lines.map((line) => reported(line, hide))) },
    {
      name: "log.json",
      content: toText(
        readLog(context)
          .slice(-LOG_LINES)
          .map((line) => bare(line, hide)),
      ),
    },
    { name: "README.txt", content: Buffer.from(README) },
  ];
  return zip(entries);
}

const README = `A report of \`rememe doctor\`. Folders, file names, searches, the user's name and the token are left out or replaced.
Look through it before you send it: it is plain text.
`;

function toText(content: unknown): Buffer {
  return Buffer.from(`${toJson(content)}\n`);
}

/** Lines that quote errors, files or the user's own words are told by their state alone. */
const QUOTING = new Set([
  "crash",
  "start",
  "notice",
  "library",
  "settings",
  "indexing",
  "model",
  "model-upgrade",
  "failures",
]);

function reported({ check, state, text, next }: Line, hide: (text: string) => string): object {
  const isSafe = state === "ok" ? check !== "indexing" && check !== "model" && check !== "crash" : !QUOTING.has(check);
  return { check, state, ...(isSafe ? { text: hide(text), next: next && hide(next) } : {}) };
}

function bare({ level, time, msg, err }: LogLine, hide: (text: string) => string): object {
  const frames = (err?.stack ?? "").split("\n").flatMap((line) => FRAME.exec(line)?.[1] ?? []);
  return { level, time, msg: hide(msg), ...(err ? { type: err.type, code: err.code, frames } : {}) };
}

/** Replaces what is private, the same by the same; the longest first, so that no part is left. */
function hider({ paths, home }: Context, folders: readonly Folder[]): (text: string) => string {
  const short = folders.map(({ path }) => path.replace(home, "~"));
  const secrets: [string, string][] = [
    ...folders.map(({ path, id }): [string, string] => [path, `<folder ${id}>`]),
    ...short.map((path, at): [string, string] => [path, `<folder ${folders[at]?.id}>`]),
    [paths.data, "<data>"],
    [home, "<home>"],
    [hostname(), "<host>"],
    [userInfo().username, "<user>"],
    ...(existsSync(paths.token) ? [[readFileSync(paths.token, "utf8").trim(), "<token>"] as [string, string]] : []),
  ];
  const known = secrets.filter(([secret]) => secret.length > 1).toSorted(([a], [b]) => b.length - a.length);
  return (text) => {
    const replaced = known.reduce((rest, [secret, name]) => rest.replaceAll(secret, name), text);
    return replaced.replace(PATH_AND_REST, "$1<path> …");
  };
}
