// Camera raw files: the preview that the camera put into them. Raw data is not developed.
import readExif from "exif-reader";
import type { Metadata } from "sharp";
import sharp from "sharp";
import { PictureProblem } from "./problem.ts";

/** Camera raw formats, by extension: most of them are TIFF files to whoever looks at their first bytes. */
const EXTENSION = /\.(arw|cr2|cr3|crw|dng|erf|nef|nrw|orf|pef|raf|raw|rw2|sr2|srf|srw|x3f)$/i;
const JPEG_START = Buffer.from("ffd8ff", "hex");
/** A raw file holds two or three JPEGs; in compressed data their first bytes also occur by chance. */
const MAX_PREVIEWS = 64;
/** A preview smaller than this is a thumbnail for the camera's screen. */
const MIN_PREVIEW_PIXELS = 300 * 200;

export function isRawPath(path: string): boolean {
  return EXTENSION.test(path);
}

/** The largest JPEG in a camera's raw file: as the camera developed the picture, mostly in full size. */
export async function rawPreview(bytes: Uint8Array): Promise<Buffer> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let best: { readonly bytes: Buffer; readonly pixels: number; readonly orientation: number | undefined } | null = null;
  let at = file.indexOf(JPEG_START);
  for (let tried = 0; at >= 0 && tried < MAX_PREVIEWS; tried++, at = file.indexOf(JPEG_START, at + 1)) {
    const candidate = file.subarray(at);
    const size = await sharp(candidate)
      .metadata()
      .catch((): Metadata | null => null);
    const pixels = size ? size.width * size.height : 0;
    if (size && pixels > (best?.pixels ?? 0)) best = { bytes: candidate, pixels, orientation: size.orientation };
  }
  if (!best || best.pixels < MIN_PREVIEW_PIXELS) {
    throw new PictureProblem(
      "decode",
      "unsupported-format",
      "This raw file holds no preview, and raw data cannot be developed here.",
    );
  }
  const turned = best.orientation === undefined ? orientationOf(file) : undefined;
  if (turned === undefined || turned === 1) return best.bytes;
  // The orientation is written into the preview, so that it is decoded like any other JPEG.
  return sharp(best.bytes).keepExif().withMetadata({ orientation: turned }).jpeg({ quality: 95 }).toBuffer();
}

/** How the camera was held, from the raw file's own header: the previews in it often do not say. */
function orientationOf(file: Buffer): number | undefined {
  try {
    const { Orientation } = readExif(Buffer.concat([Buffer.from("Exif\0\0", "latin1"), file])).Image ?? {};
    return typeof Orientation === "number" && Orientation >= 1 && Orientation <= 8 ? Orientation : undefined;
  } catch {
    return undefined;
  }
}
