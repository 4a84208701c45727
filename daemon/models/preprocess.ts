// Turns a picture into the numbers a model takes. Refuses to know where the picture comes from: opening, limits and
// orientation are the caller's.
import type { Sharp } from "sharp";
import { type Axis, enlarge, type Pixels } from "./enlarge.ts";
import type { ImageSpec } from "./manifest.ts";

const WHITE = "#ffffff";

/**
 * The picture as the image encoder wants it: float32, channel by channel (RGB), 3 * size * size values.
 * Transparent parts become white; any colour space and bit depth becomes 8-bit sRGB. `image` must already be upright; it is used up, because
 * a clone would copy its pixels (60 ms of 75 for 12 megapixels).
 *
 * Agrees with the original processors (Pillow): tests/unit/models/reference-pictures.test.ts says how closely.
 */
export async function imageTensor(image: Sharp, spec: ImageSpec): Promise<Float32Array> {
  const { autoOrient: upright } = await image.metadata();
  const across = axis(upright.width, upright.height, spec);
  const down = axis(upright.height, upright.width, spec);
  const shrunk = await shrink(image, upright, across, down, spec);
  const isWhole = shrunk.width === spec.size && shrunk.height === spec.size;
  return planes(isWhole ? shrunk.data : enlarge(shrunk, across, down, spec.kernel).data, spec);
}

/** Sizes and offsets round down, as in the original processors. */
function axis(length: number, other: number, spec: ImageSpec): Axis {
  if (spec.resize === "squash") return { size: spec.size, from: 0, length: spec.size };
  const size = Math.floor((spec.size * length) / Math.min(length, other));
  return { size, from: Math.floor((size - spec.size) / 2), length: spec.size };
}

/**
 * RGB bytes. Axes that are too long have their final length afterwards, the others are as they were.
 *
 * Shrink-on-load stays off: with it the result is up to four times further from PIL's, which the models were trained with.
 */
async function shrink(
  image: Sharp,
  upright: { readonly width: number; readonly height: number },
  across: Axis,
  down: Axis,
  spec: ImageSpec,
): Promise<Pixels> {
  const width = Math.min(upright.width, across.size);
  const height = Math.min(upright.height, down.size);
  const resized = image.resize(width, height, { fit: "fill", kernel: spec.kernel, fastShrinkOnLoad: false });
  // A crop keeps its proportions, so either both axes are long enough here or both are enlarged later.
  if (width === across.size && height === down.size)
    resized.extract({ left: across.from, top: down.from, width: across.length, height: down.length });
  const { data, info } = await resized
    .flatten({ background: WHITE })
    .toColourspace("srgb")
    .removeAlpha()
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`expected 3 channels, sharp made ${info.channels}`);
  return { data, width: info.width, height: info.height };
}

/** Interleaved bytes → normalised planes: (byte / 255 - mean) / deviation, as one multiplication and one addition. */
function planes(bytes: Uint8Array, spec: ImageSpec): Float32Array {
  const area = spec.size * spec.size;
  const tensor = new Float32Array(3 * area);
  for (const channel of [0, 1, 2] as const) {
    const factor = 1 / (255 * spec.deviation[channel]);
    const offset = -spec.mean[channel] / spec.deviation[channel];
    const start = channel * area;
    for (let pixel = 0; pixel < area; pixel++) {
      tensor[start + pixel] = (bytes[pixel * 3 + channel] as number) * factor + offset;
    }
  }
  return tensor;
}
