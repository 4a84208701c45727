// Bytes → pixels, once: everything else (tensor, thumbnail, hash, text) is made from these pixels.
import sharp, { type Metadata, type OutputInfo, type Sharp } from "sharp";
import type { ImageFormat } from "../../shared/api.ts";
import { countApngFrames } from "./apng.ts";
import { openAvifSequence } from "./avif-sequence.ts";
import { type UnwrappedPixels, unwrap } from "./more-formats.ts";
import { decodeProblem, PictureProblem } from "./problem.ts";
import type { TextInPicture } from "./protocol.ts";
import { SALVAGEABLE, uniformShare } from "./salvage.ts";

/** Pictures larger than this are shrunk while decoding, so that one picture never takes more than about 100 MB. */
const WORKING_PIXELS = 24e6;
/** SVG has no pixels of its own: it is drawn with this long side. */
const SVG_LONG_SIDE = 1024;
/** librsvg's resolution unit; the density that draws one SVG unit as one pixel. */
const SVG_BASE_DENSITY = 72;

export interface DecodedImage {
  /** RGB or RGBA, 8 bit, sRGB, upright. */
  readonly data: Buffer;
  readonly channels: 3 | 4;
  /** Size of `data`. */
  readonly dataWidth: number;
  readonly dataHeight: number;
  /** Size of the picture itself, upright. */
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly format: ImageFormat;
  /** The text in it, where the file itself says it: then nobody has to read it from the pixels. */
  readonly text?: TextInPicture;
}

/** Of a damaged picture, at least this much must be there. */
const MIN_SALVAGED = 0.5;

/**
 * Decodes any picture: see decodeNative for what and how it throws. `path` only for its extension, which alone tells camera raw files.
 */
export async function decode(bytes: Uint8Array, maxPixels: number, path = ""): Promise<DecodedImage> {
  const other = await unwrap(bytes, path, maxPixels).catch((error: unknown) => {
    throw error instanceof PictureProblem ? error : decodeProblem(error, bytes);
  });
  if (other && "rgba" in other) return fromRgba(other);
  const image = await decodeNative(other?.bytes ?? bytes, maxPixels);
  const format = other?.format ?? image.format;
  return { ...image, format, frames: framesOf(image, format, bytes) };
}

/** libvips knows the frames of GIF and WebP files only. Pages of a TIFF and items of an AVIF are no frames of an animation. */
function framesOf({ frames }: DecodedImage, format: ImageFormat, bytes: Uint8Array): number {
  if (format === "png") return countApngFrames(bytes);
  if (format === "avif") return openAvifSequence(bytes)?.frames ?? 1;
  return frames;
}

/** A frame of an animated GIF or WebP, from 0; otherwise as decode. */
export function decodeFrame(bytes: Uint8Array, maxPixels: number, frame: number): Promise<DecodedImage> {
  return decodeWith(bytes, maxPixels, "truncated", frame);
}

/** Pixels of another decoder, kept as small as those of ours. */
async function fromRgba({ format, rgba, width, height, text }: UnwrappedPixels): Promise<DecodedImage> {
  const raw = sharp(rgba, { raw: { width, height, channels: 4 }, limitInputPixels: false });
  const { data, info } = await pixels(raw, { format, width, height, autoOrient: { width, height } });
  return {
    data,
    channels: 4,
    dataWidth: info.width,
    dataHeight: info.height,
    ...{ width, height, frames: 1, format, ...(text ? { text } : {}) },
  };
}

/**
 * Decodes the first frame, upright, as 8-bit sRGB. A damaged or unfinished picture counts when most of it is there: that is what a
 * viewer shows. Throws PictureProblem("decode") with a reason such as "not-an-image", "truncated", "too-many-pixels",
 * "unsupported-format", "broken-image".
 */
async function decodeNative(bytes: Uint8Array, maxPixels: number): Promise<DecodedImage> {
  try {
    return await decodeWith(bytes, maxPixels, "truncated");
  } catch (error) {
    // A drawing has no half; and one that is made to take long must not take twice as long.
    if (!(error instanceof PictureProblem) || !SALVAGEABLE.has(error.reason) || isText(bytes)) throw error;
    const salvaged = await decodeWith(bytes, maxPixels, "none").catch(() => null);
    if (salvaged === null || uniformShare(salvaged) > 1 - MIN_SALVAGED) throw error;
    return salvaged;
  }
}

async function decodeWith(
  bytes: Uint8Array,
  maxPixels: number,
  failOn: "truncated" | "none",
  frame = 0,
): Promise<DecodedImage> {
  try {
    const limits = { limitInputPixels: maxPixels, failOn } as const;
    const probe = await sharp(bytes, { ...limits, limitInputPixels: false }).metadata();
    const format = formatOf(probe);
    // The header alone is enough to refuse. An SVG's size says nothing: it is drawn as large as we want it.
    if (format !== "svg" && probe.width * probe.height > maxPixels) throw new Error("Input image exceeds pixel limit");
    const density = format === "svg" ? { density: svgDensity(probe) } : {};
    const { data, info } = await pixels(sharp(bytes, { ...limits, ...density, page: frame, autoOrient: true }), probe);
    if (info.channels !== 3 && info.channels !== 4)
      throw new Error(`${info.channels} channels after conversion to sRGB`);
    return {
      data,
      channels: info.channels,
      dataWidth: info.width,
      dataHeight: info.height,
      width: probe.autoOrient.width,
      height: probe.autoOrient.height,
      frames: format === "gif" || format === "webp" ? (probe.pages ?? 1) : 1,
      format,
    };
  } catch (error) {
    throw error instanceof PictureProblem ? error : decodeProblem(error, bytes);
  }
}

function pixels(
  image: Sharp,
  probe: Pick<Metadata, "width" | "height" | "autoOrient"> & { readonly format: string },
): Promise<{ data: Buffer; info: OutputInfo }> {
  const count = probe.width * probe.height;
  if (probe.format !== "svg" && count > WORKING_PIXELS) {
    const scale = Math.sqrt(WORKING_PIXELS / count);
    const { width, height } = probe.autoOrient;
    image.resize(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)), { fit: "fill" });
  }
  return image.toColourspace("srgb").raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
}

/** A sharp pipeline over the decoded pixels; as many as wanted. */
export function fromPixels(image: DecodedImage): Sharp {
  return sharp(image.data, {
    raw: { width: image.dataWidth, height: image.dataHeight, channels: image.channels },
    limitInputPixels: false,
  });
}

function isText(bytes: Uint8Array): boolean {
  return /^\ufeff?\s*</.test(Buffer.from(bytes.subarray(0, 100)).toString());
}

function formatOf(probe: Metadata): ImageFormat {
  switch (probe.format) {
    case "jpeg":
    case "png":
    case "webp":
    case "gif":
    case "tiff":
    case "svg":
      return probe.format;
    case "heif":
      if (probe.compression === "av1") return "avif";
  }
  const name = probe.format === "heif" ? "HEIC" : String(probe.format).toUpperCase();
  throw new PictureProblem("decode", "unsupported-format", `${name} files cannot be decoded here.`);
}

function svgDensity(probe: Metadata): number {
  const long = Math.max(probe.width, probe.height, 1);
  return Math.min(100_000, Math.max(1, (SVG_BASE_DENSITY * SVG_LONG_SIDE) / long));
}
