// What a person typed → FTS5 expressions, strictest first. FTS5's own query language is out of reach: only quoted letters and digits get through.
import { fold, hasUnspaced, LENGTH_MARKS, normalise, separate, spaced } from "./text-form.ts";

/** One way to look for the words. Pictures that a stage finds rank before those that only later stages find. */
export interface Stage {
  readonly table: "words" | "trigrams";
  readonly expression: string;
  /** Expression over `words` that must match as well; only beside "trigrams". */
  readonly and?: string;
  /** Finds the same and little else, much more quickly; what it finds must be looked at. */
  readonly probe?: Probe;
  /** Finds all that this stage finds, and more: when those are few, the stage need not be run. */
  readonly within?: Within;
  /** In large libraries, of more matches than are read: only the newest, or none; otherwise the best ones as well. */
  readonly ofMany?: "newest" | "none";
  /** What a match of this kind is worth: the least and the most relevant one. */
  readonly quality: Quality;
}
type Quality = readonly [number, number];
export interface Within {
  /** Over `words`. */
  readonly expression: string;
  /** Whether the stage finds a picture that this expression has found; `columns`: its texts, taken apart by spaced(). */
  readonly fits: (columns: readonly string[]) => boolean;
}
export interface Probe {
  /** What pictures must hold inside of words; some letters of it are looked up (rare-letters.ts). */
  readonly inside: readonly string[];
  /** To be looked up instead, when `inside` is in no plain letters. */
  readonly expression: string;
  /** Folded: a picture's texts must hold all of them (countTerms). */
  readonly terms: readonly string[];
}

/**
 * How surely texts that match like this are what was meant, 0 to 1. Search weighs them against likeness: an exact text wins over a
 * picture that somewhat looks like the words, half a word in a long text does not. Ours, tuned with `npm run bench:quality`.
 */
const QUALITY = {
  phrase: [0.93, 1],
  glued: [0.9, 0.93],
  allWords: [0.84, 0.92],
  contentWords: [0.74, 0.84],
  allBegun: [0.72, 0.82],
  contentBegun: [0.62, 0.72],
  allInside: [0.5, 0.6],
  contentInside: [0.42, 0.5],
} as const satisfies Record<string, Quality>;
/** All but one of very many terms; half of them is worth half of that. */
export const PARTIAL_QUALITY = 0.4;
/** One or two letters begin many words. */
const SHORT_BEGINNING = [0.45, 0.7] as const;

export interface TextQuery {
  /** Stages in which every term is found. */
  readonly stages: readonly Stage[];
  /** Expressions that find some of the terms, and a few pictures without; and those of each term. Null when there is only one term. */
  readonly some: { readonly words: string; readonly each: readonly string[]; readonly trigrams: string | null } | null;
  /** The terms that count, folded, for counting how many a picture has. */
  readonly terms: readonly string[];
}

/** Longer inputs are pasted by accident; the rest says nothing new. */
const MAX_CHARACTERS = 2_000;
const MAX_TERMS = 32;
/** Half of six terms make an expression of 22. */
const MAX_COMBINED = 6;
const MAX_TERM_CHARACTERS = 64;
/** Joined words shorter than this stand inside too many longer ones. */
export const MIN_GLUED_CHARACTERS = 6;
/** Of joined words, where the first two meet: every three letters more cost as much again, and few texts hold these. */
const PROBED_CHARACTERS = 8;
/** Of each of several words. */
const PROBED_BEGINNING = 5;
/** The longest ones: hardly any text holds two of them by chance. */
const PROBED_TERMS = 2;
export const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/** English words that stand in every second caption: never required when the query has others. */
const STOP_WORDS = new Set(
  (
    "a an and are as at be but by do for from had has have he her his i if im in is it its me my of on or our she so that the " +
    "their them then there they this to u up was we were what when where which who will with you your"
  ).split(" "),
);

/** The terms of a query, not yet folded. */
export interface Terms {
  /** In order, as often as they were typed. */
  readonly all: readonly string[];
  /** Each once, without words that stand everywhere, unless there are no others. */
  readonly content: readonly string[];
}

