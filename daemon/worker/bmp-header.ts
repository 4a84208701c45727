// The headers of bitmaps: OS/2's, and Windows' that grew over the years.
import { PictureProblem } from "./problem.ts";

export interface BitmapHeader {
  readonly width: number;
  readonly height: number;
  readonly isTopDown: boolean;
  readonly bitsPerPixel: number;
  readonly compression: number;
  /** Which bits of a pixel are red, green, blue and alpha. */
  readonly masks: readonly [number, number, number, number];
  /** Of each colour number: red in the lowest byte, alpha in the highest. */
  readonly palette: Uint32Array;
  /** Where the pixels begin. */
  readonly dataAt: number;
}

export const COMPRESSION = { none: 0, runs8: 1, runs4: 2, masks: 3, jpeg: 4, png: 5, masksWithAlpha: 6 } as const;

const FILE_HEADER_BYTES = 14;
/** OS/2: the shortest header, with numbers of 16 bits and colours of three bytes. */
const CORE_HEADER_BYTES = 12;
const SHORTEST_LATER_BYTES = 16;
const INFO_HEADER_BYTES = 40;
/** OS/2's longest header: there the compressions from 3 on are others. */
const OS2_HEADER_BYTES = 64;
const LONGEST_HEADER_BYTES = 124;

export function isBitmap(bytes: Buffer): boolean {
  if (bytes.length < FILE_HEADER_BYTES + CORE_HEADER_BYTES || bytes.toString("latin1", 0, 2) !== "BM") return false;
  const headerBytes = bytes.readUInt32LE(FILE_HEADER_BYTES);
  return headerBytes >= CORE_HEADER_BYTES && headerBytes <= LONGEST_HEADER_BYTES;
}

/** Throws PictureProblem: broken-image, unsupported-format. */
export function readBitmapHeader(file: Buffer): BitmapHeader {
  const size = file.readUInt32LE(FILE_HEADER_BYTES);
  const isCore = size < SHORTEST_LATER_BYTES;
  // What a shorter header leaves out is 0.
  const fields = Buffer.alloc(LONGEST_HEADER_BYTES);
  file.copy(fields, 0, FILE_HEADER_BYTES, FILE_HEADER_BYTES + size);
  const width = isCore ? fields.readUInt16LE(4) : fields.readInt32LE(4);
  const height = isCore ? fields.readUInt16LE(6) : fields.readInt32LE(8);
  const bitsPerPixel = fields.readUInt16LE(isCore ? 10 : 14);
  const compression = isCore ? COMPRESSION.none : fields.readUInt32LE(16);
  if (width <= 0 || height === 0 || file.length < FILE_HEADER_BYTES + size) {
    throw new PictureProblem("decode", "broken-image", "The picture is damaged. (the header of a bitmap)");
  }
  if (!isKnown(compression, bitsPerPixel) || (size === OS2_HEADER_BYTES && compression > COMPRESSION.runs4)) {
    const kind = `${bitsPerPixel} bits a pixel, compression ${compression}`;
    throw new PictureProblem("decode", "unsupported-format", `This kind of bitmap cannot be decoded here. (${kind})`);
  }
  const hasMasks = compression === COMPRESSION.masks || compression === COMPRESSION.masksWithAlpha;
  let paletteAt = FILE_HEADER_BYTES + size;
  // The first of Windows' headers has no room for masks: they follow it.
  if (hasMasks && size === INFO_HEADER_BYTES) {
    const bytes = compression === COMPRESSION.masks ? 12 : 16;
    file.copy(fields, INFO_HEADER_BYTES, paletteAt, paletteAt + bytes);
    paletteAt += bytes;
  }
  const dataAt = file.readUInt32LE(10) || paletteAt;
  return {
    ...{ width, height: Math.abs(height), isTopDown: height < 0, bitsPerPixel, compression, dataAt },
    masks: hasMasks ? masksOf(fields) : bitsPerPixel === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0],
    palette: paletteOf(file.subarray(paletteAt, Math.max(paletteAt, dataAt)), bitsPerPixel, isCore ? 3 : 4),
  };
}

function isKnown(compression: number, bitsPerPixel: number): boolean {
  switch (compression) {
    case COMPRESSION.none:
      return [1, 2, 4, 8, 16, 24, 32].includes(bitsPerPixel);
    case COMPRESSION.runs8:
      return bitsPerPixel === 8;
    case COMPRESSION.runs4:
      return bitsPerPixel === 4;
    case COMPRESSION.masks:
    case COMPRESSION.masksWithAlpha:
      return bitsPerPixel === 16 || bitsPerPixel === 32;
    default:
      return compression === COMPRESSION.jpeg || compression === COMPRESSION.png;
  }
}

function masksOf(fields: Buffer): BitmapHeader["masks"] {
  return [fields.readUInt32LE(40), fields.readUInt32LE(44), fields.readUInt32LE(48), fields.readUInt32LE(52)];
}

/** Colours that are not there are black. */
function paletteOf(entries: Buffer, bitsPerPixel: number, entryBytes: number): Uint32Array {
  const palette = new Uint32Array(bitsPerPixel > 8 ? 0 : 2 ** bitsPerPixel);
  return palette.map((_, index) => {
    const [blue = 0, green = 0, red = 0] = entries.subarray(index * entryBytes, index * entryBytes + 3);
    return packed(red, green, blue, 255);
  });
}

/** A pixel as a number whose bytes are RGBA in memory: all processors that rememe runs on keep the lowest byte first. */
export function packed(red: number, green: number, blue: number, alpha: number): number {
  return (red | (green << 8) | (blue << 16) | (alpha << 24)) >>> 0;
}
