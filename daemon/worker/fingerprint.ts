// A picture's fingerprint: what near-duplicates have in common after resizing, recompressing, cropping, mirroring and framing.
import { type DecodedImage, fromPixels } from "./decode.ts";

/** The grey square that everything is computed from. */
const SIDE = 256;
/** Parts of the picture without its border, around the middle: what a crop leaves. */
const CROPS = [0.9, 0.8, 0.7];
/** Borders are looked for this deep. */
const MAX_BORDER = 0.4;

/** Left, top, right, bottom: 0 to 1. */
type Box = readonly [number, number, number, number];
type Line = (at: number) => readonly number[];

const WHOLE: Box = [0, 0, 1, 1];

/**
 * Two difference hashes, of 8 × 8 and of 16 × 16 bits (8 and 32 bytes, row by row, the highest bit first), for each of: the whole picture, the
 * picture without borders and caption bars; 90, 80 and 70 % of that, and its mirror image. 240 bytes. A bit says that a pixel is darker
 * than its right neighbour. Source: N. Krawetz, "Kind of Like That", 2013. daemon/store/likeness.ts compares two of them.
 */
export async function fingerprint(image: DecodedImage): Promise<Uint8Array> {
  const grey = await fromPixels(image)
    .flatten({ background: "#fff" })
    .resize(SIDE, SIDE, { fit: "fill" })
    .toColourspace("b-w")
    .raw()
    .toBuffer();
  const inner = withoutBorder(grey);
  const boxes = [WHOLE, inner, ...CROPS.map((share) => middle(inner, share))];
  const hashes = (box: Box, isMirrored = false) => [8, 16].map((size) => differences(grey, box, size, isMirrored));
  return Buffer.concat([...boxes.flatMap((box) => hashes(box)), ...hashes(inner, true)]);
}

function middle([left, top, right, bottom]: Box, share: number): Box {
  const [x, y] = [((right - left) * (1 - share)) / 2, ((bottom - top) * (1 - share)) / 2];
  return [left + x, top + y, right - x, bottom - y];
}

function differences(grey: Uint8Array, box: Box, size: number, isMirrored: boolean): Buffer {
  const means = shrink(grey, box, size + 1, size);
  const bits = Buffer.alloc((size * size) / 8);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const row = y * (size + 1);
      const [first, second] = isMirrored ? [size - x, size - x - 1] : [x, x + 1];
      const left = means[row + first] ?? 0;
      const right = means[row + second] ?? 0;
      const at = y * size + x;
      if (left < right) bits[at >> 3] = (bits[at >> 3] ?? 0) | (0x80 >> (at & 7));
    }
  }
  return bits;
}

/** Mean greys of a grid of cells laid over the box. */
function shrink(grey: Uint8Array, [left, top, right, bottom]: Box, width: number, height: number): Float64Array {
  const edges = (from: number, to: number, count: number): readonly number[] =>
    Array.from({ length: count + 1 }, (_, index) => Math.floor((from + ((to - from) * index) / count) * SIDE));
  const [columns, rows] = [edges(left, right, width), edges(top, bottom, height)];
  const means = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [x0, y0] = [columns[x] ?? 0, rows[y] ?? 0];
      const [x1, y1] = [Math.max(x0 + 1, columns[x + 1] ?? 0), Math.max(y0 + 1, rows[y + 1] ?? 0)];
      let sum = 0;
      for (let j = y0; j < y1; j++) for (let i = x0; i < x1; i++) sum += grey[j * SIDE + i] ?? 0;
      means[y * width + x] = sum / ((x1 - x0) * (y1 - y0));
    }
  }
  return means;
}

/** The picture inside of letterbox bars, frames of one colour, and bars with a caption on them. */
function withoutBorder(grey: Uint8Array): Box {
  const row: Line = (y) => Array.from(grey.subarray(y * SIDE, (y + 1) * SIDE));
  const column: Line = (x) => Array.from({ length: SIDE }, (_, y) => grey[y * SIDE + x] ?? 0);
  const top = Math.max(flatLines(row), captionLines(row));
  const bottom = Math.max(
    flatLines((y) => row(SIDE - 1 - y)),
    captionLines((y) => row(SIDE - 1 - y)),
  );
  const within = (x: number) => column(x).slice(top, SIDE - bottom);
  const [left, right] = [flatLines(within), flatLines((x) => within(SIDE - 1 - x))];
  return [left / SIDE, top / SIDE, 1 - right / SIDE, 1 - bottom / SIDE];
}

/** How many lines from the edge on are of one colour each. */
function flatLines(line: Line): number {
  const limit = SIDE * MAX_BORDER;
  let count = 0;
  while (count < limit && variance(line(count)) < 30) count++;
  return count;
}

/** How many lines from the edge on have the edge's colour as background, with writing on it. */
function captionLines(line: Line): number {
  const edge = line(0);
  const background = edge.toSorted((a, b) => a - b)[edge.length >> 1] ?? 0;
  const share = (values: readonly number[]) =>
    values.filter((value) => Math.abs(value - background) <= 12).length / values.length;
  if (share(edge) < 0.95) return 0;
  let count = 0;
  for (let at = 0; at < SIDE * MAX_BORDER; at++) {
    const plain = share(line(at));
    if (plain < 0.3) break;
    if (plain > 0.9) count = at + 1;
  }
  return count;
}

function variance(values: readonly number[]): number {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  return squares / values.length - (sum / values.length) ** 2;
}
