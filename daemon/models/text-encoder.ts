// Words → an embedding in the same space as the pictures', with the text part of a model.
import { Tensor } from "onnxruntime-node";
import type { InstalledModel } from "./catalog.ts";
import type { Provider } from "./providers.ts";
import { openSession, type SessionOptions } from "./session.ts";
import { loadTokenizer } from "./tokenizer.ts";

export interface TextEncoder {
  readonly modelId: string;
  readonly dimension: number;
  readonly provider: Provider;
  /**
   * The embedding of a text, of unit length; null when the model has nothing to say about these words.
   * @throws AppError model-invalid when the model answers with something else than `dimension` finite numbers.
   */
  encode(text: string): Promise<Float32Array | null>;
  close(): Promise<void>;
}

/** Any words: what matters is that numbers come. */
const TRIAL = "a dog on fire";

/**
 * Loads the tokenizer and the text part of a model and tries them once. Blocks the calling thread meanwhile.
 * @throws AppError model-invalid when one of its files is missing, broken or does not fit the manifest.
 */
export async function openTextEncoder(model: InstalledModel, options: SessionOptions): Promise<TextEncoder> {
  const { id, dimension, text: spec } = model.manifest;
  const tokenize = loadTokenizer(model);
  const ports = {
    file: spec.file,
    inputs: [spec.idsInput],
    ...(spec.maskInput === undefined ? {} : { optionalInputs: [spec.maskInput] }),
    ...(spec.companions ? { companions: spec.companions } : {}),
    output: spec.output,
  };
  const session = await openSession(model, ports, options);
  const encode = async (text: string): Promise<Float32Array | null> => {
    const { ids, mask } = tokenize(text);
    const feeds: Record<string, Tensor> = { [spec.idsInput]: new Tensor("int64", ids, [1, ids.length]) };
    if (spec.maskInput !== undefined) feeds[spec.maskInput] = new Tensor("int64", mask, [1, mask.length]);
    const [embedding = null] = await session.run(feeds, 1);
    return embedding;
  };
  try {
    await encode(TRIAL);
  } catch (error) {
    await session.close();
    throw error;
  }
  return { modelId: id, dimension, provider: session.provider, encode, close: () => session.close() };
}
