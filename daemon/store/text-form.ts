// The form in which texts go into the full text tables and queries are taken apart: the same on both sides. Pure functions.

/** Scripts written without spaces between words, and Korean, whose words grow endings: every character is a word of its own. */
const UNSPACED =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/gu;
/** ASCII, without what stands for an apostrophe: nothing to normalise. */
const PLAIN = /^[\n\r\t -&(-_a-~]*$/;
const HAS_UNSPACED = new RegExp(UNSPACED.source, "u");
/** you're → youre: OCR and people drop apostrophes. */
const APOSTROPHES = /(?<=\p{L})['’ʼ`´](?=\p{L})/gu;

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
