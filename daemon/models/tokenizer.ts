// Words → token ids, padded the way the model wants them. The only user of the tokenizer library.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { messageOf } from "../errors.ts";
import type { InstalledModel } from "./catalog.ts";
import { invalidModel } from "./invalid-model.ts";
import type { TextSpec } from "./manifest.ts";
import { type CleanText, splitCleaning, type TokenizerJson } from "./text-cleaning.ts";

/** Ids and attention mask of one text, of equal length. */
export interface Tokens {
  readonly ids: BigInt64Array;
  /** 1 for tokens of the text, 0 for padding. */
  readonly mask: BigInt64Array;
}

export type Tokenize = (text: string) => Tokens;

/** A token of real text is shorter than this; what is further on would be cut anyway, and byte-pair merging is not linear. */
const MAX_CHARACTERS_PER_TOKEN = 64;

/**
 * Loads the tokenizer of a model (for the big vocabularies this takes a second and some 300 MB).
 * The returned function never throws: over-long text is cut, keeping the model's closing tokens; empty text is fine.
 * @throws AppError model-invalid when one of its files is missing or not a tokenizer.
 */
export function loadTokenizer(model: InstalledModel): Tokenize {
  const { text: spec } = model.manifest;
  const path = join(model.directory, spec.tokenizer);
  const { clean, tokenizer } = construct(
    path,
    spec,
    readJson(path),
    readJson(join(model.directory, spec.tokenizerConfig)),
  );
  checkVocabulary(tokenizer, spec, path);
  const closing = closingTokens(tokenizer);
  return (text) => {
    const clipped = text.slice(0, spec.maxTokens * MAX_CHARACTERS_PER_TOKEN).toWellFormed();
    const ids = tokenizer.encode(clean(clipped)).ids;
    const kept = ids.length <= spec.maxTokens ? ids : [...ids.slice(0, spec.maxTokens - closing.length), ...closing];
    return padded(kept, spec.padToMax ? spec.maxTokens : Math.max(1, kept.length), spec.padId);
  };
}

/** Exports fill their tables up a little, so a few words less are nothing unusual. */
const LEAST_KNOWN = 0.9;

function checkVocabulary(tokenizer: Tokenizer, spec: TextSpec, path: string): void {
  if (spec.vocabulary === undefined) return;
  let highest = 0;
  for (const id of tokenizer.get_vocab(true).values()) highest = Math.max(highest, id);
  if (highest < spec.vocabulary && highest >= spec.vocabulary * LEAST_KNOWN - 1) return;
  throw invalidModel(
    `${path} has ${highest + 1} words, but ${spec.file} knows ${spec.vocabulary}: they do not belong together`,
    { hint: "Take tokenizer.json and the ONNX files from the same model." },
  );
}

/** The special tokens that the model wants after every text, such as EOS. */
function closingTokens(tokenizer: Tokenizer): readonly number[] {
  const bare = tokenizer.encode("a", { add_special_tokens: false }).ids;
  const full = tokenizer.encode("a").ids;
  const start = bare.length === 0 ? 0 : full.indexOf(bare[0] as number);
  return full.slice(start + bare.length);
}

function padded(ids: readonly number[], length: number, padId: number): Tokens {
  const tokens = { ids: new BigInt64Array(length).fill(BigInt(padId)), mask: new BigInt64Array(length) };
  for (const [index, id] of ids.entries()) {
    tokens.ids[index] = BigInt(id);
    tokens.mask[index] = 1n;
  }
  return tokens;
}

function construct(
  path: string,
  spec: TextSpec,
  json: TokenizerJson,
  config: object,
): { clean: CleanText; tokenizer: Tokenizer } {
  try {
    const { clean, rest } = splitCleaning(spec, json);
    return { clean, tokenizer: new Tokenizer(rest, config) };
  } catch (error) {
    throw invalidModel(`${path} is not a tokenizer that can be used: ${messageOf(error)}`, { cause: error });
  }
}

function readJson(path: string): object {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as object;
  } catch (error) {
    throw invalidModel(`${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
