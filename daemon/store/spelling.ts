// Words that stand nowhere in the library, corrected to words that do. The full text index is the dictionary.
import type { Connection } from "./database.ts";
import { normalise } from "./text-form.ts";

/** Shorter words have too many neighbours. */
const MIN_LETTERS = 4;
const MAX_LETTERS = 24;
const MAX_WORDS = 8;
/** Whose letters a word has, of those it may lack one. The full text index keeps the accents of all but Latin letters. */
const ALPHABETS = [
  { used: /\p{Script=Latin}/u, letters: "abcdefghijklmnopqrstuvwxyz" },
  { used: /\p{Script=Cyrillic}/u, letters: "абвгдежзийклмнопрстуфхцчшщъыьэюяёєіїґўђјљњћџ" },
  { used: /\p{Script=Greek}/u, letters: "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώϊϋΐΰ" },
  { used: /\d/, letters: "0123456789" },
] as const;
const LATIN_ACCENTS = /(?<=\p{Script=Latin}\p{M}*)\p{M}/gu;

/**
 * The query with every word that no text holds, nor begins with, replaced by the most frequent word one slip away (a letter too much, too
 * little, wrong, or two swapped). Null when there is nothing to correct. Method: Peter Norvig, "How to Write a Spelling Corrector" (2007),
 * with the library's own words as the dictionary, so that names and jargon are known.
 */
export function createSpelling(db: Connection): (query: string) => string | null {
  db.exec("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab (main, words, row)");
  // Row by row of the index, while the other one counts all texts with a word before it tells the word.
  db.exec("CREATE VIRTUAL TABLE temp.occurrences USING fts5vocab (main, words, instance)");
  const frequency = db.prepare<[string], number>("SELECT doc FROM temp.vocabulary WHERE term = ?").pluck();
  const begun = db
    .prepare<[string, string], number>("SELECT 1 FROM temp.occurrences WHERE term >= ? AND term < ? LIMIT 1")
    .pluck();

  function correct(word: string): string | null {
    if (word.length < MIN_LETTERS || word.length > MAX_LETTERS) return null;
    // Another number is another thing, not a slip: 2024 is not 2026.
    if (/^\d+$/.test(word)) return null;
    if (begun.get(word, `${word}\u{10ffff}`) !== undefined) return null;
    let best: string | null = null;
    let most = 0;
    for (const candidate of oneSlipAway(word)) {
      const documents = frequency.get(candidate) ?? 0;
      if (documents > most) [best, most] = [candidate, documents];
    }
    return best;
  }

  return (query) => {
    let corrections = 0;
    const corrected = query.replace(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu, (word) => {
      const better = corrections < MAX_WORDS ? correct(asIndexed(word)) : null;
      if (better !== null) corrections++;
      return better ?? word;
    });
    return corrections > 0 ? corrected : null;
  };
}

/** As the tokenizer of the table writes it: without the accents of Latin letters, while й and ё are letters of their own; one sigma. */
function asIndexed(word: string): string {
  const plain = normalise(word).normalize("NFD").replace(LATIN_ACCENTS, "").normalize("NFC");
  return plain.toLowerCase().replaceAll("ς", "σ");
}

function* oneSlipAway(word: string): Generator<string> {
  const letters = ALPHABETS.flatMap(({ used, letters }) => (used.test(word) ? [...letters] : []));
  for (let at = 0; at <= word.length; at++) {
    const [before, after] = [word.slice(0, at), word.slice(at)];
    if (after.length > 1) yield before + after.charAt(1) + after.charAt(0) + after.slice(2);
    if (after !== "") yield before + after.slice(1);
    for (const letter of letters) {
      yield before + letter + after;
      if (after !== "") yield before + letter + after.slice(1);
    }
  }
}
