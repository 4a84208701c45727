// A model of the size of SigLIP base (patch 16, 224 pixels; 12 layers of width 768 for pictures and for texts) with random weights, float32:
// it costs what the real one costs, and means nothing. The pooling head is left out (a mean instead: some 8 % of the weights).
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelManifest } from "../../daemon/models/manifest.ts";
import { createGraph, type GraphBuilder } from "../../scripts/palette/onnx.ts";

const WIDTH = 768;
const LAYERS = 12;
const HEADS = 12;
const HIDDEN = 3_072;
const SIDE = 224;
const PATCH = 16;
const PATCHES = (SIDE / PATCH) ** 2;
const TOKENS = 64;
const VOCABULARY = 32_000;
const KNOWN_WORDS = 1_000;

const MANIFEST: ModelManifest = {
  id: "base-sized-random",
  title: "Random weights, as large as SigLIP base",
  licence: "MIT",
  languages: ["en"],
  dimension: WIDTH,
  image: {
    file: "image.onnx",
    input: "pixel_values",
    output: "image_embeds",
    size: SIDE,
    resize: "squash",
    kernel: "cubic",
    mean: [0.5, 0.5, 0.5],
    deviation: [0.5, 0.5, 0.5],
  },
  text: {
    file: "text.onnx",
    idsInput: "input_ids",
    output: "text_embeds",
    tokenizer: "tokenizer.json",
    tokenizerConfig: "tokenizer_config.json",
    maxTokens: TOKENS,
    padId: 1,
    padToMax: true,
    lowerCase: true,
  },
  similarity: { floor: -1, certain: 1, weight: 1 },
};

/** Writes the model's files, some 800 MB, into the directory. Its words are "word0" to "word999". */
export function makeBaseSizedModel(directory: string): void {
  mkdirSync(directory, { recursive: true });
  const words = Array.from({ length: KNOWN_WORDS }, (_, at) => [`word${at}`, at + 2] as const);
  const files = {
    "manifest.json": JSON.stringify(MANIFEST),
    "image.onnx": imageTower(),
    "text.onnx": textTower(),
    "tokenizer.json": JSON.stringify({
      version: "1.0",
      added_tokens: ["[UNK]", "[PAD]"].map((content, id) => ({ id, content, special: true, normalized: false })),
      normalizer: null,
      pre_tokenizer: { type: "WhitespaceSplit" },
      post_processor: null,
      decoder: null,
      model: {
        type: "WordPiece",
        unk_token: "[UNK]",
        continuing_subword_prefix: "##",
        vocab: { "[UNK]": 0, "[PAD]": 1, ...Object.fromEntries(words) },
      },
    }),
    "tokenizer_config.json": JSON.stringify({ unk_token: "[UNK]", pad_token: "[PAD]" }),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
}

function imageTower(): Uint8Array {
  const graph = createGraph();
  const random = createRandom(1);
  const kernel = graph.weights([WIDTH, 3, PATCH, PATCH], random(WIDTH * 3 * PATCH * PATCH));
  const patches = graph.node("Conv", ["pixel_values", kernel], { strides: [PATCH, PATCH] });
  const flat = graph.node("Reshape", [patches, graph.integers([3], [0, WIDTH, PATCHES])]);
  const tokens = graph.node("Transpose", [flat], { perm: [0, 2, 1] });
  transformer(graph, tokens, PATCHES, random, "image_embeds");
  const pixels = { name: "pixel_values", type: "float32", shape: ["batch", 3, SIDE, SIDE] } as const;
  return graph.encode("image", [pixels], [{ name: "image_embeds", type: "float32", shape: ["batch", WIDTH] }]);
}

function textTower(): Uint8Array {
  const graph = createGraph();
  const random = createRandom(2);
  const table = graph.weights([VOCABULARY, WIDTH], random(VOCABULARY * WIDTH));
  transformer(graph, graph.node("Gather", [table, "input_ids"]), TOKENS, random, "text_embeds");
  const ids = { name: "input_ids", type: "int64", shape: ["batch", TOKENS] } as const;
  return graph.encode("text", [ids], [{ name: "text_embeds", type: "float32", shape: ["batch", WIDTH] }]);
}

type Random = (count: number) => Float32Array;

/** Embeddings of tokens → the mean of what the last layer makes of them. */
function transformer(graph: GraphBuilder, tokens: string, count: number, random: Random, output: string): void {
  let state = graph.node("Add", [tokens, graph.weights([1, count, WIDTH], random(count * WIDTH))]);
  for (let layer = 0; layer < LAYERS; layer++) {
    state = graph.node("Add", [state, attention(graph, normalised(graph, state), count, random)]);
    state = graph.node("Add", [state, perceptron(graph, normalised(graph, state), random)]);
  }
  graph.node("ReduceMean", [normalised(graph, state)], { axes: [1], keepdims: 0 }, output);
}

function normalised(graph: GraphBuilder, state: string): string {
  const ones = new Float32Array(WIDTH).fill(1);
  const inputs = [state, graph.weights([WIDTH], ones), graph.weights([WIDTH], new Float32Array(WIDTH))];
  return graph.node("LayerNormalization", inputs);
}

function linear(graph: GraphBuilder, state: string, from: number, to: number, random: Random): string {
  const product = graph.node("MatMul", [state, graph.weights([from, to], random(from * to))]);
  return graph.node("Add", [product, graph.weights([to], random(to))]);
}

function attention(graph: GraphBuilder, state: string, count: number, random: Random): string {
  const perHead = WIDTH / HEADS;
  const heads = (perm: readonly number[]): string => {
    const all = linear(graph, state, WIDTH, WIDTH, random);
    const apart = graph.node("Reshape", [all, graph.integers([4], [0, count, HEADS, perHead])]);
    return graph.node("Transpose", [apart], { perm });
  };
  const scores = graph.node("MatMul", [heads([0, 2, 1, 3]), heads([0, 2, 3, 1])]);
  const scaled = graph.node("Mul", [scores, graph.floats([1], [perHead ** -0.5])]);
  const mixed = graph.node("MatMul", [graph.node("Softmax", [scaled]), heads([0, 2, 1, 3])]);
  const together = graph.node("Transpose", [mixed], { perm: [0, 2, 1, 3] });
  const flat = graph.node("Reshape", [together, graph.integers([3], [0, count, WIDTH])]);
  return linear(graph, flat, WIDTH, WIDTH, random);
}

/** With GELU by tanh, as SigLIP has it. */
function perceptron(graph: GraphBuilder, state: string, random: Random): string {
  const times = (value: string, factor: number): string => graph.node("Mul", [value, graph.floats([1], [factor])]);
  const inner = linear(graph, state, WIDTH, HIDDEN, random);
  const cubed = graph.node("Mul", [graph.node("Mul", [inner, inner]), inner]);
  const bent = graph.node("Tanh", [times(graph.node("Add", [inner, times(cubed, 0.044715)]), Math.sqrt(2 / Math.PI))]);
  const gate = times(graph.node("Add", [bent, graph.floats([1], [1])]), 0.5);
  return linear(graph, graph.node("Mul", [inner, gate]), HIDDEN, WIDTH, random);
}

/** Small values around 0, always the same ones. */
function createRandom(seed: number): Random {
  let state = seed;
  return (count) => {
    const values = new Float32Array(count);
    for (let at = 0; at < count; at++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      values[at] = (state / 2 ** 31) * 0.035;
    }
    return values;
  };
}
