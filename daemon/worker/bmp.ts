// Windows and OS/2 bitmaps, which libvips does not read: rows of pixels, run lengths, or a JPEG or PNG inside. Nothing is allocated for a
// size that the file is too short for.
import { type BitmapHeader, COMPRESSION, packed, readBitmapHeader } from "./bmp-header.ts";
import { PictureProblem } from "./problem.ts";

export interface Bitmap {
  readonly rgba: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A run takes two bytes and covers no more pixels than this. */
const LONGEST_RUN = 255;
/** As much as must be there of a damaged picture. */
const MIN_PRESENT = 0.5;
/** What may stand where a run's length is 0. */
const ESCAPE = { endOfLine: 0, endOfPicture: 1, move: 2 } as const;

/**
 * The pixels, or the JPEG or PNG that the bitmap holds. `checkSize` throws for what is too large.
 * Throws PictureProblem: truncated, broken-image, unsupported-format.
 */
export function readBitmap(file: Buffer, checkSize: (width: number, height: number) => void): Bitmap | Buffer {
  const header = readBitmapHeader(file);
  const { width, height, bitsPerPixel, compression } = header;
  const data = file.subarray(header.dataAt);
  if (compression === COMPRESSION.jpeg || compression === COMPRESSION.png) return data;
  checkSize(width, height);
  const isRuns = compression === COMPRESSION.runs8 || compression === COMPRESSION.runs4;
  const rowBytes = Math.ceil((width * bitsPerPixel) / 32) * 4;
  const needed = isRuns ? (width * height * 2) / LONGEST_RUN : rowBytes * height;
  if (data.length < needed * MIN_PRESENT) {
    throw new PictureProblem("decode", "truncated", "The file ends too early; the rest of the picture is missing.");
  }
  const pixels = new Uint32Array(width * height);
  if (isRuns) drawRuns(data, header, pixels);
  else drawRows(data, header, rowBytes, pixels);
  return { rgba: new Uint8Array(pixels.buffer), width, height };
}

/** Rows are told from the lowest one on, unless the header says otherwise. */
function rowStart({ width, height, isTopDown }: BitmapHeader, row: number): number {
  return (isTopDown ? row : height - 1 - row) * width;
}

/** Rows that are missing stay transparent. */
function drawRows(data: Buffer, header: BitmapHeader, rowBytes: number, pixels: Uint32Array): void {
  const draw = header.bitsPerPixel > 8 ? drawMasked : drawIndexed;
  for (let row = 0; row < header.height && (row + 1) * rowBytes <= data.length; row++) {
    const at = rowStart(header, row);
    draw(data.subarray(row * rowBytes, (row + 1) * rowBytes), header, pixels.subarray(at, at + header.width));
  }
  if (header.masks[3] !== 0) showIfInvisible(pixels);
}

function drawIndexed(row: Buffer, { bitsPerPixel, palette }: BitmapHeader, out: Uint32Array): void {
  for (let x = 0; x < out.length; x++) {
    const bit = x * bitsPerPixel;
    out[x] = palette[((row[bit >> 3] ?? 0) >> (8 - bitsPerPixel - (bit & 7))) & (palette.length - 1)] ?? 0;
  }
}

function drawMasked(row: Buffer, { bitsPerPixel, masks }: BitmapHeader, out: Uint32Array): void {
  const bytes = bitsPerPixel / 8;
  const [red, green, blue, alpha] = [channel(masks[0]), channel(masks[1]), channel(masks[2]), channel(masks[3], 255)];
  for (let x = 0, at = 0; x < out.length; x++, at += bytes) {
    const low = (row[at] ?? 0) | ((row[at + 1] ?? 0) << 8);
    const pixel = bytes === 2 ? low : low | ((row[at + 2] ?? 0) << 16) | (bytes === 4 ? (row[at + 3] ?? 0) << 24 : 0);
    out[x] = packed(red(pixel), green(pixel), blue(pixel), alpha(pixel));
  }
}

/** Takes the bits of a mask out of a pixel, as a number up to 255. */
function channel(mask: number, otherwise = 0): (pixel: number) => number {
  if (mask === 0) return () => otherwise;
  const shift = 31 - Math.clz32(mask & -mask);
  const largest = mask >>> shift;
  if (largest === 255) return (pixel) => (pixel >>> shift) & 255;
  return (pixel) => Math.round((((pixel & mask) >>> shift) * 255) / largest);
}

/** Many programs say that there is alpha, write 0 everywhere, and mean no transparency. */
function showIfInvisible(pixels: Uint32Array): void {
  if (pixels.some((pixel) => pixel >= packed(0, 0, 0, 1))) return;
  for (let at = 0; at < pixels.length; at++) pixels[at] = (pixels[at] ?? 0) | packed(0, 0, 0, 255);
}

/** What runs leave out is transparent. */
function drawRuns(data: Buffer, header: BitmapHeader, pixels: Uint32Array): void {
  const { width, height, bitsPerPixel, palette } = header;
  let [x, row, at] = [0, 0, 0];
  /** Draws pixels that follow one another; beyond the row nothing is. Of 4 bits there are two in a byte. */
  const draw = (count: number, byteAt: (index: number) => number): void => {
    const start = rowStart(header, row) + x;
    for (let index = 0; index < Math.min(count, width - x); index++) {
      const byte = byteAt(bitsPerPixel === 8 ? index : index >> 1);
      const colour = bitsPerPixel === 8 ? byte : index % 2 === 0 ? byte >> 4 : byte & 15;
      pixels[start + index] = palette[colour] ?? 0;
    }
    x += count;
  };
  while (row < height && at + 2 <= data.length) {
    const [count, value] = [data[at] ?? 0, data[at + 1] ?? 0];
    at += 2;
    if (count > 0) draw(count, () => value);
    else if (value === ESCAPE.endOfLine) [x, row] = [0, row + 1];
    else if (value === ESCAPE.endOfPicture) return;
    else if (value === ESCAPE.move) {
      [x, row] = [x + (data[at] ?? 0), row + (data[at + 1] ?? 0)];
      at += 2;
    } else {
      const bytes = Math.ceil((value * bitsPerPixel) / 8);
      const from = at;
      draw(value, (index) => data[from + index] ?? 0);
      // Such runs fill whole words.
      at += bytes + (bytes % 2);
    }
  }
}
