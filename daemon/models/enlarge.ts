// Enlarges pictures as Pillow does. libvips enlarges differently (cosines of the tensors fall to 0.96), so this is for pictures that are
// smaller than the model's square; shrinking agrees and is sharp's. Costs little: what comes in is small.

export interface Pixels {
  /** Interleaved RGB. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export type Kernel = "linear" | "cubic";

/** Along one axis: the size the whole picture gets, and the part of that which is wanted. */
export interface Axis {
  readonly size: number;
  readonly from: number;
  readonly length: number;
}

const CHANNELS = 3;
const SUPPORT: Readonly<Record<Kernel, number>> = { linear: 1, cubic: 2 };
/** Pillow's bicubic parameter. */
const A = -0.5;

/** Width first, then height, each rounded to bytes, as Pillow does it. Neither axis may become smaller. */
export function enlarge(image: Pixels, across: Axis, down: Axis, kernel: Kernel): Pixels {
  const wide = resample(image.data, { lines: image.height, length: image.width, next: CHANNELS }, across, kernel);
  const columns = { lines: across.length, length: image.height, next: across.length * CHANNELS };
  return {
    data: resample(wide, columns, down, kernel),
    width: across.length,
    height: down.length,
  };
}

/** One axis. `next` is the distance of two neighbours along it: the channels for rows, a whole row for columns. */
function resample(
  data: Uint8Array,
  from: { readonly lines: number; readonly length: number; readonly next: number },
  to: Axis,
  kernel: Kernel,
): Uint8Array {
  if (from.length === to.size && to.length === to.size) return data;
  const isRow = from.next === CHANNELS;
  const lineStep = isRow ? from.length * CHANNELS : CHANNELS;
  const outLineStep = isRow ? to.length * CHANNELS : CHANNELS;
  const result = new Uint8ClampedArray(from.lines * to.length * CHANNELS);
  for (let at = 0; at < to.length; at++) {
    const { first, weights } = weightsAt(to.from + at, from.length / to.size, from.length, kernel);
    for (let line = 0; line < from.lines; line++) {
      for (let channel = 0; channel < CHANNELS; channel++) {
        const start = line * lineStep + first * from.next + channel;
        let sum = 0;
        for (let tap = 0; tap < weights.length; tap++) {
          sum += (weights[tap] as number) * (data[start + tap * from.next] as number);
        }
        result[line * outLineStep + at * (isRow ? CHANNELS : from.next) + channel] = Math.floor(sum + 0.5);
      }
    }
  }
  return new Uint8Array(result.buffer);
}

/** Which neighbours a new pixel is made of. At the edges there are fewer, weighing as much in all. */
function weightsAt(at: number, scale: number, length: number, kernel: Kernel): { first: number; weights: number[] } {
  const centre = (at + 0.5) * scale;
  const first = Math.max(0, Math.floor(centre - SUPPORT[kernel] + 0.5));
  const end = Math.min(length, Math.floor(centre + SUPPORT[kernel] + 0.5));
  const raw = Array.from({ length: end - first }, (_, tap) => weigh(first + tap - centre + 0.5, kernel));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return { first, weights: raw.map((weight) => weight / total) };
}

function weigh(distance: number, kernel: Kernel): number {
  const x = Math.abs(distance);
  if (kernel === "linear") return Math.max(0, 1 - x);
  if (x < 1) return ((A + 2) * x - (A + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
}