export function termsOf(input: string): Terms {
  const found = normalise(input.slice(0, MAX_CHARACTERS)).match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? [];
  const all = found.map((term) => [...term.toLowerCase()].slice(0, MAX_TERM_CHARACTERS).join("")).slice(0, MAX_TERMS);
  const unique = [...new Set(all)];
  const meaningful = unique.filter((term) => !STOP_WORDS.has(term));
  // The last term may be half of one; it is no stop word before it is finished.
  return { all, content: meaningful.length > 0 ? meaningful : unique };
}

/** The different words of a query, folded. */
export function queryWords(input: string): readonly string[] {
  return [...new Set(termsOf(input).all.map(fold))];
}

/** Null when there is nothing to look for. */
export function parseTextQuery(input: string): TextQuery | null {
  const { all, content } = termsOf(input);
  if (all.length === 0) return null;
  const unique = [...new Set(all)];
  const stages = [
    ...asPhrase(all, beginningsOf(unique)),
    ...wholeWords(unique, QUALITY.allWords, QUALITY.allBegun),
    ...wholeWords(content, QUALITY.contentWords, QUALITY.contentBegun),
    ...substrings(unique, content, QUALITY.allInside),
    ...substrings(content, content, QUALITY.contentInside),
  ];
  return { stages: distinct(stages), some: content.length > 1 ? someOf(content) : null, terms: content.map(fold) };
}

function quoted(text: string): string {
  return `"${text}"`;
}

function word(term: string): string {
  return quoted(separate(term).trim());
}

/** The words in this order, side by side; or run together, as OCR reads them. */
function asPhrase(terms: readonly string[], within: string): Stage[] {
  if (terms.length < 2) return [];
  const said = terms.join(" ");
  const phrase: Stage = {
    table: "words",
    expression: `${word(said)} *`,
    within: { expression: within, fits: holdsAll([spaced(said).trimEnd()]) },
    quality: QUALITY.phrase,
  };
  const glued = terms.join("");
  if (glued.length < MIN_GLUED_CHARACTERS) return [phrase];
  const letters = [...glued];
  const from = Math.max(
    0,
    Math.min(letters.length, [...(terms[0] ?? "")].length + PROBED_CHARACTERS / 2) - PROBED_CHARACTERS,
  );
  const expression = quoted(letters.slice(from, from + PROBED_CHARACTERS).join(""));
  const probe = { inside: [glued], expression, terms: [fold(glued)] };
  return [phrase, { table: "trigrams", expression: quoted(glued), probe, quality: QUALITY.glued }];
}

/** All terms as words; then with the last one, and those of a letter or two, as the beginning of a word. */
function wholeWords(terms: readonly string[], whole: Quality, begin: Quality): Stage[] {
  const letters = [...(terms.at(-1) ?? "")].length;
  const [low, high] = begin;
  const share = terms.length > 1 ? 1 : (SHORT_BEGINNING[letters - 1] ?? 1);
  const expression = beginningsOf(terms);
  const within = { expression, fits: holdsAll(terms.map(spaced)) };
  return [
    { table: "words", expression: terms.map(word).join(" AND "), within, quality: whole },
    { table: "words", expression, within: { expression, fits: () => true }, quality: [low * share, high * share] },
  ];
}

/** Each of the runs of words somewhere in the columns; without the space at its end, a run's last word may go on. */
function holdsAll(runs: readonly string[]): Within["fits"] {
  return (columns) => runs.every((run) => columns.some((column) => column.includes(run)));
}

function beginningsOf(terms: readonly string[]): string {
  return terms.map((term, index) => begun(term, index === terms.length - 1)).join(" AND ");
}

function begun(term: string, isLast: boolean): string {
  return isLast || isShort(term) ? `${word(term)} *` : word(term);
}

