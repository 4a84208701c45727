// Whether two fingerprints (daemon/worker/fingerprint.ts) are of nearly the same picture, and which of many can be. Pure functions.

export const FINGERPRINT_BYTES = 240;
/** Hashes of one picture: whole, without borders; of the latter three crops, and its mirror image. */
const HASHES = 6;
const HASH_BYTES = 40;
const [WHOLE, INNER, CROPS, MIRRORED] = [0, 1, [2, 3, 4], 5] as const;

/** Differing bits of 64 up to which a pair is looked at closely. 4 bands of 16 bits: one of them differs in at most 2 bits. */
const MAX_COARSE = 11;
/** Differing bits of 256: nearly the same picture; and: may be, if its embedding says so. Measured: docs/benchmarks.md, near-duplicates. */
const MAX_FINE = 44;
const MAX_LIKELY = 72;
const LIKELY_COSINE = 0.97;
/** With fewer bits set (or not set) of 256 the picture is nearly flat: its hash says nothing, and is compared with nothing. */
const MIN_DETAIL = 16;

/** A hash to look up, and the kinds of hash that it is compared with. */
const LOOKUPS: readonly { readonly hash: number; readonly kinds: readonly number[] }[] = [
  { hash: WHOLE, kinds: [WHOLE, INNER] },
  { hash: INNER, kinds: [WHOLE, INNER, ...CROPS, MIRRORED] },
  ...CROPS.map((hash) => ({ hash, kinds: [INNER] })),
];

/** How alike two pictures are by their closest pair of hashes, in differing bits of 256; null: not alike. */
export function fineDistance(a: Uint8Array, b: Uint8Array): number | null {
  let best: number | null = null;
  for (const { hash, kinds } of LOOKUPS) {
    const [coarse, fine] = hashOf(a, hash);
    if (isFlat(fine)) continue;
    for (const kind of kinds) {
      const [otherCoarse, otherFine] = hashOf(b, kind);
      if (differing(coarse, otherCoarse) > MAX_COARSE || isFlat(otherFine)) continue;
      const bits = differing(fine, otherFine);
      if (bits <= MAX_LIKELY && (best === null || bits < best)) best = bits;
    }
  }
  return best;
}

/** @param cosine of the two embeddings under one model; null when one is not known */
export function isNearlySame(bits: number, cosine: number | null): boolean {
  return bits <= MAX_FINE || (cosine !== null && cosine >= LIKELY_COSINE);
}

export interface Candidates {
  /** Positions of the pictures that can be nearly the same as this one. */
  of(fingerprint: Uint8Array): ReadonlySet<number>;
}

/**
 * An index over the 64-bit hashes of many pictures. Multi-index hashing (Norouzi, Punjani, Fleet, "Fast Search in Hamming Space with
 * Multi-Index Hashing", CVPR 2012): every hash stands under each of its four 16-bit bands; a hash at most 11 bits away has a band at
 * most 2 bits away, so 137 places in each band are looked at.
 * @param fingerprints one after the other
 */
export function indexFingerprints(fingerprints: Uint8Array): Candidates {
  const entries = (fingerprints.length / FINGERPRINT_BYTES) * HASHES;
  const halves = new Uint32Array(entries * 2);
  const view = new DataView(fingerprints.buffer, fingerprints.byteOffset, fingerprints.byteLength);
  for (let entry = 0; entry < entries; entry++) {
    halves[entry * 2] = view.getUint32(entryOffset(entry));
    halves[entry * 2 + 1] = view.getUint32(entryOffset(entry) + 4);
  }
  const bands = [0, 1, 2, 3].map((band) => buckets(entries, (entry) => bandOf(halves[entry * 2 + (band >> 1)], band)));

  /** Adds the pictures with a hash of these kinds near this one. */
  function near([high, low]: readonly [number, number], kinds: number, found: Set<number>): void {
    for (const [band, { starts, entries: sorted }] of bands.entries()) {
      const value = bandOf(band < 2 ? high : low, band);
      for (const mask of NEAR) {
        const bucket = value ^ mask;
        for (let i = starts[bucket] ?? 0, end = starts[bucket + 1] ?? 0; i < end; i++) {
          const entry = sorted[i] ?? 0;
          if ((kinds & (1 << (entry % HASHES))) === 0) continue;
          const bits = ones((halves[entry * 2] ?? 0) ^ high) + ones((halves[entry * 2 + 1] ?? 0) ^ low);
          if (bits <= MAX_COARSE) found.add(Math.floor(entry / HASHES));
        }
      }
    }
  }

  return {
    of(fingerprint) {
      const found = new Set<number>();
      for (const { hash, kinds } of LOOKUPS) {
        if (isFlat(hashOf(fingerprint, hash)[1])) continue;
        near(
          halvesOf(fingerprint, hash * HASH_BYTES),
          kinds.reduce((all, kind) => all | (1 << kind), 0),
          found,
        );
      }
      return found;
    },
  };
}

function halvesOf(bytes: Uint8Array, offset: number): readonly [number, number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, 8);
  return [view.getUint32(0), view.getUint32(4)];
}

/** The 16-bit band, 0 to 3, of a hash, in the half that holds it. */
function bandOf(half = 0, band: number): number {
  return band % 2 === 0 ? half >>> 16 : half & 0xffff;
}

/** How many of 32 bits are set. Source: H. Warren, "Hacker's Delight", figure 5-2. */
function ones(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function entryOffset(entry: number): number {
  return Math.floor(entry / HASHES) * FINGERPRINT_BYTES + (entry % HASHES) * HASH_BYTES;
}

/** Entries sorted by a 16-bit value: those of a value stand from starts[value] to starts[value + 1]. */
function buckets(count: number, numberOf: (entry: number) => number): { starts: Uint32Array; entries: Uint32Array } {
  const starts = new Uint32Array(65_537);
  for (let entry = 0; entry < count; entry++) {
    const next = numberOf(entry) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let value = 1; value <= 65_536; value++) starts[value] = (starts[value] ?? 0) + (starts[value - 1] ?? 0);
  const free = starts.slice();
  const entries = new Uint32Array(count);
  for (let entry = 0; entry < count; entry++) {
    const value = numberOf(entry);
    const place = free[value] ?? 0;
    entries[place] = entry;
    free[value] = place + 1;
  }
  return { starts, entries };
}

/** Every 16-bit number with at most two bits set. */
const NEAR: readonly number[] = [
  0,
  ...Array.from({ length: 16 }, (_, a) => 1 << a),
  ...Array.from({ length: 16 }, (_, a) => Array.from({ length: a }, (_, b) => (1 << a) | (1 << b))).flat(),
];

const ONES = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll("0", "").length);
function differing(a: Uint8Array, b: Uint8Array): number {
  let bits = 0;
  for (let i = 0; i < a.length; i++) bits += ONES[(a[i] ?? 0) ^ (b[i] ?? 0)] ?? 0;
  return bits;
}

function isFlat(fine: Uint8Array): boolean {
  let bits = 0;
  for (const byte of fine) bits += ONES[byte] ?? 0;
  return bits < MIN_DETAIL || bits > fine.length * 8 - MIN_DETAIL;
}

/** The coarse and the fine hash of one kind. */
function hashOf(fingerprint: Uint8Array, kind: number): readonly [Uint8Array, Uint8Array] {
  const from = kind * HASH_BYTES;
  return [fingerprint.subarray(from, from + 8), fingerprint.subarray(from + 8, from + HASH_BYTES)];
}
