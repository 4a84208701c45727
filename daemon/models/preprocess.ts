// Turns a picture into the numbers a model takes. Refuses to know where the picture comes from: opening, limits and
// orientation are the caller's.
import type { Sharp } from "sharp";
import type { ImageSpec } from "./manifest.ts";

const WHITE = "#ffffff";

/**
 * The picture as the image encoder wants it: float32, channel by channel (RGB), 3 * size * size values.
 * Transparent parts become white; any colour space and bit depth becomes 8-bit sRGB. `image` must already be upright
 * and is left as it was.
 *
 * Shrink-on-load stays off: with it the result is up to four times further from PIL's, which the models were trained with.
 */
export async function imageTensor(image: Sharp, spec: ImageSpec): Promise<Float32Array> {
  const { data, info } = await image
    .clone()
    .resize(spec.size, spec.size, {
      fit: spec.resize === "crop" ? "cover" : "fill",
      position: "centre",
      kernel: spec.kernel,
      fastShrinkOnLoad: false,
    })
    .flatten({ background: WHITE })
    .toColourspace("srgb")
    .removeAlpha()
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`expected 3 channels, sharp made ${info.channels}`);
  return planes(data, spec);
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
