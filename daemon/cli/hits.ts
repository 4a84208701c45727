// A search answer in the terminal: the table, and what --open, --copy, --paths and --json do with it. Used by search and similar.
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { PageQuery, Reason, Scene, SearchAnswer, SearchHit } from "../../shared/api.ts";
import { AppError } from "../errors.ts";
import type { Context, Exit, Input, Options } from "./command.ts";
import { copyToClipboard, openOnDesktop } from "./desktop.ts";
import { usageError } from "./failure.ts";
import { type Column, plural, printable, shortPath, table, toJson } from "./output.ts";
import { asTyped } from "./program-name.ts";
import type { Terminal } from "./terminal.ts";

/** Page size when nothing else is asked for: what fits a terminal. */
const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 1_000;
/** The API's largest page. */
const PAGE_LIMIT = 60;
/** Of a long text, at most this much is shown before the first word that matched. */
const LEAD_CHARACTERS = 16;

export const HIT_OPTIONS = {
  limit: {
    type: "number",
    value: "N",
    min: 1,
    max: MAX_LIMIT,
    about: `At most N pictures; ${DEFAULT_LIMIT} if not given.`,
  },
  offset: { type: "number", value: "N", min: 0, max: 1_000_000, about: "Leave out the first N pictures." },
  open: {
    type: "maybe-number",
    value: "N",
    min: 1,
    max: MAX_LIMIT,
    about: "Open the Nth picture shown; the first if N is left out.",
  },
  copy: {
    type: "maybe-number",
    value: "N",
    min: 1,
    max: MAX_LIMIT,
    about: "Copy the path of the Nth picture shown; the first if N is left out.",
  },
  paths: { type: "flag", about: "Print paths only, one a line." },
  null: { type: "flag", short: "0", about: "Print paths only, each ended by a NUL byte, for xargs -0." },
} as const satisfies Options;

type TextReason = Extract<Reason, { readonly kind: "text" }>;
type HitInput = Input<typeof HIT_OPTIONS>;

/** Asks for as many pages as it takes, prints the hits, opens and copies. */
export async function showHits(
  context: Context,
  { options }: HitInput,
  ask: (page: PageQuery) => Promise<SearchAnswer>,
): Promise<Exit> {
  const isPaths = options.paths || options.null;
  if (isPaths && options.json) throw usageError("Choose one of --json and --paths.");
  const answer = await collect(ask, options.offset ?? 0, options.limit ?? DEFAULT_LIMIT);
  const { hits } = answer;
  const { terminal } = context;
  if (options.json) terminal.out(`${toJson(answer)}\n`);
  else if (isPaths) terminal.out(hits.map(({ image }) => pathLine(terminal, image.path, options.null)).join(""));
  else if (hits.length > 0) terminal.out(table(terminal, columnsFor(context, answer, options.offset ?? 0), hits));
  if (!options.json) writeNotes(context, answer, isPaths);
  if (hits.length === 0) return "nothing";
  if (options.copy !== undefined) await copyHit(context, pick(hits, options.copy), isPaths || options.json);
  if (options.open !== undefined) await openHit(context, pick(hits, options.open));
  return "ok";
}

async function collect(
  ask: (page: PageQuery) => Promise<SearchAnswer>,
  offset: number,
  limit: number,
): Promise<SearchAnswer> {
  let answer = await ask({ offset, limit: Math.min(limit, PAGE_LIMIT) });
  while (answer.nextOffset !== null && answer.hits.length < limit) {
    const next = await ask({ offset: answer.nextOffset, limit: Math.min(limit - answer.hits.length, PAGE_LIMIT) });
    answer = { ...next, hits: [...answer.hits, ...next.hits], tookMs: answer.tookMs + next.tookMs };
  }
  return answer;
}

/** Raw for programs; in a terminal a name must not control it. */
function pathLine(terminal: Terminal, path: string, isNull: boolean): string {
  if (isNull) return `${path}\0`;
  return `${terminal.isTTY ? printable(path) : path}\n`;
}

function writeNotes(
  { terminal, program }: Context,
  { hits, notices, reading, nextOffset }: SearchAnswer,
  isPaths: boolean,
): void {
  for (const { text, meaning } of reading) {
    terminal.err(`${terminal.paintError("dim", `${printable(text)}: ${printable(meaning)}`)}\n`);
  }
  for (const notice of notices) terminal.err(`${terminal.paintError("yellow", printable(asTyped(notice, program)))}\n`);
  if (hits.length === 0) terminal.err("Nothing found.\n");
  else if (nextOffset !== null && terminal.isTTY && !isPaths) {
    terminal.err(`${terminal.paintError("dim", `There is more: --offset ${nextOffset}`)}\n`);
  }
}

