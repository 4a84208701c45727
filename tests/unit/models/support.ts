// Small real models in temp directories, and pictures made on the spot.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import type { InstalledModel } from "../../../daemon/models/catalog.ts";
import type { ModelManifest } from "../../../daemon/models/manifest.ts";
import { createGraph } from "../../../scripts/palette/onnx.ts";

export const WORDS = { "[UNK]": 0, "[PAD]": 1, "[BOS]": 2, "[EOS]": 3, red: 4, green: 5, blue: 6 } as const;

export const MANIFEST: ModelManifest = {
  id: "tiny-1",
  title: "Tiny",
  licence: "MIT",
  languages: ["en"],
  dimension: 3,
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
    maskInput: "attention_mask",
    output: "text_embeds",
    tokenizer: "tokenizer.json",
    tokenizerConfig: "tokenizer_config.json",
    maxTokens: 6,
    padId: 1,
    padToMax: false,
    lowerCase: true,
  },
  similarity: { floor: 0.1, certain: 0.5, weight: 1 },
};

const root = mkdtempSync(join(tmpdir(), "rememe-models-"));
process.on("exit", () => rmSync(root, { recursive: true, force: true }));

/** An empty directory that is gone when the tests end. */
export function makeDirectory(): string {
  return mkdtempSync(join(root, "model-"));
}

/** Writes a model whose embedding is the mean colour of a picture, or the sum of the colours named. */
export function makeModel(changes: Partial<ModelManifest> = {}): InstalledModel {
  const directory = makeDirectory();
  const manifest: ModelManifest = { ...MANIFEST, ...changes };
  writeFileSync(join(directory, "manifest.json"), JSON.stringify(manifest));
  writeFileSync(join(directory, "image.onnx"), meanColour());
  writeFileSync(join(directory, "text.onnx"), sumOfColours());
  writeFileSync(join(directory, "tokenizer.json"), JSON.stringify(TOKENIZER));
  writeFileSync(join(directory, "tokenizer_config.json"), JSON.stringify({ unk_token: "[UNK]", pad_token: "[PAD]" }));
  return { manifest, directory };
}

/** Square root of the mean colour: a negative mean gives NaN. Its width is only known when it runs. */
function meanColour(): Uint8Array {
  const graph = createGraph();
  const mean = graph.node("Flatten", [graph.node("GlobalAveragePool", ["pixel_values"])], { axis: 1 });
  graph.node("Sqrt", [mean], {}, "image_embeds");
  return graph.encode(
    "mean-colour",
    [{ name: "pixel_values", type: "float32", shape: ["batch", "channels", "height", "width"] }],
    [{ name: "image_embeds", type: "float32", shape: ["batch", "dimension"] }],
  );
}

/** Takes ids and mask of any length; a masked token counts nothing. */
function sumOfColours(): Uint8Array {
  const graph = createGraph();
  const none = [0, 0, 0];
  const table = graph.floats([7, 3], [...none, 9, 9, 9, ...none, ...none, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
  const rows = graph.node("Gather", [table, "input_ids"]);
  const mask = graph.node("Unsqueeze", [graph.node("Cast", ["attention_mask"], { to: 1 }), graph.integers([1], [2])]);
  const heard = graph.node("Mul", [rows, mask]);
  graph.node("ReduceSum", [heard, graph.integers([1], [1])], { keepdims: 0 }, "text_embeds");
  const ports = (name: string) => ({ name, type: "int64" as const, shape: ["batch", "tokens"] });
  return graph.encode(
    "sum-of-colours",
    [ports("input_ids"), ports("attention_mask")],
    [{ name: "text_embeds", type: "float32", shape: ["batch", 3] }],
  );
}

const special = (content: keyof typeof WORDS) => ({ id: WORDS[content], content, special: true, normalized: false });

/** [BOS] words [EOS], as CLIP does it. */
const TOKENIZER = {
  version: "1.0",
  added_tokens: [special("[UNK]"), special("[PAD]"), special("[BOS]"), special("[EOS]")],
  normalizer: null,
  pre_tokenizer: { type: "WhitespaceSplit" },
  post_processor: {
    type: "TemplateProcessing",
    single: [
      { SpecialToken: { id: "[BOS]", type_id: 0 } },
      { Sequence: { id: "A", type_id: 0 } },
      { SpecialToken: { id: "[EOS]", type_id: 0 } },
    ],
    pair: [],
    special_tokens: {
      "[BOS]": { id: "[BOS]", ids: [2], tokens: ["[BOS]"] },
      "[EOS]": { id: "[EOS]", ids: [3], tokens: ["[EOS]"] },
    },
  },
  decoder: null,
  model: { type: "WordPiece", unk_token: "[UNK]", continuing_subword_prefix: "##", vocab: WORDS },
};

/** A picture of one colour. */
export function plain(colour: string, width = 32, height = 32): Sharp {
  return sharp({ create: { width, height, channels: 3, background: colour } });
}

/** A picture from the inside of an SVG of 100 x 100 units. */
export function drawn(svg: string, width = 200, height = 200): Sharp {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" preserveAspectRatio="none"`;
  return sharp(Buffer.from(`${head} width="${width}" height="${height}">${svg}</svg>`));
}

/** Cosine of two vectors of unit length. */
export function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);
}
