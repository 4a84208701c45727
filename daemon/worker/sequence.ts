// Animated PNG, AVIF and HEIC files: sharp and its kin decode their first picture only; of the others ffmpeg gives some, when it is there.
import type { ImageFormat } from "../../shared/api.ts";
import type { VideoPrograms } from "../video-programs.ts";
import { PictureProblem } from "./problem.ts";
import type { Frame } from "./scenes.ts";
import { openVideo } from "./video.ts";

/** PNGs say so before their pixels, AVIF and HEIC files in the list of brands that they begin with. */
const MOVING = /acTL|avis|msf1|hevc|hevx/;
const HEAD_BYTES = 65_536;
const PNG_SIGNATURE_BYTES = 8;
/** Length, type and checksum of a chunk. */
const CHUNK_FRAME_BYTES = 12;

/** Whether the file holds more pictures than the one that is decoded. */
export function isSequence(format: ImageFormat, bytes: Uint8Array): boolean {
  if (format !== "png" && format !== "avif" && format !== "heic") return false;
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, HEAD_BYTES));
  const pixelsAt = head.indexOf(format === "png" ? "IDAT" : "meta");
  return MOVING.test(head.subarray(0, pixelsAt < 0 ? HEAD_BYTES : pixelsAt).toString("latin1"));
}

/** Further pictures of a sequence; none where ffmpeg cannot read it, for the first one is a picture all the same. */
export async function* sequenceFrames(
  path: string,
  format: ImageFormat,
  bytes: Uint8Array,
  programs: VideoPrograms,
  maxPixels: number,
): AsyncGenerator<Frame> {
  const how = format === "png" ? { container: "apng", durationMs: apngDurationMs(bytes) } : { container: "mov" };
  try {
    yield* (await openVideo(path, programs, maxPixels, how)).frames();
  } catch (error) {
    if (!(error instanceof PictureProblem)) throw error;
  }
}

/** Sum of what the frame control chunks (fcTL, APNG specification 1.0) say: ffprobe does not add them up. */
export function apngDurationMs(bytes: Uint8Array): number | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let seconds = 0;
  for (let at = PNG_SIGNATURE_BYTES; at + CHUNK_FRAME_BYTES <= file.length; ) {
    const length = file.readUInt32BE(at);
    if (file.toString("latin1", at + 4, at + 8) === "fcTL" && at + 8 + 24 <= file.length) {
      // A denominator of 0 stands for hundredths of a second.
      seconds += file.readUInt16BE(at + 8 + 20) / (file.readUInt16BE(at + 8 + 22) || 100);
    }
    at += CHUNK_FRAME_BYTES + length;
  }
  return seconds > 0 ? seconds * 1_000 : null;
}
