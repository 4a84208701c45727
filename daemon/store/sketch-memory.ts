// All sketches of an index in memory, 100 bytes a vector of 768 dimensions and twelve beside it, laid out for the kernel (scan-kernel.wat). Knows no database.
import type { Members } from "./filter-sets.ts";
import { BLOCK, createScanKernel } from "./scan-kernel.ts";
import { imageOf } from "./scenes.ts";
import { lookupTable, reachOf, SCALE_BYTES, sizesFor } from "./sketch-form.ts";

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
  /** Nothing is asked any more. */
  close(): void;
}

/** Memory is taken for so many pictures more, or an eighth more: what nobody has written to yet is none. */
const GROWTH = 16_384;
const GROWTH_SHARE = 1 / 8;
/** An estimate of one, divided by the unit of reaches. */
const ESTIMATE_UNIT = 30_000 / 16_384;
/** Estimates are signed; this makes them places in a histogram. The lowest is that of a picture that is not there. */
const LOWEST = -32_768;
/** As a filter leaves a part of the best only, more are looked at: so many times as many as should be enough, */
const WIDE = 1.5;
/** and when they are not, so many times more. */
const WIDER = 4;

/** @param worthHelp see createScanKernel */
export function createSketchMemory(dimension: number, worthHelp?: number): SketchMemory {
  const { groups, sketchBytes, numbers } = sizesFor(dimension);
  const rowBytes = SCALE_BYTES + numbers * 2;
  const kernel = createScanKernel(dimension, worthHelp);
  const { blocksAt, blockBytes, tableBytes, rowsAt } = kernel;
  /** By place: the vector's id, 0 when dropped. */
  let ids = new Float64Array(0);
  /** By picture: the place of its own vector + 1. */
  let places = new Int32Array(0);
  /** By picture: the vectors of its scenes, and their places + 1. */
  const scenes = new Map<number, Map<number, number>>();
  const histogram = new Uint32Array(65_536);
  let length = 0;

  function makeRoom(): void {
    if (length < ids.length) return;
    const capacity = BLOCK * Math.ceil(grown(ids.length) / BLOCK);
    const more = new Float64Array(capacity);
    more.set(ids);
    ids = more;
    kernel.makeRoom(capacity / BLOCK);
  }

  function placeOf(vector: number): number {
    const imageId = imageOf(vector);
    return ((vector === imageId ? places[imageId] : scenes.get(imageId)?.get(vector)) ?? 0) - 1;
  }

  function setPlace(vector: number, place: number): void {
    const imageId = imageOf(vector);
    if (vector === imageId) {
      if (imageId >= places.length) places = enlarged(places, grown(imageId));
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
    if (scenes.size === 0) return imageIds;
    return imageIds.flatMap((imageId) => [imageId, ...(scenes.get(imageId)?.keys() ?? [])]);
  }

  /** Where the reach of a place stands, as a 16-bit word; its estimate is a block's worth of words further on. */
  function wordOf(place: number): number {
    return (blocksAt + Math.floor(place / BLOCK) * blockBytes + tableBytes) / 2 + (place % BLOCK);
  }

  function estimateAt(place: number): number {
    return kernel.words[wordOf(place) + BLOCK] ?? LOWEST;
  }

  function write(place: number, sketch: Uint8Array): void {
    const lane = place % BLOCK;
    const shift = lane < 16 ? 0 : 4;
    const { bytes, words } = kernel;
    let at = blocksAt + Math.floor(place / BLOCK) * blockBytes + (lane % 16);
    for (let group = 0; group < groups; group++, at += 16) {
      const nibble = ((sketch[group >> 1] ?? 0) >> ((group & 1) * 4)) & 15;
      bytes[at] = ((bytes[at] ?? 0) & (0xf0 >> shift)) | (nibble << shift);
    }
    // Without a reach there would be no picture.
    words[wordOf(place)] = Math.max(1, reachOf(sketch));
  }

  function estimate(query: Float32Array): void {
    const all = lookupTable(query, kernel.bytes.subarray(0, tableBytes)) || 1;
    kernel.scan(Math.ceil(length / BLOCK), (2 * ESTIMATE_UNIT) / all, ESTIMATE_UNIT);
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
  function placesFrom(lowest: number, bests: Int16Array, among: Members | undefined): number[] {
    const { words } = kernel;
    const chosen: number[] = [];
    for (let block = 0; block < bests.length; block++) {
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
    const bests = kernel.bests(Math.ceil(length / BLOCK));
    const first = among ? (count * WIDE * length) / Math.max(1, among.count) : count;
    for (let wide = first; ; wide *= WIDER) {
      const lowest = wide < bests.length ? least(wide, bests.length, (block) => bests[block] ?? LOWEST) : LOWEST + 1;
      const chosen = placesFrom(lowest, bests, among);
      if (chosen.length >= count || wide >= bests.length) return chosen;
    }
  }

  function placesOf(imageIds: readonly number[]): number[] {
    const found: number[] = [];
    for (const vector of vectorsOf(imageIds)) {
      const place = placeOf(vector);
      if (place >= 0) found.push(place);
    }
    return found;
  }

  /** Ids of the vectors at the best of these places, best first. */
  function bestOf(some: readonly number[], count: number): readonly number[] {
    const lowest = least(count, some.length, (index) => estimateAt(some[index] ?? 0));
    return some
      .filter((place) => estimateAt(place) >= lowest)
      .map((place) => ({ place, estimate: estimateAt(place) }))
      .sort((a, b) => b.estimate - a.estimate || a.place - b.place)
      .slice(0, count)
      .map(({ place }) => ids[place] ?? 0);
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
      kernel.words[wordOf(place)] = 0;
      ids[place] = 0;
      setPlace(vector, -1);
    },
    vectorsOf,
    candidates(query, count, among) {
      estimate(query);
      return bestOf(among?.ids ? placesOf(among.ids) : bestPlaces(count, among), count);
    },
    cosines(query, rows) {
      const { bytes } = kernel;
      const scaleOf = (row: Uint8Array): number => new DataView(row.buffer, row.byteOffset).getFloat32(0, true);
      bytes.set(query.subarray(SCALE_BYTES), rowsAt[0]);
      const scale = scaleOf(query);
      return rows.map((row) => {
        if (row.length !== rowBytes) throw new Error(`a row of ${row.length} bytes instead of ${rowBytes}`);
        bytes.set(row.subarray(SCALE_BYTES), rowsAt[1]);
        return kernel.dot() * scale * scaleOf(row);
      });
    },
    close: kernel.close,
  };
}

function grown(length: number): number {
  return Math.ceil(length * (1 + GROWTH_SHARE)) + GROWTH;
}

function enlarged(from: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(length);
  to.set(from);
  return to;
}
