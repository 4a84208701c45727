// What a picture looks like to the last pixel, whatever its file says besides: files that differ in metadata only have the same hash.
import { createHash } from "node:crypto";
import type { ImageFormat } from "../../shared/api.ts";
import type { DecodedImage } from "./decode.ts";
import { isSequence } from "./sequence.ts";

/** Formats whose decoded picture is all there is to see; of the others only the first page, frame, drawing or preview is decoded. */
const STILL: ReadonlySet<ImageFormat> = new Set(["jpeg", "png", "webp", "avif", "heic"]);
/**
 * 32 hex digits: of the format, the sizes and all pixels, upright. Equal hashes mean that everything rememe makes of the pictures is equal.
 * Null for what may hold more than the pixels that were decoded. Another decoder may give other pixels; then the hash is simply not found.
 */
export function pixelHashOf(image: DecodedImage, bytes: Uint8Array): string | null {
  const { format, frames, width, height, channels, dataWidth, dataHeight, data } = image;
  if (frames > 1 || !STILL.has(format) || isSequence(format, bytes)) return null;
  const facts = [format, width, height, channels, dataWidth, dataHeight].join(" ");
  return createHash("sha256").update(facts).update(data).digest("hex").slice(0, 32);
}
