// The derived forms of a unit vector, as rows of tables: its sketch (one bit a dimension, and how far it reaches from the centre) and its
// numbers (16 bits a dimension). Pure. After RaBitQ (Gao and Long, SIGMOD 2024), without its rotation, which gained nothing here.

/** The kernel reads numbers by eights and groups of four dimensions by fours. */
const PADDING = 16;
const DIMENSIONS_PER_GROUP = 4;
const ENTRIES_PER_GROUP = 16;
/** Of a lookup table: four of them are added up in a byte. */
const MAX_ENTRY = 63;
const MAX_SCORE = 65_535;
const MAX_NUMBER = 32_767;
const REACH_BYTES = 2;
/** Reaches lie around 1; 4 is the largest. */
const REACH_UNIT = 16_384;
/** 1 for a vector all of whose components are equally far from the centre, at a distance of 1. */
export function reachOf(sketch: Uint8Array): number {
  const at = sketch.length - REACH_BYTES;
  return (sketch[at] ?? 0) | ((sketch[at + 1] ?? 0) << 8);
}

/** The scale, a 32-bit float, stands before the numbers. */
export const SCALE_BYTES = 4;

export interface Sizes {
  /** Groups of four dimensions, a multiple of four; those beyond the vector's end say nothing. */
  readonly groups: number;
  readonly sketchBytes: number;
  /** Numbers in a row, zeros at the end included. */
  readonly numbers: number;
}

export function sizesFor(dimension: number): Sizes {
  const numbers = Math.ceil(dimension / PADDING) * PADDING;
  return { groups: numbers / DIMENSIONS_PER_GROUP, sketchBytes: numbers / 8 + REACH_BYTES, numbers };
}

/** Bit i % 8 of byte i / 8 says whether dimension i lies above the centre; the last two bytes are the reach. */
export function sketchOf(vector: Float32Array, centre: Float32Array): Buffer {
  const bits = Buffer.alloc(sizesFor(vector.length).sketchBytes);
  let [squares, sum] = [0, 0];
  for (let i = 0; i < vector.length; i++) {
    const offset = (vector[i] ?? 0) - (centre[i] ?? 0);
    if (offset > 0) bits[i >> 3] = (bits[i >> 3] ?? 0) | (1 << (i & 7));
    squares += offset * offset;
    sum += Math.abs(offset);
  }
  const reach = sum > 0 ? (squares / sum) * Math.sqrt(vector.length) : 0;
  bits.writeUInt16LE(Math.min(65_535, Math.round(reach * REACH_UNIT)), bits.length - REACH_BYTES);
  return bits;
}

/** Scale and whole numbers: vector[i] ≈ numbers[i] × scale. The largest component uses all bits, so cosines are right to some 10⁻⁵. */
export function numbersOf(vector: Float32Array): Buffer {
  const { numbers } = sizesFor(vector.length);
  let largest = 0;
  for (const value of vector) largest = Math.max(largest, Math.abs(value));
  const scale = Math.fround(largest > 0 ? largest / MAX_NUMBER : 1);
  const row = Buffer.alloc(SCALE_BYTES + numbers * 2);
  row.writeFloatLE(scale, 0);
  for (let i = 0; i < vector.length; i++) {
    const number = Math.round((vector[i] ?? 0) / scale);
    row.writeInt16LE(Math.max(-MAX_NUMBER, Math.min(MAX_NUMBER, number)), SCALE_BYTES + i * 2);
  }
  return row;
}

/** What numbersOf made a row of; null when the row is damaged. */
export function vectorOf(row: Buffer, dimension: number): Float32Array | null {
  if (row.length !== SCALE_BYTES + sizesFor(dimension).numbers * 2) return null;
  const scale = row.readFloatLE(0);
  return Float32Array.from({ length: dimension }, (_, at) => row.readInt16LE(SCALE_BYTES + at * 2) * scale);
}

/**
 * What each of the 16 values of four bits adds to the score, group by group: the weights of the dimensions in which query and picture
 * agree. Returns the score of a picture that agrees in all. (2 × score / all - 1) × reach estimates query · (vector - centre), up to a
 * factor; the centre is the same for all pictures, so it does not matter how far a text lies from all pictures.
 */
export function lookupTable(query: Float32Array, table: Uint8Array): number {
  const { groups } = sizesFor(query.length);
  const weight = (group: number, bit: number): number => query[group * DIMENSIONS_PER_GROUP + bit] ?? 0;
  let [widest, all] = [0, 0];
  for (let group = 0; group < groups; group++) {
    let width = 0;
    for (let bit = 0; bit < DIMENSIONS_PER_GROUP; bit++) width += Math.abs(weight(group, bit));
    widest = Math.max(widest, width);
    all += width;
  }
  const scale = Math.min(MAX_ENTRY, Math.floor(MAX_SCORE / groups)) / (widest || 1);
  for (let group = 0; group < groups; group++) {
    for (let entry = 0; entry < ENTRIES_PER_GROUP; entry++) {
      let sum = 0;
      // A set bit of a negative weight takes away what its absence adds: entries are never below zero.
      for (let bit = 0; bit < DIMENSIONS_PER_GROUP; bit++) {
        const value = weight(group, bit);
        if (entry & (1 << bit) ? value > 0 : value < 0) sum += Math.abs(value);
      }
      table[group * ENTRIES_PER_GROUP + entry] = Math.round(sum * scale);
    }
  }
  return all * scale;
}
