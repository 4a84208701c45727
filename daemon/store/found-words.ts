// Where the words of a query stand in a text that it found, by the rules that it was found by: side by side before one by one, whole words
// before beginnings of words before what stands inside of them. Pure functions.
import { fold, foldWithOrigin, hasUnspaced } from "./text-form.ts";
import { isShort, LETTER_OR_DIGIT, MIN_GLUED_CHARACTERS, termsOf } from "./text-query.ts";

/** A word of the query, folded, and the part [start, end) of the text that holds it. */
export interface FoundWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** The places of some queries' words in a text, in its order; they do not overlap. */
export type FindWords = (text: string) => readonly FoundWord[];

/** Of each word; nobody looks for the ninth. */
const MAX_PLACES = 8;
/** Between words that stand side by side, or run together; and between characters that are words of their own. */
const BETWEEN = "[^\\p{L}\\p{N}]*";
const START_OF_WORD = "(?<![\\p{L}\\p{N}])";

/** @param queries as they were typed, and corrected */
export function wordFinder(queries: readonly string[]): FindWords {
  const terms = queries.map(termsOf);
  const words = [...new Set(terms.flatMap(({ content }) => content.map(fold)))];
  const finders = [
    ...terms.flatMap(({ all }) => (all.length > 1 ? [phraseFinder(all.map(fold))] : [])),
    ...words.map(finderOf),
  ];
  return (text) => {
    if (text === "" || words.length === 0) return [];
    const folded = foldWithOrigin(text);
    const places = finders.flatMap((find) => find(folded.text));
    return distinct(places).map(({ word, start, end }) => ({ word, ...folded.origin(start, end) }));
  };
}

function phraseFinder(words: readonly string[]): FindWords {
  const isLong = words.join("").length >= MIN_GLUED_CHARACTERS;
  const pattern = words.map((word) => `(${patternOf(word)})`).join(BETWEEN);
  let phrase: RegExp | undefined;
  return (text) => {
    if (!words.every((word) => mayHold(text, word))) return [];
    phrase ??= new RegExp(isLong ? pattern : START_OF_WORD + pattern, "dgu");
    return [...text.matchAll(phrase)].flatMap(({ indices }) =>
      words.flatMap((word, at) => {
        const [start, end] = indices?.[at + 1] ?? [0, 0];
        return start < end ? [{ word, start, end }] : [];
      }),
    );
  };
}

/** Most texts hold a word or two of several: asked so, the others cost next to nothing. */
function mayHold(text: string, word: string): boolean {
  return hasUnspaced(word) || text.includes(word);
}

/** Letters and digits: nothing that means anything else in a pattern. */
function patternOf(word: string): string {
  return hasUnspaced(word) ? [...word].join(BETWEEN) : word;
}

/** The places of one word, those that fit best. */
function finderOf(word: string): FindWords {
  const pattern = new RegExp(patternOf(word), "gu");
  return (text) => {
    if (!mayHold(text, word)) return [];
    const places = [...text.matchAll(pattern)].map(({ 0: { length }, index }) => {
      return { word, start: index, end: index + length };
    });
    if (hasUnspaced(word)) return places;
    const begun = places.filter(({ start }) => !isInWord(text, start - 1));
    const whole = begun.filter(({ end }) => !isInWord(text, end));
    if (whole.length > 0) return whole;
    return begun.length > 0 || isShort(word) ? begun : places;
  };
}

const isInWord = (text: string, at: number): boolean => LETTER_OR_DIGIT.test(text.charAt(at));

/** In order, of those that overlap the earlier or longer one, and of each word the first few. */
function distinct(places: readonly FoundWord[]): readonly FoundWord[] {
  const counts = new Map<string, number>();
  let last = 0;
  return places
    .toSorted((a, b) => a.start - b.start || b.end - a.end)
    .filter(({ word, start, end }) => {
      const count = counts.get(word) ?? 0;
      if (start < last || count >= MAX_PLACES) return false;
      counts.set(word, count + 1);
      last = end;
      return true;
    });
}
