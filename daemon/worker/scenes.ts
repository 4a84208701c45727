// Which further frames of a moving picture are looked at: enough that a scene in the middle is found, and few enough that a clip costs no
// more than five pictures.
import sharp from "sharp";
import { apngFrames } from "./apng.ts";
import { openAvifSequence } from "./avif-sequence.ts";
import { type DecodedImage, decode, decodeFrame, fromPixels } from "./decode.ts";

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
/** AV1 takes three times as long. */
const MAX_AV1_PIXELS_PASSED = 100e6;
/** Each frame of an APNG is a call of the decoder, however small it is. */
const MAX_APNG_FRAMES_PASSED = 2_300;
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
 * Further frames of an animated GIF, WebP, PNG or AVIF, evenly spread; none of a still picture. A frame that cannot be decoded ends it: what
 * came before is a picture.
 */
export async function* animationFrames(
  bytes: Uint8Array,
  first: DecodedImage,
  maxPixels: number,
): AsyncGenerator<Frame> {
  if (first.frames < 2) return;
  if (first.format === "png") yield* framesOfApng(bytes, first);
  else if (first.format === "avif") yield* framesOfAvif(bytes, first, maxPixels);
  else yield* framesOfPages(bytes, first, maxPixels);
}

async function* framesOfPages(bytes: Uint8Array, first: DecodedImage, maxPixels: number): AsyncGenerator<Frame> {
  const { delay } = await sharp(bytes, { limitInputPixels: false }).metadata();
  for (const frame of numbersOf(first)) {
    const image = await decodeFrame(bytes, maxPixels, frame).catch(() => null);
    if (!image) return;
    yield { frame, atMs: delay ? delay.slice(0, frame).reduce((sum, ms) => sum + ms, 0) : null, image };
  }
}

async function* framesOfApng(bytes: Uint8Array, first: DecodedImage): AsyncGenerator<Frame> {
  const frames = Math.min(first.frames, MAX_APNG_FRAMES_PASSED);
  for await (const { frame, atMs, width, height, rgba } of apngFrames(bytes, numbersOf({ ...first, frames }))) {
    const size = { width, height, dataWidth: width, dataHeight: height };
    yield { frame, atMs, image: { ...first, ...size, data: rgba, channels: 4 } };
  }
}

async function* framesOfAvif(bytes: Uint8Array, first: DecodedImage, maxPixels: number): AsyncGenerator<Frame> {
  const sequence = openAvifSequence(bytes);
  for (const frame of numbersOf(first, MAX_AV1_PIXELS_PASSED)) {
    const still = sequence?.still(frame);
    const image = still && (await decode(still, maxPixels).catch(() => null));
    if (!sequence || !image) return;
    yield { frame, atMs: sequence.atMs(frame), image: { ...image, frames: first.frames } };
  }
}

/** Evenly spread; the first frame is known already. */
function numbersOf(
  { frames, width, height }: Pick<DecodedImage, "frames" | "width" | "height">,
  maxPixelsPassed = MAX_PIXELS_PASSED,
): readonly number[] {
  const reached = Math.min(frames, Math.max(2, Math.floor(maxPixelsPassed / (width * height))));
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
