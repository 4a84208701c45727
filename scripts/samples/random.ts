// Chance that is the same on every run: numbers and smooth noise from a seed. Knows nothing of pictures.

/** The next number of a fixed sequence, 0 ≤ x < 1. */
export type Random = () => number;

/** A sequence for a name (mulberry32, started by FNV-1a of the name). */
export function randomFor(name: string): Random {
  let state = hashOf(name);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash;
}

export function between(random: Random, low: number, high: number): number {
  return low + random() * (high - low);
}

export function oneOf<T>(random: Random, choices: readonly [T, ...T[]]): T {
  return choices[Math.floor(random() * choices.length)] ?? choices[0];
}

/** Smooth noise over a plane, 0..1; features are about one unit wide. */
export type Noise = (x: number, y: number) => number;

/** Value noise on a lattice, smoothly interpolated. */
export function noiseFor(name: string): Noise {
  const seed = hashOf(name);
  return (x, y) => {
    const column = Math.floor(x);
    const row = Math.floor(y);
    const across = smooth(x - column);
    const down = smooth(y - row);
    const upper = mix(lattice(column, row, seed), lattice(column + 1, row, seed), across);
    const lower = mix(lattice(column, row + 1, seed), lattice(column + 1, row + 1, seed), across);
    return mix(upper, lower, down);
  };
}

function lattice(column: number, row: number, seed: number): number {
  let hash = seed ^ Math.imul(column, 0x27d4eb2d) ^ Math.imul(row, 0x165667b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

/** Noise with ever finer detail: each octave twice as fine and half as strong. Still 0..1. */
export function fractal(noise: Noise, x: number, y: number, octaves: number): number {
  let sum = 0;
  let weight = 0.5;
  let scale = 1;
  for (let octave = 0; octave < octaves; octave += 1) {
    sum += weight * noise(x * scale + octave * 17.3, y * scale - octave * 9.1);
    weight /= 2;
    scale *= 2;
  }
  return sum / (1 - 0.5 ** octaves);
}

export function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

/** 0 below `low`, 1 above `high`, an even S between them. */
export function ramp(low: number, high: number, value: number): number {
  return smooth(Math.min(1, Math.max(0, (value - low) / (high - low))));
}

function smooth(share: number): number {
  return share * share * (3 - 2 * share);
}
