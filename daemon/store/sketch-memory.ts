// All sketches of an index in memory, 100 bytes a vector of 768 dimensions and eight beside it, laid out for the kernel (scan-kernel.wat). Knows no database.
import type { Members } from "./members.ts";
import { BLOCK, createScanKernel } from "./scan-kernel.ts";
import { imageOf, sceneOf, vectorId } from "./scenes.ts";
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
   * Ids of the vectors whose sketches are most like the query, best first; `among`: only those of these pictures. Approximate. Asked again for
   * the same query, which must not have changed, it costs little.
   */
  candidates(query: Float32Array, count: number, among?: Members): readonly number[];
  /** Cosines of the query and rows of numbers (sketch-form.ts), right to some 10⁻⁵. */
  cosines(query: Uint8Array, rows: readonly Uint8Array[]): readonly number[];
  /** Nothing is asked any more. */
  close(): void;
}

/** Memory is taken for so many vectors more, or an eighth more: what nobody has written to yet is none. */
const GROWTH = 16_384;
const GROWTH_SHARE = 1 / 8;
/** Bytes of addresses for each of the lists beside the sketches, which grow in place: copies would leave holes in the memory. */
const MOST_BYTES = 2 ** 31;
/** An estimate of one, divided by the unit of reaches. */
const ESTIMATE_UNIT = 30_000 / 16_384;
/** Estimates are signed; this makes them places in a histogram. The lowest is that of a picture that is not there. */
const LOWEST = -32_768;
/** As a filter leaves a part of the best only, more are looked at: so many times as many as should be enough, */
const WIDE = 1.5;
/** and when they are not, so many times more. */
const WIDER = 4;

/** When a filter lets one in so many pictures through, most blocks have some: it is quicker to look into the best blocks than for each of them. */
const SHARE_IN_BLOCKS = 16;

