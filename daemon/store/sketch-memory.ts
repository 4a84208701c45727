// All sketches of an index in memory, 100 bytes a vector of 768 dimensions and twelve beside it, laid out for the kernel (scan-kernel.wat). Knows no database.
import { readFileSync } from "node:fs";
import type { Members } from "./filter-sets.ts";
import { imageOf } from "./scenes.ts";
import { lookupTable, reachOf, SCALE_BYTES, sizesFor } from "./sketch-form.ts";

interface Kernel {
  scan(
    sketches: number,
    blocks: number,
    groups: number,
    table: number,
    factor: number,
    unit: number,
    best: number,
  ): void;
  dot(a: number, b: number, eights: number): number;
}

export interface SketchMemory {
  /** Vectors that were put, dropped ones included. */
  readonly length: number;
  /** Adds the vector's sketch or replaces it. */
  put(vector: number, sketch: Uint8Array): void;
  /** The vector is never a candidate again, until it is put. */
  drop(vector: number): void;
  /** Ids of the vectors of these pictures, scenes included. */
  vectorsOf(imageIds: readonly number[]): readonly number[];
  /**
   * Ids of the vectors whose sketches are most like the query, best first; `among`: only those of these pictures. Approximate.
   */
  candidates(query: Float32Array, count: number, among?: Members): readonly number[];
  /** Cosines of the query and rows of numbers (sketch-form.ts), right to some 10⁻⁵. */
  cosines(query: Uint8Array, rows: readonly Uint8Array[]): readonly number[];
}

const PAGE_BYTES = 65_536;
const BLOCK = 32;
/** Blocks scored in one call of the kernel: it writes the best of each to one place. */
const BLOCKS_AT_ONCE = 2_048;
/** Memory is taken in steps of so many pictures. */
const GROWTH = 16_384;
/** An estimate of one, divided by the unit of reaches. */
const ESTIMATE_UNIT = 30_000 / 16_384;
/** Estimates are signed; this makes them places in a histogram. The lowest is that of a picture that is not there. */
const LOWEST = -32_768;
/** As a filter leaves a part of the best only, more are looked at: so many times as many as should be enough, */
const WIDE = 1.5;
/** and when they are not, so many times more. */
const WIDER = 4;

const module = new WebAssembly.Module(readFileSync(new URL("./scan-kernel.wasm", import.meta.url)));

