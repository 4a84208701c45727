// Writes the palette model, the starter model that ships with the program: `npm run make:palette [directory]`.
// The files are committed; the same sources give the same bytes on every machine.
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ModelManifest } from "../daemon/models/manifest.ts";
import { DIMENSION, featureScales, SIZE } from "./palette/features.ts";
import { imageGraph } from "./palette/image-graph.ts";
import { MAX_TOKENS, PADDING_ID, TOKENIZER_CONFIG, textGraph, tokenizerJson } from "./palette/text-graph.ts";
import { typicalMean } from "./palette/typical.ts";

const MANIFEST: ModelManifest = {
  id: "palette-1",
  title: "Palette (starter model: colours, light and layout; no objects)",
  licence: "MIT",
  languages: ["en", "de", "es", "fr"],
  dimension: DIMENSION,
  image: {
    file: "image.onnx",
    input: "pixel_values",
    output: "image_embeds",
    size: SIZE,
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
    maxTokens: MAX_TOKENS,
    padId: PADDING_ID,
    padToMax: true,
    lowerCase: true,
  },
  similarity: { floor: 0.2, certain: 0.6, weight: 0.5 },
};

/** Writes the five files of the model into a directory. */
export async function makePaletteModel(directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(directory, name), content);
  write("manifest.json", json(MANIFEST));
  write("image.onnx", imageGraph(await typicalMean(), featureScales()));
  write("text.onnx", textGraph());
  write("tokenizer.json", json(tokenizerJson()));
  write("tokenizer_config.json", json(TOKENIZER_CONFIG));
}

/** Short arrays of plain values stay on one line, as the formatter wants them. */
function json(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return `${text.replace(/\[\n([^[\]{}]*?)\n\s*\]/g, (_, inside: string) => `[${inside.trim().replace(/\s*\n\s*/g, " ")}]`)}\n`;
}

if (import.meta.main) {
  await makePaletteModel(resolve(process.argv[2] ?? join(import.meta.dirname, "..", "daemon", "models", "palette")));
}
