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
  [/unsupported image format|corrupt header/i, "not-an-image", "This is not a picture in a format rememe reads."],
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
    /compression format has not been built|No codec|not been built in|unsupported/i,
    "unsupported-format",
    "This kind of file cannot be decoded here.",
  ],
];

/** Turns a decoder's error into a problem with a stable reason; the decoder's own words stay in the message. */
export function decodeProblem(error: unknown): PictureProblem {
  const said = messageOf(error).split("\n")[0]?.slice(0, 200) ?? "";
  for (const [phrase, reason, words] of DECODER_PHRASES) {
    if (phrase.test(said)) return new PictureProblem("decode", reason, `${words} (${said})`);
  }
  return new PictureProblem("decode", "broken-image", `The picture is damaged. (${said})`);
}
