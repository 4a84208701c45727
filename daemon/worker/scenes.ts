// Which further frames of a moving picture are looked at: enough that a scene in the middle is found, and few enough that a clip costs no
// more than five pictures.
import sharp from "sharp";
import { type DecodedImage, decodeFrame, fromPixels } from "./decode.ts";

export interface Frame {
  /** From 0; null where frames are not counted. */
  readonly frame: number | null;
  /** Since the beginning; null when the file does not say. */
  readonly atMs: number | null;
  readonly image: DecodedImage;
}

/** Besides the first frame. */
const MAX_FRAMES = 4;
/**
 * Frames are decoded one after the other up to the one that is wanted. A clip of 480 × 270 pixels is looked at up to its 2,300th frame, a
 * larger one less far.
 */
const MAX_PIXELS_PASSED = 300e6;
/** Two frames are one scene when their pixels, of 16 × 16, differ by less than this on average, of 255. */
const SAME_SCENE = 8;
const SIGNATURE_SIDE = 16;

/**
 * The frames that look different from those before, `first` included; one after the other, so that only one takes memory. Always the same
 * for the same frames.
 */
export async function* scenesOf(first: DecodedImage, frames: AsyncIterable<Frame>): AsyncGenerator<Frame> {
  const seen: Buffer[] = [];
  for await (const frame of frames) {
    if (seen.length === 0) seen.push(await signature(first));
    const own = await signature(frame.image);
    if (seen.some((other) => difference(own, other) < SAME_SCENE)) continue;
    seen.push(own);
    yield frame;
  }
}

/**
 * Further frames of an animated GIF or WebP, evenly spread; none of a still picture. A frame that cannot be decoded ends it: what came
 * before is a picture.
 */
export async function* animationFrames(
  bytes: Uint8Array,
  first: DecodedImage,
  maxPixels: number,
): AsyncGenerator<Frame> {
  if (first.frames < 2) return;
  const { delay } = await sharp(bytes, { limitInputPixels: false }).metadata();
  for (const frame of numbersOf(first)) {
    const image = await decodeFrame(bytes, maxPixels, frame).catch(() => null);
    if (!image) return;
    yield { frame, atMs: delay ? delay.slice(0, frame).reduce((sum, ms) => sum + ms, 0) : null, image };
  }
}

/** Evenly spread; the first frame is known already. */
function numbersOf({ frames, width, height }: DecodedImage): readonly number[] {
  const reached = Math.min(frames, Math.max(2, Math.floor(MAX_PIXELS_PASSED / (width * height))));
  const count = Math.min(MAX_FRAMES, reached - 1);
  return Array.from({ length: count }, (_, index) => Math.floor(((index + 1) * reached) / (count + 1)));
}

function signature(image: DecodedImage): Promise<Buffer> {
  return fromPixels(image)
    .flatten({ background: "#fff" })
    .resize(SIGNATURE_SIDE, SIGNATURE_SIDE, { fit: "fill" })
    .raw()
    .toBuffer();
}

function difference(one: Buffer, other: Buffer): number {
  return one.reduce((sum, value, index) => sum + Math.abs(value - (other[index] ?? 0)), 0) / one.length;
}
