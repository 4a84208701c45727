// Why a picture could not be read: the failure rows' stage and reason, in words.
import type { FailureStage } from "../../shared/api.ts";
import { messageOf } from "../errors.ts";

/** Thrown inside the worker; becomes a failure row. */
export class PictureProblem extends Error {
  readonly stage: FailureStage;
  readonly reason: string;
  readonly transient: boolean;
  constructor(stage: FailureStage, reason: string, message: string, transient = false) {
    super(message);
    this.name = "PictureProblem";
    this.stage = stage;
    this.reason = reason;
    this.transient = transient;
  }
}

/** Runs one stage; anything it throws that has no stage yet gets this one. */
export async function inStage<T>(stage: FailureStage, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PictureProblem) throw error;
    throw new PictureProblem(stage, `${stage}-failed`, messageOf(error));
  }
}

/** sharp and libvips say what is wrong only in prose; these are the phrases of sharp 0.35 / libvips 8.18. */
const DECODER_PHRASES: readonly (readonly [RegExp, string, string])[] = [
  [/unsupported image format/i, "not-an-image", "This is not a picture in a format rememe reads."],
  [
    /exceeds pixel limit|exceeds libpng limits|dimensions? (too large|exceed)/i,
    "too-many-pixels",
    "The picture has more pixels than the limit (setting maxMegapixels).",
  ],
  [
    /premature end|truncated|unexpected end|not enough data|read error|end of (file|stream)|incomplete/i,
    "truncated",
    "The file ends too early; the rest of the picture is missing.",
  ],
  [
    /compression format has not been built|No codec|not been built in|unsupported|not supported|not configured/i,
    "unsupported-format",
    "This kind of file cannot be decoded here.",
  ],
];

/** Formats whose end is marked: how a file begins, and how it ends when nothing is missing. */
const END_MARKS: readonly (readonly [Buffer, Buffer])[] = [
  [Buffer.from("ffd8ff", "hex"), Buffer.from("ffd9", "hex")],
  [Buffer.from("89504e47", "hex"), Buffer.from("IEND")],
];

/**
 * Turns a decoder's error into a problem with a stable reason; the decoder's own words stay in the message. `bytes` help where words
 * fail: libvips keeps its last error for all threads together, so when several pictures fail at once the words get lost.
 */
export function decodeProblem(error: unknown, bytes: Uint8Array): PictureProblem {
  const said = messageOf(error).split("\n")[0]?.slice(0, 200) ?? "";
  for (const [phrase, reason, words] of DECODER_PHRASES) {
    // A PNG that has its end cannot be cut off: those were another picture's words.
    if (reason === "truncated" && isWholePng(bytes)) continue;
    if (phrase.test(said)) return new PictureProblem("decode", reason, `${words} (${said})`);
  }
  if (isCutOff(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))) {
    return new PictureProblem("decode", "truncated", "The file ends too early; the rest of the picture is missing.");
  }
  return new PictureProblem("decode", "broken-image", `The picture is damaged. (${said})`);
}

function isWholePng(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return file.subarray(1, 4).toString() === "PNG" && file.includes("IEND");
}

function isCutOff(bytes: Buffer): boolean {
  return END_MARKS.some(([start, end]) => bytes.subarray(0, start.length).equals(start) && bytes.lastIndexOf(end) < 0);
}