/** Trigrams know nothing of terms shorter than three letters; those must begin a word, unless they are stop words. */
function substrings(terms: readonly string[], content: readonly string[], quality: Quality): Stage[] {
  const long = terms.filter((term) => !isShort(term));
  if (long.length === 0) return [];
  const short = content.filter(isShort);
  const expression = long.map(quoted).join(" AND ");
  const probed = long.toSorted((a, b) => b.length - a.length).slice(0, PROBED_TERMS);
  const begun = long.length > 1 ? probed.map(beginning).join(" AND ") : expression;
  const probe = { inside: long, expression: begun, terms: [...long, ...short].map(fold) };
  const and = short.map((term) => `${word(term)} *`).join(" AND ");
  return [{ table: "trigrams", expression, ...(and === "" ? {} : { and }), probe, quality }];
}

/**
 * For an expression over `words`: where its matches weigh most, best first. Texts in pictures that hold little else, and names and tags.
 */
export function placesOfBest(expression: string): readonly string[] {
  const short = LENGTH_MARKS.map(({ mark }) => `{ocr} : ((${expression}) AND ${quoted(mark)})`);
  return [...short, `{names tags} : (${expression})`];
}

function someOf(terms: readonly string[]): NonNullable<TextQuery["some"]> {
  const needed = neededOf(terms);
  const long = terms.filter((term) => !isShort(term));
  const neededLong = Math.max(1, needed - (terms.length - long.length));
  const words = terms.map((term, index) => begun(term, index === terms.length - 1));
  return {
    words: anyOf(words, needed),
    each: words,
    trigrams: long.length > 0 ? anyOf(long.map(beginning), neededLong) : null,
  };
}

function beginning(term: string): string {
  return quoted([...term].slice(0, PROBED_BEGINNING).join(""));
}

/** Of many terms at least half; one of two. */
export function neededOf(terms: readonly string[]): number {
  return Math.ceil(terms.length / 2);
}

/** So many of the expressions, whichever. Of very many, one. */
function anyOf(expressions: readonly string[], count: number): string {
  return atLeast(expressions.length > MAX_COMBINED ? 1 : count, expressions).join(" OR ");
}

/** Alternatives: some of the one half and the rest of the other. Each expression stands in few of them, and is looked up so often only. */
function atLeast(count: number, expressions: readonly string[]): readonly string[] {
  if (count > expressions.length) return [];
  if (count === 1) return expressions;
  if (count === expressions.length) return [`(${expressions.join(" AND ")})`];
  const middle = Math.ceil(expressions.length / 2);
  const [left, right] = [expressions.slice(0, middle), expressions.slice(middle)];
  const split = Array.from({ length: count - 1 }, (_, at) => {
    const both = [atLeast(at + 1, left), atLeast(count - at - 1, right)];
    return both.some((alternatives) => alternatives.length === 0)
      ? []
      : [`(${both.map((alternatives) => `(${alternatives.join(" OR ")})`).join(" AND ")})`];
  });
  return [...atLeast(count, left), ...split.flat(), ...atLeast(count, right)];
}

export function isShort(term: string): boolean {
  return [...term].length < 3;
}

/** Of two that look for the same, the first, which is worth more. */
function distinct(stages: readonly Stage[]): readonly Stage[] {
  const key = ({ table, expression, and }: Stage): string => `${table}/${expression}/${and}`;
  return stages.filter((stage, index) => stages.findIndex((other) => key(other) === key(stage)) === index);
}

/** How many of the terms a picture's texts hold, all folded; short ones only where a word begins. */
export function countTerms(terms: readonly string[], texts: readonly string[]): number {
  return terms.filter((term) => {
    const mustBegin = isShort(term) && !hasUnspaced(term);
    return texts.some((text) => (mustBegin ? beginsWord(text, term) : text.includes(term)));
  }).length;
}

/** Behind a character of an unspaced script a word begins as well: there the table of words takes texts apart. */
function beginsWord(text: string, term: string): boolean {
  for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + 1)) {
    const before = text.charAt(at - 1);
    if (at === 0 || !LETTER_OR_DIGIT.test(before) || hasUnspaced(before)) return true;
  }
  return false;
}