/** @param worthHelp see createScanKernel */
export function createSketchMemory(dimension: number, worthHelp?: number): SketchMemory {
  const { groups, sketchBytes, numbers } = sizesFor(dimension);
  const rowBytes = SCALE_BYTES + numbers * 2;
  const kernel = createScanKernel(dimension, worthHelp);
  const { blocksAt, blockBytes, tableBytes, rowsAt } = kernel;
  /** By place: the picture that the vector is of, 0 when dropped, and which scene of it. */
  const imageIds = new Uint32Array(growing());
  const sceneNumbers = new Uint16Array(growing());
  /** By picture: the place of its own vector + 1. */
  const places = new Uint32Array(growing());
  /** By picture: the vectors of its scenes, and their places + 1. */
  const scenes = new Map<number, Map<number, number>>();
  const histogram = new Uint32Array(65_536);
  let length = 0;
  /** The query that all estimates are for. */
  let estimated: Float32Array | null = null;

  function makeRoom(): void {
    if (length < imageIds.length) return;
    const capacity = BLOCK * Math.ceil(grown(imageIds.length) / BLOCK);
    resize(imageIds, capacity);
    resize(sceneNumbers, capacity);
    kernel.makeRoom(capacity / BLOCK);
  }

  function vectorAt(place: number): number {
    return vectorId(imageIds[place] ?? 0, sceneNumbers[place] ?? 0);
  }

  function placeOf(vector: number): number {
    const imageId = imageOf(vector);
    return ((vector === imageId ? places[imageId] : scenes.get(imageId)?.get(vector)) ?? 0) - 1;
  }

  function setPlace(vector: number, place: number): void {
    const imageId = imageOf(vector);
    if (vector === imageId) {
      if (imageId >= places.length) resize(places, grown(imageId));
      places[imageId] = place + 1;
      return;
    }
    const ofImage = scenes.get(imageId) ?? new Map<number, number>();
    scenes.set(imageId, ofImage.set(vector, place + 1));
  }

  function newPlace(vector: number): number {
    makeRoom();
    imageIds[length] = imageOf(vector);
    // Hardly any vector is of a scene: pages that nobody writes to are no memory.
    if (sceneOf(vector) > 0) sceneNumbers[length] = sceneOf(vector);
    setPlace(vector, length);
    return length++;
  }

  function vectorsOf(imageIds: readonly number[]): readonly number[] {
    if (scenes.size === 0) return imageIds;
    return imageIds.flatMap((imageId) => [imageId, ...(scenes.get(imageId)?.keys() ?? [])]);
  }

  const firstWord = (blocksAt + tableBytes) / 2;
  const blockWords = blockBytes / 2;
  /** Where the reach of a place stands, as a 16-bit word; its estimate is a block's worth of words further on. */
  function wordOf(place: number): number {
    return firstWord + Math.trunc(place / BLOCK) * blockWords + (place % BLOCK);
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
    if (estimated === query) return;
    estimated = query;
    const all = lookupTable(query, kernel.bytes.subarray(0, tableBytes)) || 1;
    kernel.scan(Math.ceil(length / BLOCK), (2 * ESTIMATE_UNIT) / all, ESTIMATE_UNIT);
  }

  /** The lowest among the `count` highest estimates, but never that of no picture. */
  function least(count: number, estimates: Int16Array): number {
    histogram.fill(0);
    for (const estimate of estimates) {
      const at = estimate - LOWEST;
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
        if (!among || among.has(imageIds[place] ?? 0)) chosen.push(place);
      }
    }
    return chosen;
  }

  /**
   * Each of the `wide` best blocks has a picture at least as good as the last of them: those hold the `wide` best pictures. When some more than
   * enough of a filter's pictures are wanted, that is a part of all pictures, and one in this many blocks has some of them.
   */
  function bestPlaces(count: number, among: Members | undefined): number[] {
    const bests = kernel.bests(Math.ceil(length / BLOCK));
    const part = among && Math.min(1, (count * WIDE) / Math.max(1, among.count));
    const first = part === undefined ? count : Math.ceil(bests.length * (1 - (1 - part) ** BLOCK));
    for (let wide = first; ; wide *= WIDER) {
      const lowest = wide < bests.length ? least(wide, bests) : LOWEST + 1;
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
    const { words } = kernel;
    const estimates = new Int16Array(some.length);
    for (let index = 0; index < some.length; index++)
      estimates[index] = words[wordOf(some[index] ?? 0) + BLOCK] ?? LOWEST;
    const lowest = least(count, estimates);
    const best: { readonly place: number; readonly estimate: number }[] = [];
    for (let index = 0; index < some.length; index++) {
      const estimate = estimates[index] ?? LOWEST;
      // A filter's list may be long: what is not among the best is nothing.
      if (estimate >= lowest) best.push({ place: some[index] ?? 0, estimate });
    }
    return best
      .sort((a, b) => b.estimate - a.estimate || a.place - b.place)
      .slice(0, count)
      .map(({ place }) => vectorAt(place));
  }

  return {
    get length() {
      return length;
    },
    put(vector, sketch) {
      if (sketch.length !== sketchBytes)
        throw new Error(`a sketch of ${sketch.length} bytes instead of ${sketchBytes}`);
      estimated = null;
      const known = placeOf(vector);
      write(known >= 0 ? known : newPlace(vector), sketch);
    },
    drop(vector) {
      const place = placeOf(vector);
      if (place < 0) return;
      estimated = null;
      kernel.words[wordOf(place)] = 0;
      imageIds[place] = 0;
      setPlace(vector, -1);
    },
    vectorsOf,
    candidates(query, count, among) {
      estimate(query);
      const isFew = among?.ids && among.ids.length * SHARE_IN_BLOCKS < length;
      return bestOf(isFew ? placesOf(among.ids) : bestPlaces(count, among), count);
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

function growing(): ArrayBuffer {
  return new ArrayBuffer(0, { maxByteLength: MOST_BYTES });
}

function resize(list: Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>, length: number): void {
  list.buffer.resize(length * list.BYTES_PER_ELEMENT);
}
