// Formats that sharp's libvips cannot decode, each through a library or a decoder of its own.
// → something sharp can go on with. Knows nothing of what pictures are used for.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import sharp from "sharp";
import type { ImageFormat } from "../../shared/api.ts";
import { openAvifSequence } from "./avif-sequence.ts";
import { readBitmap } from "./bmp.ts";
import { isBitmap } from "./bmp-header.ts";
import { boxesIn } from "./boxes.ts";
import { isRawPath, rawPreview } from "./camera-raw.ts";
import { PictureProblem } from "./problem.ts";
import type { TextInPicture } from "./protocol.ts";
import { createSips, type Sips } from "./sips.ts";

/** RGBA, 8 bit, upright. */
export interface UnwrappedPixels {
  readonly format: ImageFormat;
  readonly rgba: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** The text in it, where the file itself says it. */
  readonly text?: TextInPicture;
}
/** Bytes that sharp decodes, upright already; or pixels. */
export type Unwrapped = { readonly format: ImageFormat; readonly bytes: Uint8Array } | UnwrappedPixels;

const SYSTEM_SIPS = process.platform === "darwin" ? createSips() : null;

/**
 * Null when sharp can do it alone. `path` only for its extension.
 * Throws PictureProblem: too-many-pixels, unsupported-format; anything else is the library's word on a damaged file.
 */
export async function unwrap(
  bytes: Uint8Array,
  path: string,
  maxPixels: number,
  sips: Sips | null = SYSTEM_SIPS,
): Promise<Unwrapped | null> {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 64));
  if (isRawPath(path)) return { format: "raw", bytes: await rawPreview(bytes) };
  if (head.subarray(4, 8).toString("latin1") === "ftyp" && isHeic(head)) {
    return (sips && (await heicBySips(bytes, maxPixels, sips))) ?? heic(bytes, maxPixels);
  }
  if (head.subarray(4, 12).toString("latin1") === "ftypavis") return avifSequence(bytes);
  if (head.subarray(0, 2).equals(Buffer.from("ff0a", "hex")) || head.subarray(4, 8).toString("latin1") === "JXL ") {
    return jpegXl(bytes, maxPixels);
  }
  if (head.subarray(0, 4).toString("latin1") === "8BPS") return photoshop(bytes, maxPixels);
  if (isBitmap(head)) return bitmap(bytes, maxPixels);
  if (isPdf(bytes, path)) return pdf(bytes);
  return null;
}

/** HEVC inside HEIF; AV1 inside it is AVIF, which sharp decodes. The brands follow the size and "ftyp". */
function isHeic(head: Buffer): boolean {
  const brands = head.subarray(8).toString("latin1");
  return /hei[cxms]|hev[cxms]/.test(brands) || (/mif1|msf1/.test(brands) && !/avi[fs]/.test(brands));
}

/**
 * libvips (8.18) does not know the brand of moving AVIF files, but well what is in most of them: a still picture beside the sequence. Where
 * there is none, the first frame takes its place.
 */
function avifSequence(bytes: Uint8Array): Unwrapped {
  const renamed = Buffer.from(bytes);
  const meta =
    boxesIn(renamed)
      .find(({ type }) => type === "meta")
      ?.data.subarray(4) ?? Buffer.alloc(0);
  const hasPicture = boxesIn(meta).some(({ type }) => type === "pitm");
  const first = hasPicture ? null : openAvifSequence(bytes)?.still(0);
  if (first) return { format: "avif", bytes: first };
  renamed.write("avif", 8, "latin1");
  return { format: "avif", bytes: renamed };
}

/** Null: sips cannot, so our decoder tries. */
async function heicBySips(bytes: Uint8Array, maxPixels: number, sips: Sips): Promise<Unwrapped | null> {
  const size = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => null);
  if (!size) return null;
  checkSize(size.width, size.height, maxPixels);
  const jpeg = await sips(bytes).catch(() => null);
  return jpeg && { format: "heic", bytes: jpeg };
}

