// What pictures look like on average, from made-up scenes: backgrounds that run from one colour to another, shapes, grain.
import { InferenceSession, Tensor } from "onnxruntime-node";
import { COLOURS, colourIndex, DIMENSION, SIZE, type Statistic, statisticIndex } from "./features.ts";
import { imageGraph } from "./image-graph.ts";

const PICTURES = 256;
/** The mean is kept in steps of this size: finer ones mean nothing, and coarse ones come out the same on every machine. */
const STEP = 0.01;
/** How far processors may differ in the last digits of a mean. */
const NOISE = 1e-5;

/**
 * Mean of the features that have one; the others (differences between places, the coarse map) stay at zero, which is
 * what "the same everywhere" gives.
 */
export async function typicalMean(): Promise<number[]> {
  const plain = imageGraph(Array<number>(DIMENSION).fill(0), Array<number>(DIMENSION).fill(1));
  const session = await InferenceSession.create(plain, { intraOpNumThreads: 1 });
  const random = randomNumbers(7);
  const pixels = new Float32Array(PICTURES * 3 * SIZE * SIZE);
  for (let picture = 0; picture < PICTURES; picture++) {
    pixels.set(scene(random), picture * 3 * SIZE * SIZE);
  }
  const results = await session.run({ pixel_values: new Tensor("float32", pixels, [PICTURES, 3, SIZE, SIZE]) });
  await session.release();
  const features = results.image_embeds?.data as Float32Array;
  const mean = Array<number>(DIMENSION).fill(0);
  const averaged: Statistic[] = ["brightness", "colourfulness", "contrast", "edges"];
  for (const index of [...COLOURS.map((colour) => colourIndex(colour, "whole")), ...averaged.map(statisticIndex)]) {
    let sum = 0;
    for (let picture = 0; picture < PICTURES; picture++) sum += features[picture * DIMENSION + index] as number;
    mean[index] = toStep(sum / PICTURES);
  }
  mean[statisticIndex("presence")] = -1;
  return mean;
}

/** @throws Error when the value lies so near the middle of two steps that another machine might round it the other way. */
function toStep(value: number): number {
  const steps = value / STEP;
  if (Math.abs(steps - Math.floor(steps) - 0.5) < NOISE / STEP) {
    throw new Error(`${value} may round differently elsewhere: choose another seed`);
  }
  return Math.round(steps) * STEP;
}

/** Mulberry32: the same numbers in [0, 1) on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One made-up picture, channel by channel. */
function scene(random: () => number): Float32Array {
  const above = colour(random);
  const below = random() < 0.3 ? above : colour(random);
  const grain = random() * 0.15;
  const shapes = Array.from({ length: Math.floor(random() * 8) }, () => shape(random));
  const tensor = new Float32Array(3 * SIZE * SIZE);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const top = shapes.findLast((one) => one.covers(x, y));
      const noise = (random() - 0.5) * grain;
      for (let channel = 0; channel < 3; channel++) {
        const run = ((above[channel] as number) * (SIZE - y) + (below[channel] as number) * y) / SIZE;
        tensor[channel * SIZE * SIZE + y * SIZE + x] = (top?.colour[channel] ?? run) + noise;
      }
    }
  }
  return tensor;
}

/** Mostly dull, as in photographs; sometimes black, white or vivid. */
function colour(random: () => number): number[] {
  const kind = random();
  if (kind < 0.12) return [0.97, 0.97, 0.97];
  if (kind < 0.24) return [0.04, 0.04, 0.04];
  const level = 0.15 + random() * 0.7;
  const vividness = kind < 0.8 ? 0.25 : 0.9;
  return [0, 1, 2].map(() => Math.min(1, Math.max(0, level + (random() - 0.5) * vividness)));
}

function shape(random: () => number) {
  const [centreX, centreY] = [random() * SIZE, random() * SIZE];
  const [width, height] = [2 + random() * 14, 2 + random() * 14];
  const round = random() < 0.5;
  const covers = (x: number, y: number) => {
    const [across, along] = [Math.abs(x - centreX) / width, Math.abs(y - centreY) / height];
    return round ? across * across + along * along < 1 : Math.max(across, along) < 1;
  };
  return { colour: colour(random), covers };
}
