// Unit vectors that lie as those of pictures and texts do: clusters of very different sizes in groups, a mean that all pictures share and
// another one that all texts share (their gap), a few large dimensions, near-duplicates. Synthetic: real models differ.

export const DIMENSION = 768;
const LATENT = 200;
const GROUPS = 120;
const CLUSTERS = 4_000;
const NOISE_DIRECTIONS = 2_048;
/** Noise of one vector is made of so many of them. */
const DIRECTIONS_EACH = 12;
const LARGE_DIMENSIONS = 4;
/** Shares of common mean, cluster and noise: cosines of about 0.48 between any two pictures, 0.28 of a text and its best picture. */
const PICTURE = { mean: 0.75, cluster: 0.7, noise: 0.62 } as const;
const TEXT = { mean: 0.9, cluster: 0.45, noise: 0.25 } as const;
const DUPLICATE_NOISE = 0.08;

export interface SyntheticVectors {
  /** 0 to 1, the same sequence for the same seed. */
  random(): number;
  picture(): Float32Array;
  nearDuplicate(of: Float32Array): Float32Array;
  text(): Float32Array;
}

export function createSyntheticVectors(seed: number): SyntheticVectors {
  const random = mulberry32(seed);
  const normal = (): number => {
    let sum = -3;
    for (let n = 0; n < 6; n++) sum += random();
    return sum * Math.SQRT2;
  };
  const latent = Array.from({ length: LATENT }, (_, at) => {
    const weight = 1 / Math.sqrt(1 + at / 12);
    return Float32Array.from({ length: DIMENSION }, () => normal() * weight);
  });
  const direction = (): Float32Array => {
    const vector = new Float32Array(DIMENSION);
    for (const axis of latent) add(vector, axis, normal());
    return unit(vector);
  };
  const centreOfAll = (): Float32Array => {
    const vector = direction();
    for (let n = 0; n < LARGE_DIMENSIONS; n++) {
      const at = Math.floor(random() * DIMENSION);
      vector[at] = (vector[at] ?? 0) + 0.35 * (random() < 0.5 ? -1 : 1);
    }
    return vector;
  };
  const means = { picture: centreOfAll(), text: centreOfAll() };
  const groups = Array.from({ length: GROUPS }, direction);
  const clusters = Array.from({ length: CLUSTERS }, () => {
    const centre = new Float32Array(DIMENSION);
    add(centre, direction(), 0.8);
    add(centre, groups[Math.floor(random() * GROUPS)], 0.6);
    return unit(centre);
  });
  const noise = Array.from({ length: NOISE_DIRECTIONS }, direction);

  function shaken(vector: Float32Array, amount: number): Float32Array {
    for (let n = 0; n < DIRECTIONS_EACH; n++) {
      add(vector, noise[Math.floor(random() * NOISE_DIRECTIONS)], (normal() * amount) / Math.sqrt(DIRECTIONS_EACH));
    }
    return unit(vector);
  }

  function sample(mean: Float32Array, shares: typeof PICTURE | typeof TEXT): Float32Array {
    const vector = new Float32Array(DIMENSION);
    add(vector, mean, shares.mean);
    add(vector, clusters[Math.floor(CLUSTERS * random() ** 2.2)], shares.cluster);
    return shaken(vector, shares.noise);
  }

  return {
    random,
    picture: () => sample(means.picture, PICTURE),
    nearDuplicate: (of) => shaken(Float32Array.from(of), DUPLICATE_NOISE),
    text: () => sample(means.text, TEXT),
  };
}

function add(to: Float32Array, what: Float32Array | undefined, times: number): void {
  if (what) for (let i = 0; i < to.length; i++) to[i] = (to[i] ?? 0) + (what[i] ?? 0) * times;
}

function unit(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares) || 1;
  return vector.map((value) => value / length);
}

/** Tommy Ettinger's generator: small, fast, the same everywhere. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
