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
/** With fewer bits set (or not set) of 256 the picture is nearly flat, and its hash says nothing. */
const MIN_DETAIL = 16;
const FLAT_COSINE = 0.995;

/** A hash to look up, and the kinds of hash that it is compared with. */
const LOOKUPS: readonly { readonly hash: number; readonly kinds: readonly number[] }[] = [
  { hash: WHOLE, kinds: [WHOLE, INNER] },
  { hash: INNER, kinds: [WHOLE, INNER, ...CROPS, MIRRORED] },
  ...CROPS.map((hash) => ({ hash, kinds: [INNER] })),
];

/** How alike two pictures are by their closest pair of hashes: differing bits of 256, and whether there is any detail; null: not alike. */
export function fineDistance(a: Uint8Array, b: Uint8Array): { readonly bits: number; readonly isFlat: boolean } | null {
  let best: { bits: number; isFlat: boolean } | null = null;
  for (const { hash, kinds } of LOOKUPS) {
    const [coarse, fine] = hashOf(a, hash);
    for (const kind of kinds) {
      const [otherCoarse, otherFine] = hashOf(b, kind);
      if (differing(coarse, otherCoarse) > MAX_COARSE) continue;
      const bits = differing(fine, otherFine);
      if (bits <= MAX_LIKELY && (best === null || bits < best.bits))
        best = { bits, isFlat: isFlat(fine) || isFlat(otherFine) };
    }
  }
  return best;
}

/** @param cosine of the two embeddings under one model; null when one is not known */
export function isNearlySame(distance: { bits: number; isFlat: boolean }, cosine: number | null): boolean {
  if (distance.isFlat) return cosine !== null && cosine >= FLAT_COSINE;
  return distance.bits <= MAX_FINE || (cosine !== null && cosine >= LIKELY_COSINE);
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
  const pictures = fingerprints.length / FINGERPRINT_BYTES;
  const bands = [0, 1, 2, 3].map((band) => {
    const at = (entry: number): number => {
      const offset = entryOffset(entry) + band * 2;
      return ((fingerprints[offset] ?? 0) << 8) | (fingerprints[offset + 1] ?? 0);
    };
    return buckets(pictures * HASHES, at);
  });

  return {
    of(fingerprint) {
      const found = new Set<number>();
      for (const { hash, kinds } of LOOKUPS) {
        const [coarse] = hashOf(fingerprint, hash);
        for (const [band, { starts, entries }] of bands.entries()) {
          const value = ((coarse[band * 2] ?? 0) << 8) | (coarse[band * 2 + 1] ?? 0);
          for (const mask of NEAR) {
            const bucket = value ^ mask;
            for (let i = starts[bucket] ?? 0; i < (starts[bucket + 1] ?? 0); i++) {
              const entry = entries[i] ?? 0;
              if (!kinds.includes(entry % HASHES)) continue;
              const picture = (entry - (entry % HASHES)) / HASHES;
              if (found.has(picture)) continue;
              const offset = entryOffset(entry);
              if (differing(coarse, fingerprints.subarray(offset, offset + 8)) <= MAX_COARSE) found.add(picture);
            }
          }
        }
      }
      return found;
    },
  };
}

function entryOffset(entry: number): number {
  return Math.floor(entry / HASHES) * FINGERPRINT_BYTES + (entry % HASHES) * HASH_BYTES;
}

/** Entries sorted by a 16-bit value: those of a value stand from starts[value] to starts[value + 1]. */
function buckets(count: number, bandOf: (entry: number) => number): { starts: Uint32Array; entries: Uint32Array } {
  const starts = new Uint32Array(65_537);
  for (let entry = 0; entry < count; entry++) {
    const next = bandOf(entry) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let value = 1; value <= 65_536; value++) starts[value] = (starts[value] ?? 0) + (starts[value - 1] ?? 0);
  const free = starts.slice();
  const entries = new Uint32Array(count);
  for (let entry = 0; entry < count; entry++) {
    const value = bandOf(entry);
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
