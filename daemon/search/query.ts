// The query language: what a person typed → words, exact words, unwanted words and filters. Everything is optional and nothing is an error:
// what cannot be read as a filter is read as words, and `reading` says how each part was understood.
import type { QueryReading } from "../../shared/api.ts";
import type { SearchFilter } from "../store/store.ts";
import { readDate } from "./dates.ts";
import { readFilter } from "./query-filters.ts";

export interface Query {
  /** What texts and pictures are searched for, exact words included; "" when there are only filters. */
  readonly words: string;
  /** Words that must not stand in the picture's texts, and that it should not look like. */
  readonly unwanted: readonly string[];
  readonly filter: SearchFilter;
  /** A picture that the hits should look like. */
  readonly similarTo: number | null;
  readonly reading: readonly QueryReading[];
}

/** More parts than this nobody types; the rest is read as words. */
const MAX_PARTS = 64;
const MAX_LENGTH = 2_000;

const DOUBLE_QUOTES = /[“”„‟«»＂]/gu;
/** As Chinese and Japanese keyboards write it. */
const WIDE_COLONS = /：/gu;
/** `-key:"some words"`, `key:value`, `-"some words"`, `-word`, `word`; a quote that is never closed goes to the end. */
const PART = /(?<minus>-(?=[\p{L}\p{N}"]))?(?:(?<key>\p{L}+):(?=\S))?(?:"(?<quoted>[^"]*)(?:"|$)|(?<plain>[^\s"]+))/gu;

const TRAILING_DATE =
  /(?:^|\s)(?<date>(?:last|this) (?:week|month|year)|(?:last|past) \d{1,3} (?:day|week|month|year)s)$|(?:^|\s)(?:from|since) (?<since>today|yesterday|(?:last|this) (?:week|month|year))$/iu;

/** Reads a query of any text. `nowMs` is what "last week" is counted from. Never throws. */
export function readQuery(input: string, nowMs: number): Query {
  const text = input
    .slice(0, MAX_LENGTH)
    .replace(DOUBLE_QUOTES, '"')
    .replace(WIDE_COLONS, ":")
    .replace(/\p{Cc}+/gu, " ")
    .trim();
  const words: string[] = [];
  const unwanted: string[] = [];
  const filters: SearchFilter[] = [];
  const reading: QueryReading[] = [];
  let similarTo: number | null = null;
  /** How many words at the end are not quoted. */
  let unquoted = 0;
  const parts = [...text.matchAll(PART)];

  for (const [index, part] of parts.entries()) {
    const { minus, key, quoted, plain } = part.groups ?? {};
    const whole = part[0];
    const value = (quoted ?? plain ?? "").trim();
    if (value === "") continue;
    const note = (kind: QueryReading["kind"], meaning: string): void =>
      void reading.push({ text: whole, kind, meaning });
    if (index >= MAX_PARTS) {
      words.push(value);
    } else if (key !== undefined) {
      const id = key.toLowerCase() === "similar" ? readId(value) : null;
      const found = id === null ? readFilter(key.toLowerCase(), value, nowMs) : null;
      if (id !== null && minus) {
        note("ignored", "pictures that look unlike another one cannot be searched for");
      } else if (id !== null) {
        similarTo = id;
        note("similar", `looks like picture ${id}`);
      } else if (found) {
        filters.push(minus ? { not: [found.filter] } : found.filter);
        note("filter", minus ? `not: ${found.meaning}` : found.meaning);
      } else {
        words.push(key, value);
        unquoted = quoted === undefined ? unquoted + 2 : 0;
        note("ignored", `“${whole}” is no filter that rememe knows; it was searched for as words`);
      }
    } else if (minus) {
      unwanted.push(value);
      filters.push({ not: [{ holding: [value] }] });
      note("without", `without “${value}”`);
    } else if (quoted !== undefined) {
      words.push(value);
      unquoted = 0;
      if (/[\p{L}\p{N}]/u.test(value)) {
        filters.push({ holding: [value] });
        note("exact", `has exactly “${value}” in its text or name`);
      }
    } else {
      words.push(value);
      unquoted++;
    }
  }

  const { rest, filter, reading: dated } = readTrailingDate(words, unquoted, nowMs);
  if (filter) filters.push(filter);
  return {
    words: rest,
    unwanted,
    filter: filters.length > 0 ? { and: filters } : {},
    similarTo,
    reading: [...reading, ...dated],
  };
}

/** "cats last week" ends in a date; "not today" does not. Quoted, it is words: only the last `unquoted` ones can be a date. */
function readTrailingDate(
  words: readonly string[],
  unquoted: number,
  nowMs: number,
): { rest: string; filter: SearchFilter | null; reading: QueryReading[] } {
  const all = words.join(" ");
  const match = TRAILING_DATE.exec(words.slice(words.length - unquoted).join(" "));
  const date = match?.groups?.date ?? match?.groups?.since;
  const span = date === undefined ? null : readDate(date, nowMs);
  if (!match || !span || date === undefined) return { rest: all, filter: null, reading: [] };
  return {
    rest: all.slice(0, all.length - match[0].length).trim(),
    filter: { fromMs: span.fromMs, untilMs: /since/i.test(match[0]) ? Number.MAX_SAFE_INTEGER : span.untilMs },
    reading: [
      {
        text: match[0].trim(),
        kind: "filter",
        meaning: `from ${date.toLowerCase()}; quote it to search for the words`,
      },
    ],
  };
}

function readId(value: string): number | null {
  const id = /^#?(\d{1,15})$/.exec(value)?.[1];
  return id === undefined ? null : Number(id);
}
