// What is done to a text before the tokenizer sees it: small letters, punctuation, white space, the vocabulary's own character map. Exactly
// as the Python tokenizers of the families do it; what tokenizer.json does again afterwards changes nothing more.
import { type CharacterMap, readCharacterMap } from "./charsmap.ts";
import type { TextSpec } from "./manifest.ts";

export type CleanText = (text: string) => string;

/** Python's string.punctuation. */
const PUNCTUATION = /[!-/:-@[-`{-~]/g;
/** Python's \s, which is not JavaScript's. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are white space in Python
const WHITE_SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;

/** A parsed tokenizer.json, as far as it is looked at here. */
export interface TokenizerJson {
  readonly normalizer?: Normalizer | null;
}
interface Normalizer {
  readonly type: string;
  readonly normalizers?: readonly Normalizer[];
  readonly precompiled_charsmap?: string;
  readonly content?: string;
}

/** How texts are cleaned for a tokenizer, and that tokenizer without what is done here already. Throws RangeError for a broken map. */
export function splitCleaning<T extends TokenizerJson>(spec: TextSpec, tokenizer: T): { clean: CleanText; rest: T } {
  const encoded = precompiled(tokenizer.normalizer);
  const map = encoded === undefined ? undefined : readCharacterMap(encoded);
  const done = (step: Normalizer): boolean =>
    step.type === "Precompiled" || (spec.removePunctuation === true && cleans(step));
  return { clean: cleaner(spec, map), rest: { ...tokenizer, normalizer: without(done, tokenizer.normalizer) } };
}

function cleaner(spec: TextSpec, map: CharacterMap | undefined): CleanText {
  return (text) => {
    const small = spec.lowerCase ? lowerCase(text, spec) : text;
    const bare = spec.removePunctuation ? tidy(small.replace(PUNCTUATION, "")) : small;
    if (!map) return bare;
    return spec.removePunctuation ? tidy(map(bare)) : map(bare);
  };
}

/** SigLIP's tokenizer is Python and knows the sigma at a word's end; the others look at one character at a time. */
function lowerCase(text: string, spec: TextSpec): string {
  if (spec.removePunctuation) return text.toLowerCase();
  return Array.from(text, (character) => character.toLowerCase()).join("");
}

function tidy(text: string): string {
  return text.replace(WHITE_SPACE, " ").replace(/^ | $/g, "");
}

function precompiled(normalizer: Normalizer | null | undefined): string | undefined {
  if (normalizer?.type === "Precompiled") return normalizer.precompiled_charsmap;
  return normalizer?.normalizers?.map(precompiled).find((found) => found !== undefined);
}

/** Steps that would clean what the character map has made, such as the capitals of "TM" for "™": the order matters. */
function cleans(step: Normalizer): boolean {
  return step.type === "Lowercase" || step.type === "Strip" || (step.type === "Replace" && step.content === "");
}

function without(done: (step: Normalizer) => boolean, normalizer: Normalizer | null | undefined): Normalizer | null {
  if (!normalizer || done(normalizer)) return null;
  if (!normalizer.normalizers) return normalizer;
  const normalizers = normalizer.normalizers.map((step) => without(done, step)).filter((kept) => kept !== null);
  return { ...normalizer, normalizers };
}
