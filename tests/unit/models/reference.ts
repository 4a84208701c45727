// What the original Python libraries make of pictures and texts: tests/fixtures/models, written by make.py there.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import type { InstalledModel } from "../../../daemon/models/catalog.ts";
import { FAMILIES } from "../../../daemon/models/families.ts";
import type { ImageSpec } from "../../../daemon/models/manifest.ts";
import { MANIFEST } from "./support.ts";

export const REFERENCE = join(import.meta.dirname, "../../fixtures/models");
export type ReferenceFamily = "clip" | "siglip" | "siglip2";
export const REFERENCE_FAMILIES: readonly ReferenceFamily[] = ["clip", "siglip", "siglip2"];

export function readReference<T>(name: string): T {
  return JSON.parse(readFileSync(join(REFERENCE, name), "utf8")) as T;
}

export const PICTURES = readReference<{
  names: string[];
  sheetSize: number;
  realSize: number;
  samples: Record<string, number[]>;
}>("pictures.json");

/** Squares of RGB bytes below each other, as the original image processors made them. */
export async function readSquares(file: string, size: number): Promise<Uint8Array[]> {
  const { data } = await sharp(join(REFERENCE, file)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const bytes = size * size * 3;
  return Array.from({ length: data.length / bytes }, (_, at) => data.subarray(at * bytes, (at + 1) * bytes));
}

/** A reference square as the tensor it stands for. */
export function tensorOf(square: Uint8Array, spec: Pick<ImageSpec, "size" | "mean" | "deviation">): Float32Array {
  const area = spec.size ** 2;
  return Float32Array.from({ length: 3 * area }, (_, at) => {
    const channel = Math.floor(at / area) as 0 | 1 | 2;
    const byte = square[(at % area) * 3 + channel] as number;
    return (byte / 255 - spec.mean[channel]) / spec.deviation[channel];
  });
}

/** Cosine of two vectors of any length. */
export function likeness(a: Float32Array | readonly number[], b: Float32Array | readonly number[]): number {
  let product = 0;
  let squareA = 0;
  let squareB = 0;
  for (const [at, value] of a.entries()) {
    const other = b[at] as number;
    product += value * other;
    squareA += value ** 2;
    squareB += other ** 2;
  }
  return product / Math.sqrt(squareA * squareB);
}

/** The tiny model's directory with its family's text part; only the tokenizer's files are named rightly. */
export function tokenizerOf(family: ReferenceFamily): InstalledModel {
  const text = { ...FAMILIES[family].text, file: "onnx/text_model.onnx" };
  return { directory: join(REFERENCE, `${family}-tiny`), manifest: { ...MANIFEST, text } };
}