export function createSketchMemory(dimension: number): SketchMemory {
  const { groups, sketchBytes, numbers } = sizesFor(dimension);
  const tableBytes = groups * 16;
  /** Sketches of a block, then its reaches, then its estimates. */
  const blockBytes = tableBytes + BLOCK * 4;
  const rowBytes = SCALE_BYTES + numbers * 2;
  // Addresses: lookup table, two rows of numbers (16-byte aligned), the best of a run of blocks, blocks.
  const queryRow = tableBytes;
  const otherRow = queryRow + numbers * 2;
  const runBest = otherRow + numbers * 2;
  const sketches = Math.ceil((runBest + BLOCKS_AT_ONCE * 2) / PAGE_BYTES) * PAGE_BYTES;
  const memory = new WebAssembly.Memory({ initial: sketches / PAGE_BYTES });
  const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernel;
  let bytes = new Uint8Array(memory.buffer);
  let words = new Int16Array(memory.buffer);
  /** By place: the vector's id, 0 when dropped. */
  let ids = new Float64Array(0);
  /** By picture: the place of its own vector + 1. */
  let places = new Int32Array(0);
  /** By picture: the vectors of its scenes, and their places + 1. */
  const scenes = new Map<number, Map<number, number>>();
  /** By block: its highest estimate. */
  let bests = new Int16Array(0);
  const histogram = new Uint32Array(65_536);
  let length = 0;

  function makeRoom(): void {
    if (length < ids.length) return;
    const capacity = ids.length + GROWTH;
    const more = new Float64Array(capacity);
    more.set(ids);
    ids = more;
    bests = new Int16Array(capacity / BLOCK);
    const needed = Math.ceil((sketches + (capacity / BLOCK) * blockBytes) / PAGE_BYTES);
    memory.grow(Math.max(0, needed - memory.buffer.byteLength / PAGE_BYTES));
    bytes = new Uint8Array(memory.buffer);
    words = new Int16Array(memory.buffer);
  }

  function placeOf(vector: number): number {
    const imageId = imageOf(vector);
    return ((vector === imageId ? places[imageId] : scenes.get(imageId)?.get(vector)) ?? 0) - 1;
  }

  function setPlace(vector: number, place: number): void {
    const imageId = imageOf(vector);
    if (vector === imageId) {
      if (imageId >= places.length) places = enlarged(places, imageId + GROWTH);
      places[imageId] = place + 1;
      return;
    }
    const ofImage = scenes.get(imageId) ?? new Map<number, number>();
    scenes.set(imageId, ofImage.set(vector, place + 1));
  }

  function newPlace(vector: number): number {
    makeRoom();
    ids[length] = vector;
    setPlace(vector, length);
    return length++;
  }

  function vectorsOf(imageIds: readonly number[]): readonly number[] {
    return imageIds.flatMap((imageId) => [imageId, ...(scenes.get(imageId)?.keys() ?? [])]);
  }

  /** Where the reach of a place stands, as a 16-bit word; its estimate is a block's worth of words further on. */
  function wordOf(place: number): number {
    return (sketches + Math.floor(place / BLOCK) * blockBytes + tableBytes) / 2 + (place % BLOCK);
  }

  function estimateAt(place: number): number {
    return words[wordOf(place) + BLOCK] ?? LOWEST;
  }

  function write(place: number, sketch: Uint8Array): void {
    const lane = place % BLOCK;
    const shift = lane < 16 ? 0 : 4;
    let at = sketches + Math.floor(place / BLOCK) * blockBytes + (lane % 16);
    for (let group = 0; group < groups; group++, at += 16) {
      const nibble = ((sketch[group >> 1] ?? 0) >> ((group & 1) * 4)) & 15;
      bytes[at] = ((bytes[at] ?? 0) & (0xf0 >> shift)) | (nibble << shift);
    }
    // Without a reach there would be no picture.
    words[wordOf(place)] = Math.max(1, reachOf(sketch));
  }

  function estimate(query: Float32Array): void {
    const all = lookupTable(query, bytes.subarray(0, tableBytes)) || 1;
    const blocks = Math.ceil(length / BLOCK);
    for (let from = 0; from < blocks; from += BLOCKS_AT_ONCE) {
      const count = Math.min(BLOCKS_AT_ONCE, blocks - from);
      const factor = (2 * ESTIMATE_UNIT) / all;
      kernel.scan(sketches + from * blockBytes, count, groups, 0, factor, ESTIMATE_UNIT, runBest);
      bests.set(new Int16Array(memory.buffer, runBest, count), from);
    }
  }

  /** The lowest estimate among the `count` highest, but never that of no picture. */
  function least(count: number, total: number, estimateOf: (index: number) => number): number {
    histogram.fill(0);
    for (let index = 0; index < total; index++) {
      const at = estimateOf(index) - LOWEST;
      histogram[at] = (histogram[at] ?? 0) + 1;
    }
    let lowest = 65_535;
    let found = histogram[lowest] ?? 0;
    while (lowest > 1 && found < count) found += histogram[--lowest] ?? 0;
    return lowest + LOWEST;
  }

  /** Places from an estimate on, of the blocks that have any. */
  function placesFrom(lowest: number, among: Members | undefined): number[] {
    const chosen: number[] = [];
    for (let block = 0; block * BLOCK < length; block++) {
      if ((bests[block] ?? LOWEST) < lowest) continue;
      const first = wordOf(block * BLOCK) + BLOCK;
      for (let lane = 0; lane < BLOCK; lane++) {
        if ((words[first + lane] ?? LOWEST) < lowest) continue;
        const place = block * BLOCK + lane;
        if (!among || among.has(imageOf(ids[place] ?? 0))) chosen.push(place);
      }
    }
    return chosen;
  }

  /** Each of the `wide` best blocks has a picture at least as good as the last of them: those hold the `wide` best pictures. */
  function bestPlaces(count: number, among: Members | undefined): number[] {
    const blocks = Math.ceil(length / BLOCK);
    const first = among ? (count * WIDE * length) / Math.max(1, among.count) : count;
    for (let wide = first; ; wide *= WIDER) {
      const lowest = wide < blocks ? least(wide, blocks, (block) => bests[block] ?? LOWEST) : LOWEST + 1;
      const chosen = placesFrom(lowest, among);
      if (chosen.length >= count || wide >= blocks) return chosen;
    }
  }

  function bestOf(some: readonly number[], count: number): { readonly place: number; readonly estimate: number }[] {
    const lowest = least(count, some.length, (index) => estimateAt(some[index] ?? 0));
    return some
      .map((place) => ({ place, estimate: estimateAt(place) }))
      .filter(({ estimate }) => estimate >= lowest)
      .sort((a, b) => b.estimate - a.estimate || a.place - b.place)
      .slice(0, count);
  }

  return {
    get length() {
      return length;
    },
    put(vector, sketch) {
      if (sketch.length !== sketchBytes)
        throw new Error(`a sketch of ${sketch.length} bytes instead of ${sketchBytes}`);
      const known = placeOf(vector);
      write(known >= 0 ? known : newPlace(vector), sketch);
    },
    drop(vector) {
      const place = placeOf(vector);
      if (place < 0) return;
      words[wordOf(place)] = 0;
      ids[place] = 0;
      setPlace(vector, -1);
    },
    vectorsOf,
    candidates(query, count, among) {
      estimate(query);
      const places = among?.ids
        ? vectorsOf(among.ids)
            .map(placeOf)
            .filter((place) => place >= 0)
        : bestPlaces(count, among);
      return bestOf(places, count).map(({ place }) => ids[place] ?? 0);
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

function enlarged(from: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(length);
  to.set(from);
  return to;
}
