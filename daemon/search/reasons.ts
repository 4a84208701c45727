// Why a picture matches the words of a query: which words stand in which of its texts, and the text around them.
import type { Reason } from "../../shared/api.ts";

export interface SearchableTexts {
  readonly ocr: string;
  readonly names: readonly string[];
  readonly folders: readonly string[];
  readonly tags: readonly string[];
}

const SNIPPET_LENGTH = 120;
/** Characters of context kept before the first match. */
const SNIPPET_LEAD = 30;

/** The words of a query as they are looked for: letters and digits, folded. At most 32. */
export function queryWords(query: string): readonly string[] {
  return [...new Set(fold(query).text.match(/[\p{L}\p{N}]+/gu) ?? [])].slice(0, 32);
}

/** Text reasons, one per field that holds at least one word. `rank` is the picture's place in the text ranking, from 1. */
export function textReasons(words: readonly string[], texts: SearchableTexts, rank: number): readonly Reason[] {
  const fields = [
    ["ocr", [texts.ocr]],
    ["name", texts.names],
    ["tag", texts.tags],
    ["folder", texts.folders],
  ] as const;
  return fields.flatMap(([field, candidates]): Reason[] => {
    for (const text of candidates) {
      const found = findWords(words, text);
      if (found.words.length > 0) {
        return [{ kind: "text", field, rank, words: found.words, snippet: snippet(text, found.at) }];
      }
    }
    return [];
  });
}

/** Which words occur in the text, also where OCR lost the spaces between them; `at` is where the first one starts in the text. */
function findWords(words: readonly string[], text: string): { words: readonly string[]; at: number } {
  const folded = fold(text);
  const found = words
    .map((word) => ({ word, index: folded.text.indexOf(word) }))
    // A letter or two inside a longer word says nothing; at the start of a word it does.
    .filter(({ word, index }) => index >= 0 && (word.length > 2 || startsWord(folded.text, word)));
  const first = Math.min(...found.map(({ index }) => index));
  return { words: found.map(({ word }) => word), at: found.length > 0 ? (folded.origin[first] ?? 0) : 0 };
}

function startsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? "") || /\p{Script=Han}/u.test(word)) return true;
  }
  return false;
}

interface Folded {
  readonly text: string;
  /** For each UTF-16 unit of `text`, the index in the original. */
  readonly origin: readonly number[];
}

/** Lower case without accents, remembering where each character came from. */
function fold(text: string): Folded {
  let out = "";
  const origin: number[] = [];
  let index = 0;
  for (const character of text) {
    const plain = character.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    for (let i = 0; i < plain.length; i++) origin.push(index);
    out += plain;
    index += character.length;
  }
  return { text: out, origin };
}

function snippet(text: string, at: number): string {
  const start = at <= SNIPPET_LEAD ? 0 : at - SNIPPET_LEAD;
  const cut = text
    .slice(start, start + SNIPPET_LENGTH)
    .replace(/\s+/g, " ")
    .trim();
  return `${start > 0 ? "…" : ""}${cut}${start + SNIPPET_LENGTH < text.length ? "…" : ""}`;
}
