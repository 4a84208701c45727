// Tries an execution provider with a model on this machine: does it agree with the CPU, and is it faster? Run it in a process of its own: a
// provider may crash or hang the one it is in.
import type { InstalledModel } from "./catalog.ts";
import { type ImageEncoder, openImageEncoder } from "./image-encoder.ts";
import type { ImageSpec } from "./manifest.ts";
import type { Provider } from "./providers.ts";

export interface ProviderCheck {
  /** The smallest cosine between its embeddings of fixed inputs and the CPU's. */
  readonly agreement: number;
  /** Milliseconds for one picture, median. */
  readonly ms: number;
  readonly cpuMs: number;
}

const INPUTS = 6;

/** Rejects with whatever opening or running the model with the provider throws. */
export async function checkProvider(
  model: InstalledModel,
  provider: Provider,
  threads: number,
): Promise<ProviderCheck> {
  const tensors = Array.from({ length: INPUTS }, (_, at) => testTensor(model.manifest.image, at));
  const tried = await timed(await openImageEncoder(model, { threads, provider }), tensors);
  const cpu = await timed(await openImageEncoder(model, { threads }), tensors);
  const cosines = tried.embeddings.map((embedding, at) => dot(embedding, cpu.embeddings[at] ?? new Float32Array()));
  return { agreement: Math.min(...cosines), ms: tried.ms, cpuMs: cpu.ms };
}

async function timed(encoder: ImageEncoder, tensors: readonly Float32Array[]) {
  const embeddings: Float32Array[] = [];
  const times: number[] = [];
  try {
    for (const tensor of tensors) {
      const before = performance.now();
      embeddings.push(...(await encoder.encode([tensor])));
      times.push(performance.now() - before);
    }
  } finally {
    await encoder.close();
  }
  return { embeddings, ms: times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.POSITIVE_INFINITY };
}

/** Stripes, waves and spots at several sizes: pictures as different as the input allows, the same everywhere. */
function testTensor({ size, mean, deviation }: ImageSpec, kind: number): Float32Array {
  const tensor = new Float32Array(3 * size * size);
  for (const channel of [0, 1, 2] as const) {
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const wave = Math.sin((x * (kind + 1) + channel * 7) / 9) * Math.cos((y * (INPUTS - kind)) / 13);
        const value = (wave + 1) / 2;
        tensor[(channel * size + y) * size + x] = (value - mean[channel]) / deviation[channel];
      }
    }
  }
  return tensor;
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}