interface HeifImage {
  get_width(): number;
  get_height(): number;
  display(target: { data: Uint8ClampedArray; width: number; height: number }, done: (data: unknown) => void): void;
  free(): void;
}
interface Heif {
  readonly HeifDecoder: new () => { decode(bytes: Uint8Array): readonly HeifImage[] };
}
let heif: Heif | undefined;

async function heic(bytes: Uint8Array, maxPixels: number): Promise<Unwrapped> {
  // Loaded by the first HEIC file: 5 MB of WebAssembly that most libraries need, but not all.
  heif ??= createRequire(import.meta.url)("libheif-js/wasm-bundle") as Heif;
  const images = new heif.HeifDecoder().decode(bytes);
  try {
    const [image] = images;
    if (!image)
      throw new PictureProblem("decode", "unsupported-format", "No picture in this HEIF file can be decoded here.");
    const [width, height] = [image.get_width(), image.get_height()];
    checkSize(width, height, maxPixels);
    const target = { data: new Uint8ClampedArray(width * height * 4), width, height };
    const shown = await new Promise((resolve) => image.display(target, resolve));
    if (!shown) throw new PictureProblem("decode", "broken-image", "The picture is damaged. (HEVC cannot be decoded)");
    return { format: "heic", rgba: new Uint8Array(target.data.buffer), width, height };
  } finally {
    for (const image of images) image.free();
  }
}

async function jpegXl(bytes: Uint8Array, maxPixels: number): Promise<Unwrapped> {
  const { default: decode, init } = await import("@jsquash/jxl/decode.js");
  const program = createRequire(import.meta.url).resolve("@jsquash/jxl/codec/dec/jxl_dec.wasm");
  // The library is written for browsers, which have this class.
  Object.assign(globalThis, { ImageData: (globalThis as { ImageData?: unknown }).ImageData ?? PlainImageData });
  await init(await WebAssembly.compile(await readFile(program)));
  const { data, width, height } = await decode(new Uint8Array(bytes).buffer);
  checkSize(width, height, maxPixels);
  return { format: "jxl", rgba: new Uint8Array(data.buffer), width, height };
}

class PlainImageData {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  constructor(data: Uint8ClampedArray, width: number, height: number) {
    [this.data, this.width, this.height] = [data, width, height];
  }
}

async function photoshop(bytes: Uint8Array, maxPixels: number): Promise<Unwrapped> {
  const { default: Psd } = await import("@webtoon/psd");
  const file = Psd.parse(new Uint8Array(bytes).buffer);
  checkSize(file.width, file.height, maxPixels);
  const rgba = await file.composite();
  return { format: "psd", rgba: new Uint8Array(rgba.buffer), width: file.width, height: file.height };
}

function bitmap(bytes: Uint8Array, maxPixels: number): Unwrapped {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = readBitmap(file, (width, height) => checkSize(width, height, maxPixels));
  return { format: "bmp", ...(read instanceof Uint8Array ? { bytes: read } : read) };
}

/** Readers take up to a kilobyte of anything before the mark, as long as the name says what it is. */
function isPdf(bytes: Uint8Array, path: string): boolean {
  const at = Buffer.from(bytes.subarray(0, 1_024)).indexOf("%PDF-");
  return at === 0 || (at > 0 && /\.pdf$/i.test(path));
}

async function pdf(bytes: Uint8Array): Promise<Unwrapped> {
  // Loaded by the first PDF: 5 MB of WebAssembly.
  const { readPdf } = await import("./pdf.ts");
  const { text, ...page } = await readPdf(bytes);
  return { format: "pdf", ...page, ...(text ? { text } : {}) };
}

function checkSize(width: number, height: number, maxPixels: number): void {
  if (width * height === 0)
    throw new PictureProblem("decode", "broken-image", "The picture is damaged. (it has no pixels)");
  if (width * height <= maxPixels) return;
  throw new PictureProblem(
    "decode",
    "too-many-pixels",
    "The picture has more pixels than the limit (setting maxMegapixels).",
  );
}
