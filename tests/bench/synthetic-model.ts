// A real model directory whose text encoder answers given words with given vectors: next to no time, so that a request is measured without
// the cost of a text encoder. Its image part makes some vector of any picture.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelManifest } from "../../daemon/models/manifest.ts";
import { createGraph } from "../../scripts/palette/onnx.ts";
import { createSyntheticVectors, DIMENSION } from "./synthetic-vectors.ts";

const UNKNOWN = 0;
const PADDING = 1;

const MANIFEST: ModelManifest = {
  id: "bench-768",
  title: "Benchmark",
  licence: "MIT",
  languages: ["en"],
  dimension: DIMENSION,
  image: {
    file: "image.onnx",
    input: "pixel_values",
    output: "image_embeds",
    size: 8,
    resize: "squash",
    kernel: "linear",
    mean: [0, 0, 0],
    deviation: [1, 1, 1],
  },
  text: {
    file: "text.onnx",
    idsInput: "input_ids",
    output: "text_embeds",
    tokenizer: "tokenizer.json",
    tokenizerConfig: "tokenizer_config.json",
    maxTokens: 32,
    padId: PADDING,
    padToMax: false,
    lowerCase: true,
  },
  // Nothing is cut off: recall is counted over the whole ranking.
  similarity: { floor: -1, certain: 1, weight: 1 },
};

/** @param words each gets the vector of a text of its own */
export function makeModel(
  directory: string,
  words: readonly string[],
): { readonly id: string; readonly setting: string } {
  mkdirSync(directory, { recursive: true });
  const vocabulary = {
    "[UNK]": UNKNOWN,
    "[PAD]": PADDING,
    ...Object.fromEntries(words.map((word, at) => [word, at + 2])),
  };
  const files = {
    "manifest.json": JSON.stringify(MANIFEST),
    "image.onnx": imageGraph(),
    "text.onnx": textGraph(words.length),
    "tokenizer.json": JSON.stringify({
      version: "1.0",
      added_tokens: ["[UNK]", "[PAD]"].map((content, id) => ({ id, content, special: true, normalized: false })),
      normalizer: null,
      pre_tokenizer: { type: "WhitespaceSplit" },
      post_processor: null,
      decoder: null,
      model: { type: "WordPiece", unk_token: "[UNK]", continuing_subword_prefix: "##", vocab: vocabulary },
    }),
    "tokenizer_config.json": JSON.stringify({ unk_token: "[UNK]", pad_token: "[PAD]" }),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
  return { id: MANIFEST.id, setting: directory };
}

/** The sum of the words' vectors; unknown words add nothing. */
function textGraph(words: number): Uint8Array {
  const vectors = createSyntheticVectors(1);
  const rows: number[] = new Array(2 * DIMENSION).fill(0);
  for (let word = 0; word < words; word++) rows.push(...vectors.text());
  const graph = createGraph();
  const gathered = graph.node("Gather", [graph.floats([words + 2, DIMENSION], rows), "input_ids"]);
  graph.node("ReduceSum", [gathered, graph.integers([1], [1])], { keepdims: 0 }, "text_embeds");
  return graph.encode(
    "words",
    [{ name: "input_ids", type: "int64", shape: ["batch", "tokens"] }],
    [{ name: "text_embeds", type: "float32", shape: ["batch", DIMENSION] }],
  );
}

/** The mean colour, spread over all dimensions. */
function imageGraph(): Uint8Array {
  const { random } = createSyntheticVectors(2);
  const graph = createGraph();
  const mean = graph.node("Flatten", [graph.node("GlobalAveragePool", ["pixel_values"])], { axis: 1 });
  const spread = Array.from({ length: 3 * DIMENSION }, () => random() - 0.5);
  graph.node("MatMul", [mean, graph.floats([3, DIMENSION], spread)], {}, "image_embeds");
  return graph.encode(
    "colours",
    [{ name: "pixel_values", type: "float32", shape: ["batch", 3, 8, 8] }],
    [{ name: "image_embeds", type: "float32", shape: ["batch", DIMENSION] }],
  );
}