function columnsFor({ terminal, home }: Context, { q }: SearchAnswer, offset: number): Column<SearchHit>[] {
  const ranks = new Map<SearchHit, number>();
  const rankOf = (hit: SearchHit): number => {
    if (!ranks.has(hit)) ranks.set(hit, offset + ranks.size + 1);
    return ranks.get(hit) ?? 0;
  };
  return [
    { title: "#", align: "right", text: (hit) => String(rankOf(hit)), paint: (text) => terminal.paint("dim", text) },
    { title: "name", minWidth: 14, text: (hit) => nameOf(hit), paint: (text) => terminal.paint("bold", text) },
    {
      title: "why",
      minWidth: 24,
      text: ({ why }) => describeReasons(why, q === null),
      paint: (text, { why }) => highlight(text, why, (word) => terminal.paint("yellow", word)),
    },
    {
      title: "in",
      minWidth: 10,
      cut: "start",
      text: ({ image }) => shortPath(dirname(image.path), home),
      paint: (text) => terminal.paint("dim", text),
    },
  ];
}

function nameOf({ image, scene, similarCopies }: SearchHit): string {
  const copies = image.copies > 1 ? ` (${plural(image.copies, "copy").replace("copys", "copies")})` : "";
  const alike = similarCopies > 0 ? ` (${similarCopies} more alike)` : "";
  const at = scene === null ? "" : ` (${momentOf(scene)})`;
  return `${image.favourite ? "★ " : ""}${printable(image.name)}${at}${copies}${alike}${image.offline ? " (disk not connected)" : ""}`;
}

/** Which scene of a moving picture: "at 0:12", or "frame 35" where no time is known. */
function momentOf({ atMs, frame }: Scene): string {
  if (atMs === null) return `frame ${(frame ?? 0) + 1}`;
  const seconds = Math.floor(atMs / 1_000);
  return `at ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/**
 * Why a picture was found, in a few printable words. What was read in it or its name comes before what it looks like.
 * @param isByPicture shows the similarity too, which says something only between pictures
 */
export function describeReasons(why: readonly Reason[], isByPicture: boolean): string {
  const texts = why.flatMap((reason) => {
    if (reason.kind !== "text") return [];
    if (reason.field === "name") return ["name"];
    const place = reason.field === "ocr" ? "text" : reason.field;
    return [`${place} “${focus(reason)}”`];
  });
  const looks = why.flatMap((reason) => {
    if (reason.kind !== "visual") return [];
    return [isByPicture ? `looks like it (${reason.similarity.toFixed(2)})` : "looks like it"];
  });
  const used = why.some((reason) => reason.kind === "use") ? ["used before"] : [];
  return [...texts, ...looks, ...used].join(" · ");
}

/** Leaves out the beginning of a long snippet, so that the first match is seen in a narrow column. */
function focus({ snippet, marks }: Pick<TextReason, "snippet" | "marks">): string {
  const text = printableLine(snippet);
  const first = printableLine(snippet.slice(0, marks[0]?.start ?? 0)).length;
  if (first <= LEAD_CHARACTERS) return text;
  const start = text.indexOf(" ", first - LEAD_CHARACTERS);
  return `…${text.slice(start >= 0 && start < first ? start + 1 : first)}`;
}

const printableLine = (text: string): string => printable(text.replace(/\s/g, " "));

/** The words that matched, as they are written there. */
function highlight(text: string, why: readonly Reason[], paint: (word: string) => string): string {
  const words = why.flatMap((reason) =>
    reason.kind === "text" ? reason.marks.map(({ start, end }) => printableLine(reason.snippet.slice(start, end))) : [],
  );
  if (words.length === 0) return text;
  const pattern = words
    .toSorted((a, b) => b.length - a.length)
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return text.replace(new RegExp(`(?<=“[^”]*)(?:${pattern.join("|")})`, "gu"), paint);
}

function pick(hits: readonly SearchHit[], position: number): SearchHit {
  const hit = hits[position - 1];
  if (hit) return hit;
  throw usageError(`There is no picture ${position}: ${plural(hits.length, "picture")} found.`);
}

async function openHit({ terminal, env, home }: Context, { image }: SearchHit): Promise<void> {
  const shown = shortPath(image.path, home);
  if (!existsSync(image.path)) {
    if (!image.offline) throw new AppError("file-missing", `${shown} is gone.`, { hint: "Search again." });
    throw new AppError("folder-offline", `${shown} is on a disk that is not connected.`, { hint: "Connect the disk." });
  }
  await openOnDesktop(image.path, env);
  terminal.err(`Opened ${shown}\n`);
}

/** @param isPathPrinted false: it is printed when the clipboard fails, so that it can be selected. */
async function copyHit({ terminal, env, home }: Context, { image }: SearchHit, isPathPrinted: boolean): Promise<void> {
  try {
    await copyToClipboard(image.path, env);
  } catch (error) {
    if (!isPathPrinted) terminal.out(pathLine(terminal, image.path, false));
    throw error;
  }
  terminal.err(`Copied ${shortPath(image.path, home)}\n`);
}
