// All sketches of an index in memory, 98 bytes a picture of 768 dimensions and ten beside it, laid out for the kernel (scan-kernel.wat). Knows no database.
import { readFileSync } from "node:fs";
import { lookupTable, reachOf, SCALE_BYTES, sizesFor } from "./sketch-form.ts";

interface Kernel {
  scan(sketches: number, blocks: number, groups: number, table: number, scores: number): void;
  dot(a: number, b: number, eights: number): number;
}

export interface SketchMemory {
  /** Pictures that were put, dropped ones included. */
  readonly length: number;
  /** Adds the picture's sketch or replaces it. */
  put(imageId: number, sketch: Uint8Array): void;
  /** The picture is never a candidate again, until it is put. */
  drop(imageId: number): void;
  /** The pictures whose sketches are most like the query, best first; `among`: only those. Approximate. */
  candidates(query: Float32Array, count: number, among?: readonly number[]): readonly number[];
  /** Cosines of the query and rows of numbers (sketch-form.ts), right to some 10⁻⁵. */
  cosines(query: Uint8Array, rows: readonly Uint8Array[]): readonly number[];
}

const PAGE_BYTES = 65_536;
const BLOCK = 32;
/** Blocks scored at a time: their scores fit into a processor's second cache. */
const BLOCKS_AT_ONCE = 2_048;
/** Memory is taken in steps of so many pictures. */
const GROWTH = 16_384;
/** An estimate of zero, as a 16-bit number; and an estimate of one, divided by the unit of reaches. */
const ZERO = 32_768;
const ESTIMATE_UNIT = 30_000 / 16_384;

const module = new WebAssembly.Module(readFileSync(new URL("./scan-kernel.wasm", import.meta.url)));

