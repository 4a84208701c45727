// Pictures → embeddings, with the image part of a model. Takes tensors as made by preprocess.ts.
import { Tensor } from "onnxruntime-node";
import type { InstalledModel } from "./catalog.ts";
import { invalidModel } from "./invalid-model.ts";
import type { ImageSpec } from "./manifest.ts";
import { needsFixedBatch, type Provider } from "./providers.ts";
import { openSession, type SessionOptions, type SessionPorts } from "./session.ts";

export interface ImageEncoder {
  readonly modelId: string;
  readonly dimension: number;
  readonly spec: ImageSpec;
  readonly provider: Provider;
  /**
   * One embedding of unit length per tensor, in the same order. All tensors go through the model as one batch, unless the provider takes one
   * at a time: on the CPU batches of more than 4 win nothing and cost memory.
   * @throws AppError model-invalid when the model answers with something else than `dimension` finite numbers.
   */
  encode(tensors: readonly Float32Array[]): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/**
 * Loads the image part of a model and tries it once. Blocks the calling thread for as long as ONNX Runtime reads the file.
 * @throws AppError model-invalid when its file is missing, broken, does not fit the manifest or gives no numbers.
 */
export async function openImageEncoder(model: InstalledModel, options: SessionOptions): Promise<ImageEncoder> {
  const { id, dimension, image: spec } = model.manifest;
  const ports = { file: spec.file, inputs: [spec.input], ...companionsOf(spec), output: spec.output };
  const session = await openSession(model, ports, options);
  const encode = async (tensors: readonly Float32Array[]): Promise<Float32Array[]> => {
    if (tensors.length === 0) return [];
    if (tensors.length > 1 && needsFixedBatch(session.provider)) {
      const each: Float32Array[] = [];
      for (const tensor of tensors) each.push(...(await encode([tensor])));
      return each;
    }
    const rows = await session.run({ [spec.input]: batchOf(tensors, spec.size) }, tensors.length);
    return rows.map((row) => {
      if (!row) throw invalidModel(`${spec.file} of ${id} answers with zeros only`);
      return row;
    });
  };
  try {
    await encode([trialTensor(spec)]);
  } catch (error) {
    await session.close();
    throw error;
  }
  return { modelId: id, dimension, spec, provider: session.provider, encode, close: () => session.close() };
}

/** Every brightness once: a model that cannot embed this is at fault, not the pictures that come later. */
function trialTensor(spec: ImageSpec): Float32Array {
  const area = spec.size ** 2;
  return Float32Array.from({ length: 3 * area }, (_, at) => {
    const channel = Math.floor(at / area) as 0 | 1 | 2;
    return (((at * 7) % 256) / 255 - spec.mean[channel]) / spec.deviation[channel];
  });
}

function companionsOf({ companions }: ImageSpec): Pick<SessionPorts, "companions"> {
  return companions ? { companions } : {};
}

function batchOf(tensors: readonly Float32Array[], size: number): Tensor {
  const length = 3 * size * size;
  const data = new Float32Array(tensors.length * length);
  for (const [index, tensor] of tensors.entries()) {
    if (tensor.length !== length) throw new RangeError(`expected a tensor of ${length} values, got ${tensor.length}`);
    data.set(tensor, index * length);
  }
  return new Tensor("float32", data, [tensors.length, 3, size, size]);
}
