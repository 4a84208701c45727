// The palette's text encoder and its tokenizer: a bag of words in which colours bind to the places named near them.
import {
  COLOURS,
  colourIndex,
  DIMENSION,
  featureScales,
  NAMED,
  PLACES,
  type Statistic,
  statisticIndex,
} from "./features.ts";
import { createGraph } from "./onnx.ts";
import { ENTRIES, FILLERS, type Meaning, PHRASES } from "./words.ts";

export const MAX_TOKENS = 32;
const UNKNOWN = "[UNK]";
const PADDING = "[PAD]";
export const PADDING_ID = 1;
/** Everything but "whole", which every colour has. */
const BOUND_PLACES = PLACES.slice(1) as readonly ("top" | "left" | "centre")[];
/** One known word makes up for this many unknown ones; with more, the text is about something the palette cannot see. */
const UNKNOWN_PER_KNOWN = 3;
/** How strongly a place binds to a colour that many words before it ("red on the left") and after it ("left: red"). */
const BINDS_AHEAD = [1, 1, 0.9, 0.8, 0.5];
const BINDS_BACK = [1, 0.5, 0.3];

interface Row extends Meaning {
  readonly word: string;
  /** What the word adds to the balance of known against unknown words. */
  readonly balance: number;
}

/** The words in the order of their ids. */
function rows(): Row[] {
  const known = ENTRIES.flatMap(({ words, ...meaning }) =>
    words
      .split(" ")
      .map((word) => ({ ...meaning, word, balance: meaning.places && !meaning.scene ? 0 : UNKNOWN_PER_KNOWN })),
  );
  const fillers = ["##s", ...FILLERS.split(" ")].map((word) => ({ word, balance: 0 }));
  const all: Row[] = [{ word: UNKNOWN, balance: -1 }, { word: PADDING, balance: 0 }, ...known, ...fillers];
  const seen = new Set<string>();
  return all.filter((row) => !seen.has(row.word) && seen.add(row.word));
}

/** The encoder as an ONNX file: input_ids [1, MAX_TOKENS] → text_embeds [1, DIMENSION]. All zeros: nothing to say. */
export function textGraph(): Uint8Array {
  const words = rows();
  const graph = createGraph();
  const table = (width: number, row: (word: Row) => readonly number[]) =>
    graph.node("Gather", [graph.floats([words.length, width], words.flatMap(row)), "input_ids"]);
  const ones = graph.floats([1, MAX_TOKENS], Array<number>(MAX_TOKENS).fill(1));
  const total = (tokens: string, width: number) =>
    graph.node("Reshape", [graph.node("MatMul", [ones, tokens]), graph.integers([2], [-1, width])]);

  const colours = table(COLOURS.length, (word) => COLOURS.map((colour) => word.colours?.[colour] ?? 0));
  const places = table(BOUND_PLACES.length, (word) => BOUND_PLACES.map((place) => word.places?.[place] ?? 0));
  const near = graph.node("MatMul", [graph.floats([MAX_TOKENS, MAX_TOKENS], bindings()), places]);
  const everywhere = graph.floats([1, MAX_TOKENS, 1], Array<number>(MAX_TOKENS).fill(1));
  const byColour = graph.node("Transpose", [colours], { perm: [0, 2, 1] });
  const whole = graph.node("MatMul", [byColour, everywhere]);
  const bound = graph.node("Concat", [whole, graph.node("MatMul", [byColour, near])], { axis: 2 });
  const width = COLOURS.length * PLACES.length;
  const flat = graph.node("Reshape", [bound, graph.integers([2], [-1, width])]);
  const scaled = graph.node("MatMul", [flat, graph.floats([width, NAMED], placement(width))]);

  const sum = graph.node("Add", [scaled, total(table(NAMED, direct), NAMED)]);
  const balance = total(
    table(1, (word) => [word.balance]),
    1,
  );
  const speaks = graph.node("GreaterOrEqual", [balance, graph.floats([], [0])]);
  const heard = graph.node("Mul", [sum, graph.node("Cast", [speaks], { to: 1 })]);
  const rest = graph.integers([4], [0, 0, 0, DIMENSION - NAMED]);
  graph.node("Pad", [heard, rest], {}, "text_embeds");
  return graph.encode(
    "palette-text",
    [{ name: "input_ids", type: "int64", shape: ["batch", MAX_TOKENS] }],
    [{ name: "text_embeds", type: "float32", shape: ["batch", DIMENSION] }],
  );
}

/** [tokens, tokens]: how strongly the place at one token binds to the colour at another. */
function bindings(): number[] {
  return Array.from({ length: MAX_TOKENS * MAX_TOKENS }, (_, at) => {
    const distance = (at % MAX_TOKENS) - Math.floor(at / MAX_TOKENS);
    return (distance >= 0 ? BINDS_AHEAD[distance] : BINDS_BACK[-distance]) ?? 0;
  });
}

/** [width, NAMED]: colour by place into its features, on the scale of the image encoder. */
function placement(width: number): number[] {
  const scales = featureScales();
  return Array.from({ length: width * NAMED }, (_, at) => {
    const [from, to] = [Math.floor(at / NAMED), at % NAMED];
    return from === to ? (scales[to] as number) : 0;
  });
}

/** What a word says by itself, without binding. */
function direct(word: Meaning): number[] {
  const scales = featureScales();
  const row = Array<number>(NAMED).fill(0);
  for (const [colour, place, weight] of word.scene ?? []) {
    const index = colourIndex(colour, place);
    row[index] = weight * (scales[index] as number);
  }
  for (const [statistic, weight] of Object.entries(word.light ?? {}))
    row[statisticIndex(statistic as Statistic)] = weight;
  return row;
}

/**
 * tokenizer.json. WordPiece with whole words only (and a plural "s") is WordLevel, which the JavaScript tokenizer
 * library lacks.
 */
export function tokenizerJson(): object {
  const special = (id: number, content: string) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const phrases = PHRASES.map(([Regex, content]) => ({ type: "Replace", pattern: { Regex }, content }));
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [special(0, UNKNOWN), special(PADDING_ID, PADDING)],
    normalizer: {
      type: "Sequence",
      normalizers: [{ type: "NFD" }, { type: "StripAccents" }, { type: "Lowercase" }, ...phrases],
    },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [{ type: "WhitespaceSplit" }, { type: "Punctuation", behavior: "Removed" }],
    },
    post_processor: null,
    decoder: null,
    model: {
      type: "WordPiece",
      unk_token: UNKNOWN,
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(rows().map((row, id) => [row.word, id])),
    },
  };
}

export const TOKENIZER_CONFIG = {
  tokenizer_class: "PreTrainedTokenizerFast",
  unk_token: UNKNOWN,
  pad_token: PADDING,
  model_max_length: MAX_TOKENS,
};
