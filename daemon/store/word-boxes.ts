// Where the words of a picture's text stand in it, kept in twelve bytes a word; and where any part of the text stands. Pure functions.
import type { PlacedWord } from "./store.ts";

/** In fractions 0..1 of the upright picture. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** 16-bit numbers of one word: characters since the word before, its length and direction, its box. */
const NUMBERS = 6;
const BYTES = NUMBERS * 2;
const MAX = 0xffff;
const DIRECTION_SHIFT = 14;
const MAX_LENGTH = (1 << DIRECTION_SHIFT) - 1;

/** @param words in the order of the text */
export function packWords(words: readonly PlacedWord[]): Uint8Array {
  const packed = Buffer.alloc(words.length * BYTES);
  let at = 0;
  let last = 0;
  for (const { start, end, box, turns } of words) {
    const numbers = [start - last, Math.min(MAX_LENGTH, end - start) | (turns << DIRECTION_SHIFT), ...box.map(share)];
    for (const number of numbers) at = packed.writeUInt16LE(Math.min(MAX, Math.max(0, number)), at);
    last = end;
  }
  return packed;
}

/**
 * Where parts [start, end) of the text stand, a box for each word that they touch. Of a word that is held in part the box is cut in
 * proportion, as if all characters were equally wide.
 * @param parts in the order of the text; they do not overlap
 */
export function boxesOf<Part extends { readonly start: number; readonly end: number }>(
  packed: Uint8Array,
  parts: readonly Part[],
): readonly (Box & { readonly part: Part })[] {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const boxes: (Box & { readonly part: Part })[] = [];
  let next = 0;
  let end = 0;
  for (let at = 0; at < packed.byteLength && next < parts.length; at += BYTES) {
    const start = end + view.getUint16(at, true);
    const length = view.getUint16(at + 2, true) & MAX_LENGTH;
    end = start + length;
    for (let part = parts[next]; part && part.start < end; part = parts[++next]) {
      const [from, to] = [Math.max(0, part.start - start) / length, Math.min(length, part.end - start) / length];
      if (from < to) boxes.push({ part, ...cut(boxAt(view, at + 4), view.getUint8(at + 3) >> 6, from, to) });
      // It goes on in the next word.
      if (part.end > end) break;
    }
  }
  return boxes;
}

function boxAt(view: DataView, at: number): Box {
  const [x = 0, y = 0, width = 0, height = 0] = [0, 2, 4, 6].map((offset) => view.getUint16(at + offset, true) / MAX);
  return { x, y, width, height };
}

/** The part of a box between two shares of its length, in the direction that it is read. */
function cut({ x, y, width, height }: Box, turns: number, from: number, to: number): Box {
  const [first, length] = [turns < 2 ? from : 1 - to, to - from];
  return turns % 2 === 0
    ? { x: rounded(x + first * width), y: rounded(y), width: rounded(length * width), height: rounded(height) }
    : { x: rounded(x), y: rounded(y + first * height), width: rounded(width), height: rounded(length * height) };
}

const share = (value: number): number => Math.round(value * MAX);
/** A picture 5,000 pixels wide is cut to the half pixel. */
const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;