export function createSketchMemory(dimension: number): SketchMemory {
  const { groups, sketchBytes, numbers } = sizesFor(dimension);
  const blockBytes = groups * 16;
  const rowBytes = SCALE_BYTES + numbers * 2;
  // Addresses: lookup table, two rows of numbers (16-byte aligned), scores of a run of blocks, sketches.
  const queryRow = blockBytes;
  const otherRow = queryRow + numbers * 2;
  const runScores = otherRow + numbers * 2;
  const sketches = Math.ceil((runScores + BLOCKS_AT_ONCE * BLOCK * 2) / PAGE_BYTES) * PAGE_BYTES;
  const memory = new WebAssembly.Memory({ initial: sketches / PAGE_BYTES });
  const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernel;
  let bytes = new Uint8Array(memory.buffer);
  /** By place: the picture, 0 when dropped. */
  let ids = new Int32Array(0);
  /** By picture: its place + 1. */
  let places = new Int32Array(0);
  let scores = new Uint16Array(0);
  let reaches = new Uint16Array(0);
  let length = 0;

  function makeRoom(): void {
    if (length < ids.length) return;
    const capacity = ids.length + GROWTH;
    ids = enlarged(ids, new Int32Array(capacity));
    scores = new Uint16Array(capacity);
    reaches = enlarged(reaches, new Uint16Array(capacity));
    const needed = Math.ceil((sketches + (capacity / BLOCK) * blockBytes) / PAGE_BYTES);
    memory.grow(Math.max(0, needed - memory.buffer.byteLength / PAGE_BYTES));
    bytes = new Uint8Array(memory.buffer);
  }

  function placeOf(imageId: number): number {
    return (places[imageId] ?? 0) - 1;
  }

  function newPlace(imageId: number): number {
    makeRoom();
    if (imageId >= places.length) places = enlarged(places, new Int32Array(imageId + GROWTH));
    ids[length] = imageId;
    places[imageId] = length + 1;
    return length++;
  }

  function write(place: number, sketch: Uint8Array): void {
    const lane = place % BLOCK;
    const shift = lane < 16 ? 0 : 4;
    let at = sketches + Math.floor(place / BLOCK) * blockBytes + (lane % 16);
    for (let group = 0; group < groups; group++, at += 16) {
      const nibble = ((sketch[group >> 1] ?? 0) >> ((group & 1) * 4)) & 15;
      bytes[at] = ((bytes[at] ?? 0) & (0xf0 >> shift)) | (nibble << shift);
    }
  }

  function score(query: Float32Array): void {
    const all = lookupTable(query, bytes.subarray(0, blockBytes)) || 1;
    const blocks = Math.ceil(length / BLOCK);
    for (let from = 0; from < blocks; from += BLOCKS_AT_ONCE) {
      const count = Math.min(BLOCKS_AT_ONCE, blocks - from);
      kernel.scan(sketches + from * blockBytes, count, groups, 0, runScores);
      estimate(new Uint16Array(memory.buffer, runScores, count * BLOCK), from * BLOCK, all);
    }
  }

  /** Scores, weighted with reaches, as numbers that can be sorted by counting. */
  function estimate(run: Uint16Array, from: number, all: number): void {
    const factor = (2 * ESTIMATE_UNIT) / all;
    for (let at = 0; at < run.length; at++) {
      const reach = reaches[from + at] ?? 0;
      scores[from + at] = ZERO + Math.max(-ZERO, Math.min(ZERO - 1, ((run[at] ?? 0) * factor - ESTIMATE_UNIT) * reach));
    }
  }

  return {
    get length() {
      return length;
    },
    put(imageId, sketch) {
      if (sketch.length !== sketchBytes)
        throw new Error(`a sketch of ${sketch.length} bytes instead of ${sketchBytes}`);
      const known = placeOf(imageId);
      const place = known >= 0 ? known : newPlace(imageId);
      write(place, sketch);
      reaches[place] = reachOf(sketch);
    },
    drop(imageId) {
      const place = placeOf(imageId);
      if (place < 0) return;
      ids[place] = 0;
      places[imageId] = 0;
    },
    candidates(query, count, among) {
      score(query);
      const chosen = among?.map(placeOf).filter((place) => place >= 0);
      return best(scores, chosen ?? length, ids, count);
    },
    cosines(query, rows) {
      const scaleOf = (row: Uint8Array): number => new DataView(row.buffer, row.byteOffset).getFloat32(0, true);
      bytes.set(query.subarray(SCALE_BYTES), queryRow);
      const scale = scaleOf(query);
      return rows.map((row) => {
        if (row.length !== rowBytes) throw new Error(`a row of ${row.length} bytes instead of ${rowBytes}`);
        bytes.set(row.subarray(SCALE_BYTES), otherRow);
        return kernel.dot(queryRow, otherRow, numbers / 8) * scale * scaleOf(row);
      });
    },
  };
}

function enlarged<T extends Int32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>>(from: T, to: T): T {
  to.set(from);
  return to;
}

/**
 * The pictures with the highest scores, best first.
 * @param places how many places there are, or which of them count
 */
function best(scores: Uint16Array, places: number | readonly number[], ids: Int32Array, count: number): number[] {
  const all = typeof places === "number";
  const total = all ? places : places.length;
  const placeAt = (index: number): number => (all ? index : (places[index] ?? 0));
  const histogram = new Uint32Array(65_536);
  for (let index = 0; index < total; index++) {
    const place = placeAt(index);
    const score = scores[place] ?? 0;
    if (ids[place] !== 0) histogram[score] = (histogram[score] ?? 0) + 1;
  }
  let least = 65_535;
  let found = histogram[least] ?? 0;
  while (least > 0 && found < count) found += histogram[--least] ?? 0;
  const chosen: number[] = [];
  for (let index = 0; index < total; index++) {
    const place = placeAt(index);
    if ((scores[place] ?? 0) >= least && ids[place] !== 0) chosen.push(place);
  }
  chosen.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  return chosen.slice(0, count).map((place) => ids[place] ?? 0);
}
