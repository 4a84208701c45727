// The form in which texts go into the full text tables and queries are taken apart: the same on both sides. Pure functions.

/** Scripts written without spaces between words, and Korean, whose words grow endings: every character is a word of its own. */
const UNSPACED =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/gu;
/** ASCII, without what stands for an apostrophe: nothing to normalise. */
const PLAIN = /^[\n\r\t -&(-_a-~]*$/;
const HAS_UNSPACED = new RegExp(UNSPACED.source, "u");
/** you're → youre: OCR and people drop apostrophes. */
const APOSTROPHES = /(?<=\p{L}\p{M}*)['’ʼ`´](?=\p{M}*\p{L})/gu;

/** Compatibility characters (ﬁ, Ａ, 𝕬) become plain letters, accents are composed, apostrophes inside words go. */
export function normalise(text: string): string {
  return text.normalize("NFKC").replace(APOSTROPHES, "");
}

/** Sets characters of unspaced scripts apart, so that any run of them is found as a phrase. */
export function separate(text: string): string {
  return HAS_UNSPACED.test(text) ? text.replace(UNSPACED, " $& ") : text;
}

export function hasUnspaced(text: string): boolean {
  return HAS_UNSPACED.test(text);
}

/**
 * Behind short texts, a word of its own for each length that they stay below: so those that say little else are found among any number of
 * others. Characters for private use, which no text has.
 */
export const LENGTH_MARKS = [
  { mark: "\u{e000}", belowCharacters: 25 },
  { mark: "\u{e001}", belowCharacters: 60 },
] as const;

export function withLengthMarks(text: string): string {
  const marks = LENGTH_MARKS.filter(({ belowCharacters }) => text !== "" && text.length < belowCharacters);
  return [text, ...marks.map(({ mark }) => mark)].join(" ");
}

/** A name, followed by its parts when it is written likeThis. */
export function withParts(name: string): string {
  const parts = name.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, " ");
  return parts === name ? name : `${name} ${parts}`;
}

/** Lower case without accents: as the tokenizers of both tables see letters. */
export function fold(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  return normalise(text).normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The words of a text, as the full text table of words takes it apart, with a space before and after each. */
export function spaced(text: string): string {
  return ` ${(separate(fold(text)).match(/[\p{L}\p{N}\p{Co}]+/gu) ?? []).join(" ")} `;
}

export interface Folded {
  /** As fold gives it. */
  readonly text: string;
  /** [start, end) of it → the part of the original that it was made from, whole characters with their accents. */
  origin(start: number, end: number): { readonly start: number; readonly end: number };
}

/** fold, remembering where each letter came from. */
export function foldWithOrigin(original: string): Folded {
  if (PLAIN.test(original)) return { text: original.toLowerCase(), origin: (start, end) => ({ start, end }) };
  const { text, origins } = withoutApostrophes(decompose(original));
  return {
    // Keeps its length: what would not, İ, has been taken apart.
    text: text.toLowerCase(),
    origin(start, end) {
      let after = end;
      while (after > start && origins[after] === origins[after - 1]) after++;
      return { start: origins[start] ?? original.length, end: origins[after] ?? original.length };
    },
  };
}

interface Traced {
  readonly text: string;
  /** For each UTF-16 unit, where the character that it came from begins. */
  readonly origins: readonly number[];
}

/** Compatibility characters and letters with accents become plain ones. */
function decompose(original: string): Traced {
  let text = "";
  const origins: number[] = [];
  let at = 0;
  for (const character of original) {
    const plain = character < "\x80" ? character : character.normalize("NFKD").replace(/\p{M}/gu, "");
    for (let unit = 0; unit < plain.length; unit++) origins.push(at);
    text += plain;
    at += character.length;
  }
  return { text, origins };
}

function withoutApostrophes({ text, origins }: Traced): Traced {
  const dropped = new Set([...text.matchAll(APOSTROPHES)].map(({ index }) => index));
  if (dropped.size === 0) return { text, origins };
  return { text: text.replace(APOSTROPHES, ""), origins: origins.filter((_, at) => !dropped.has(at)) };
}
