// Opens ONNX files and checks that they are what the manifest says. The only file that knows onnxruntime's options.
// A run blocks the thread that calls it, so sessions live in child processes (docs/architecture.md).
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InferenceSession, listSupportedBackends, Tensor } from "onnxruntime-node";
import { type AppError, messageOf } from "../errors.ts";
import type { InstalledModel } from "./catalog.ts";
import { withBatchOfOne } from "./fixed-batch.ts";
import { invalidModel } from "./invalid-model.ts";
import type { ImageSpec } from "./manifest.ts";
import { needsFixedBatch, type Provider, providerConfig } from "./providers.ts";
import { unitVector } from "./unit-vector.ts";

export interface SessionOptions {
  /** Threads inside one operator. */
  readonly threads: number;
  /** The CPU when left out. */
  readonly provider?: Provider;
}

export interface SessionPorts {
  /** File name inside the model's directory. */
  readonly file: string;
  readonly inputs: readonly string[];
  /** Given when the file takes them. */
  readonly optionalInputs?: readonly string[];
  /** Always the same: what the other tower of a file for both needs. */
  readonly companions?: ImageSpec["companions"];
  readonly output: string;
}

/** One loaded ONNX file with one output of shape [batch, dimension]. */
export interface EmbeddingSession {
  readonly provider: Provider;
  /**
   * Runs the model; for each of `batch` inputs a vector of unit length, or null where the answer is (almost) zero.
   * @throws AppError model-invalid when the answer is not `dimension` finite numbers per input.
   */
  run(feeds: Readonly<Record<string, Tensor>>, batch: number): Promise<readonly (Float32Array | null)[]>;
  close(): Promise<void>;
}

/**
 * Opens one part of a model.
 * @throws AppError model-invalid when the file is missing or broken, or lacks the inputs, output or dimension of the manifest.
 */
export async function openSession(
  model: InstalledModel,
  ports: SessionPorts,
  options: SessionOptions,
): Promise<EmbeddingSession> {
  const path = join(model.directory, ports.file);
  const provider = options.provider ?? "cpu";
  const session = await createSession(path, options.threads, provider, ports.inputs[0] ?? "");
  try {
    checkPorts(session, ports, model.manifest.dimension, path);
  } catch (error) {
    await session.release();
    throw error;
  }
  const constant = companionTensors(ports.companions ?? {});
  return {
    provider,
    run: async (feeds, batch) => {
      const taken = Object.entries({ ...constant, ...feeds }).filter(([name]) => session.inputNames.includes(name));
      const typed = taken.map(([name, tensor]) => [name, asTaken(session, name, tensor)] as const);
      const output = await runOnce(session, Object.fromEntries(typed), ports.output, path);
      return rows(output, batch, model.manifest.dimension, path);
    },
    close: () => session.release(),
  };
}

async function createSession(
  path: string,
  threads: number,
  provider: Provider,
  input: string,
): Promise<InferenceSession> {
  try {
    const options: InferenceSession.SessionOptions = {
      executionProviders: providerConfig(provider),
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      // The arena never shrinks: without it a batch of 8 peaks at about half the memory, for some 5 % of time.
      enableCpuMemArena: false,
      // Waiting threads would burn whole cores between runs. Values must be strings.
      extra: { session: { intra_op: { allow_spinning: "0" } } },
      // Errors only: warnings of the runtime are not for our users.
      logSeverityLevel: 3,
    };
    // The runtime would silently run on the CPU instead.
    const isHere = provider === "cpu" || listSupportedBackends().some(({ name }) => name === provider);
    if (!isHere) throw new Error(`ONNX Runtime has no ${provider} on this machine`);
    if (!needsFixedBatch(provider)) return await InferenceSession.create(path, options);
    return await InferenceSession.create(withBatchOfOne(await readFile(path), input), options);
  } catch (error) {
    throw invalidModel(`${path} cannot be loaded: ${messageOf(error)}`, { cause: error });
  }
}

function checkPorts(session: InferenceSession, ports: SessionPorts, dimension: number, path: string): void {
  for (const input of ports.inputs) {
    if (!session.inputNames.includes(input)) {
      throw invalidModel(`${path} has no input "${input}"; it has ${session.inputNames.join(", ")}`);
    }
  }
  const given = [...ports.inputs, ...(ports.optionalInputs ?? []), ...Object.keys(ports.companions ?? {})];
  for (const input of session.inputNames) {
    if (!given.includes(input)) throw invalidModel(`${path} needs an input "${input}" that the manifest does not name`);
  }
  const output = session.outputMetadata.find((port) => port.name === ports.output);
  if (!output) throw invalidModel(`${path} has no output "${ports.output}"; it has ${session.outputNames.join(", ")}`);
  const width = output.isTensor ? output.shape.at(-1) : undefined;
  // Symbolic or unknown widths are found out by the first run.
  if (typeof width === "number" && width > 0 && width !== dimension) throw wrongWidth(path, width, dimension);
}

function companionTensors(companions: NonNullable<ImageSpec["companions"]>): Record<string, Tensor> {
  const tensors = Object.entries(companions).map(([name, { type, shape }]) => {
    const length = shape.reduce((product, side) => product * side, 1);
    const data = type === "int64" ? new BigInt64Array(length).fill(1n) : new Float32Array(length);
    return [name, new Tensor(type, data, shape)] as const;
  });
  return Object.fromEntries(tensors);
}

/** Some exports of halves take and give halves, most of them float32. */
function asTaken(session: InferenceSession, name: string, tensor: Tensor): Tensor {
  const port = session.inputMetadata.find((input) => input.name === name);
  if (!port?.isTensor || port.type !== "float16" || !(tensor.data instanceof Float32Array)) return tensor;
  return new Tensor("float16", new Uint16Array(Float16Array.from(tensor.data).buffer), tensor.dims);
}

function floatsOf(output: Tensor | undefined): Float32Array | null {
  if (output?.data instanceof Float32Array) return output.data;
  if (output?.type !== "float16" || !ArrayBuffer.isView(output.data)) return null;
  const { buffer, byteOffset, byteLength } = output.data;
  return Float32Array.from(new Float16Array(buffer, byteOffset, byteLength / 2));
}

async function runOnce(
  session: InferenceSession,
  feeds: Readonly<Record<string, Tensor>>,
  output: string,
  path: string,
): Promise<Tensor | undefined> {
  try {
    return (await session.run({ ...feeds }, [output]))[output];
  } catch (error) {
    // Such as a picture size or a token id that the file does not know.
    throw invalidModel(`${path} cannot take its input: ${messageOf(error)}`, { cause: error });
  }
}

function rows(
  output: Tensor | undefined,
  batch: number,
  dimension: number,
  path: string,
): readonly (Float32Array | null)[] {
  const data = floatsOf(output);
  if (!data) throw invalidModel(`${path} does not answer with floating point values`);
  const width = data.length / batch;
  if (width !== dimension) throw wrongWidth(path, width, dimension);
  if (!data.every(Number.isFinite)) throw invalidModel(`${path} answers with values that are not finite numbers`);
  return Array.from({ length: batch }, (_, row) => unitVector(data.subarray(row * dimension, (row + 1) * dimension)));
}

function wrongWidth(path: string, width: number, dimension: number): AppError {
  return invalidModel(`${path} gives ${width} values per input, but the manifest says dimension ${dimension}`);
}
