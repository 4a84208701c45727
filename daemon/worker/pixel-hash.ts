// What a picture looks like to the last pixel, whatever its file says besides: files that differ in metadata only have the same hash.
import { createHash } from "node:crypto";
import type { ImageFormat } from "../../shared/api.ts";
import type { DecodedImage } from "./decode.ts";

/** Formats whose decoded picture is all there is to see; of the others only the first page, frame, drawing or preview is decoded. */
const STILL: ReadonlySet<ImageFormat> = new Set(["jpeg", "png", "webp", "avif", "heic"]);
/** Animated all the same: PNGs say so before their pixels, AVIF and HEIC files in the list of brands that they begin with. */
const MOVING = /acTL|avis|msf1|hevc|hevx/;
const HEAD_BYTES = 65_536;

/**
 * 32 hex digits: of the format, the sizes and all pixels, upright. Equal hashes mean that everything rememe makes of the pictures is equal.
 * Null for what may hold more than the pixels that were decoded. Another decoder may give other pixels; then the hash is simply not found.
 */
export function pixelHashOf(image: DecodedImage, bytes: Uint8Array): string | null {
  const { format, frames, width, height, channels, dataWidth, dataHeight, data } = image;
  if (frames > 1 || !STILL.has(format) || isMoving(format, bytes)) return null;
  const facts = [format, width, height, channels, dataWidth, dataHeight].join(" ");
  return createHash("sha256").update(facts).update(data).digest("hex").slice(0, 32);
}

function isMoving(format: ImageFormat, bytes: Uint8Array): boolean {
  if (format === "jpeg" || format === "webp") return false;
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, HEAD_BYTES));
  const pixelsAt = head.indexOf(format === "png" ? "IDAT" : "meta");
  return MOVING.test(head.subarray(0, pixelsAt < 0 ? HEAD_BYTES : pixelsAt).toString("latin1"));
}
