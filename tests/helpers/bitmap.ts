// Bitmaps that tests make for themselves.

interface BitmapOptions {
  readonly bits: number;
  readonly data: Buffer;
  readonly width?: number;
  readonly height?: number;
  readonly compression?: number;
  /** Red, green, blue, alpha: those given make the header longer. */
  readonly masks?: readonly number[];
  readonly headerBytes?: number;
}

/** Colour 0 is black, 1 red, 2 blue. */
const PALETTE = [0, 0, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0];

/** A Windows bitmap. */
export function bitmap({
  bits,
  data,
  width = 2,
  height = 2,
  compression = 0,
  masks = [],
  headerBytes = 40,
}: BitmapOptions): Buffer {
  const header = Buffer.alloc(Math.max(headerBytes, 40 + masks.length * 4));
  header.writeUInt32LE(headerBytes, 0);
  header.writeInt32LE(width, 4);
  header.writeInt32LE(height, 8);
  header.writeUInt16LE(1, 12);
  header.writeUInt16LE(bits, 14);
  header.writeUInt32LE(compression, 16);
  for (const [index, mask] of masks.entries()) header.writeUInt32LE(mask, 40 + index * 4);
  const palette = Buffer.from(bits <= 8 ? PALETTE : []);
  const start = Buffer.alloc(14);
  start.write("BM", "latin1");
  start.writeUInt32LE(14 + header.length + palette.length, 10);
  return Buffer.concat([start, header, palette, data]);
}
