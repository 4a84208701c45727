// Words in quotes → FTS5 expressions that find them side by side, also where text reading lost spaces between them. Letters and digits only:
// nothing of FTS5's own query language gets through.
import { normalise, separate } from "./text-form.ts";
import { MIN_GLUED_CHARACTERS } from "./text-query.ts";

/** Each way to lose spaces between words is a phrase to look for: two of them in quotes of so many words, */
const FEW_WORDS = 8;
/** and one in quotes of so many. */
const MANY_WORDS = 32;

export interface ExactWords {
  /** Over the full text table of words. */
  readonly expression: string;
  /** Over that of three letters in a row: the words run together. Null when they stand inside too many others. */
  readonly glued: string | null;
}

/** The words in this order; run together as well, all or some of them, as OCR reads them. */
export function exactWords(text: string): ExactWords {
  const words = wordsOf(text);
  const glued = words.join("");
  const expression = spacings(words, words.length <= FEW_WORDS ? 2 : words.length <= MANY_WORDS ? 1 : 0)
    .map((parts) => phrase(parts.join(" ")))
    .join(" OR ");
  const isOne = !phrase(text).includes(" ");
  return { expression, glued: isOne || glued.length < MIN_GLUED_CHARACTERS ? null : `"${glued}"` };
}

export function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(normalise(text));
}

/** The words side by side, as one FTS5 phrase. */
export function phrase(text: string): string {
  return `"${separate(wordsOf(text).join(" ")).trim().replace(/\s+/g, " ")}"`;
}

/** The words as they are, and with up to so many of the spaces between them lost, but never all: two words alone may be another one. */
function spacings(words: readonly string[], lost: number, from = 0): readonly (readonly string[])[] {
  if (lost === 0 || words.length < 3) return [words];
  const gaps = words.slice(from, -1).map((_, index) => from + index);
  const joined = gaps.flatMap((at) =>
    spacings([...words.slice(0, at), words.slice(at, at + 2).join(""), ...words.slice(at + 2)], lost - 1, at),
  );
  return [words, ...joined];
}

function wordsOf(text: string): readonly string[] {
  return normalise(text).match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}
