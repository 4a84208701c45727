// Files that hold more than the picture that is decoded. The further ones of HEIC sequences ffmpeg gives, when it is there.
import type { ImageFormat } from "../../shared/api.ts";
import type { VideoPrograms } from "../video-programs.ts";
import { PictureProblem } from "./problem.ts";
import type { Frame } from "./scenes.ts";
import { openVideo } from "./video.ts";

/** PNGs say so before their pixels, AVIF and HEIC files in the list of brands that they begin with. */
const MOVING = /acTL|avis|msf1|hevc|hevx/;
const HEAD_BYTES = 65_536;

/** Whether the file holds more pictures than the one that is decoded. */
export function isSequence(format: ImageFormat, bytes: Uint8Array): boolean {
  if (format !== "png" && format !== "avif" && format !== "heic") return false;
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, HEAD_BYTES));
  const pixelsAt = head.indexOf(format === "png" ? "IDAT" : "meta");
  return MOVING.test(head.subarray(0, pixelsAt < 0 ? HEAD_BYTES : pixelsAt).toString("latin1"));
}

/** Further pictures of a sequence; none where ffmpeg cannot read it, for the first one is a picture all the same. */
export async function* sequenceFrames(path: string, programs: VideoPrograms, maxPixels: number): AsyncGenerator<Frame> {
  try {
    yield* (await openVideo(path, programs, maxPixels, "mov")).frames();
  } catch (error) {
    if (!(error instanceof PictureProblem)) throw error;
  }
}
