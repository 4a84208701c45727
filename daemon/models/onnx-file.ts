// Reads from an ONNX file what it takes and gives, without loading it: the weights are skipped, so it costs milliseconds. Notices files that
// are cut off and weights kept beside that are missing.
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { dirname, join } from "node:path";
import { messageOf } from "../errors.ts";
import { invalidModel } from "./invalid-model.ts";

export interface OnnxPort {
  readonly name: string;
  /** Null for lengths that are free. */
  readonly shape: readonly (number | null)[];
}

export interface OnnxFile {
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
}

/** Protocol Buffers wire types, and the fields of onnx.proto that are read here. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
const MODEL = { graph: 7 } as const;
const GRAPH = { weights: 5, input: 11, output: 12 } as const;
const WEIGHTS = { name: 8, external: 13 } as const;
const FIRST_BYTES = 64 * 1024;

interface Field {
  readonly number: number;
  /** Of VARINT fields. */
  readonly value: number;
  /** Where the content is, for BYTES fields. */
  readonly start: number;
  readonly end: number;
}

/**
 * @throws AppError model-invalid, naming the file, when it cannot be read, is cut off, is something else, or lacks weights kept in a file
 * beside it.
 */
export function readOnnxFile(path: string): OnnxFile {
  const file = openFile(path);
  try {
    const graph = file.fields(0, file.size).find((field) => field.number === MODEL.graph);
    if (!graph || graph.end === 0) throw invalidModel(`${path} is not an ONNX model`);
    const fields = file.fields(graph.start, graph.end);
    const weights = fields.filter((field) => field.number === GRAPH.weights).map((field) => readWeights(file, field));
    const missing = weights.flatMap((weight) => weight.external).find((name) => !existsSync(join(dirname(path), name)));
    if (missing !== undefined) throw missingWeights(path, missing);
    const ports = (number: number) =>
      fields.filter((field) => field.number === number).map((field) => readPort(file, field));
    const constants = new Set(weights.map((weight) => weight.name));
    const outputs = ports(GRAPH.output);
    if (outputs.length === 0) throw invalidModel(`${path} is not an ONNX model: it gives nothing`);
    return { inputs: ports(GRAPH.input).filter((port) => !constants.has(port.name)), outputs };
  } catch (error) {
    throw error instanceof RangeError ? damaged(path, file) : error;
  } finally {
    file.close();
  }
}

function missingWeights(path: string, name: string): Error {
  return invalidModel(`${path} keeps its weights in ${name}, which is missing`, {
    hint: `Put ${name} beside ${path}; it comes from the same place.`,
  });
}

function damaged(path: string, file: OpenFile): Error {
  if (file.text(0, Math.min(file.size, 40)).startsWith("version https://git-lfs")) {
    return invalidModel(`${path} is a Git LFS pointer, not the model itself`, {
      hint: "Run `git lfs pull` in the model's directory.",
    });
  }
  return invalidModel(`${path} is cut off or not an ONNX model (${file.size} bytes)`, {
    hint: "Fetch the file again; it is incomplete or damaged.",
  });
}

function readWeights(file: OpenFile, { start, end }: Field): { name: string; external: string[] } {
  const fields = file.fields(start, end);
  const name = fields.find((field) => field.number === WEIGHTS.name);
  const entries = fields
    .filter((field) => field.number === WEIGHTS.external)
    .map((entry) => file.fields(entry.start, entry.end).map((field) => file.text(field.start, field.end)));
  return {
    name: name ? file.text(name.start, name.end) : "",
    external: entries.flatMap(([key, value]) => (key === "location" && value ? [value] : [])),
  };
}

/** ValueInfoProto: name, then type.tensor_type.shape.dim, each with a value or a name. */
function readPort(file: OpenFile, { start, end }: Field): OnnxPort {
  const fields = file.fields(start, end);
  const name = fields.find((field) => field.number === 1);
  const inside = (parents: readonly Field[], number: number) =>
    parents.flatMap((parent) => file.fields(parent.start, parent.end)).filter((field) => field.number === number);
  const type = fields.filter((field) => field.number === 2);
  const dimensions = inside(inside(inside(type, 1), 2), 1);
  const shape = dimensions.map((dimension) => {
    const value = file.fields(dimension.start, dimension.end).find((field) => field.number === 1)?.value;
    return value !== undefined && value > 0 ? value : null;
  });
  return { name: name ? file.text(name.start, name.end) : "", shape };
}

interface OpenFile {
  readonly size: number;
  /** The fields between two places. Throws RangeError when they do not end where they should. */
  fields(start: number, end: number): Field[];
  text(start: number, end: number): string;
  close(): void;
}

function openFile(path: string): OpenFile {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (error) {
    throw invalidModel(`${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  const { size } = fstatSync(descriptor);
  const window = Buffer.alloc(FIRST_BYTES);
  let windowStart = 0;
  let windowEnd = 0;

  const byteAt = (at: number): number => {
    if (at < windowStart || at >= windowEnd) {
      windowStart = at;
      windowEnd = at + readSync(descriptor, window, 0, window.length, at);
      if (windowEnd === at) throw new RangeError("the file ends too early");
    }
    return window[at - windowStart] as number;
  };

  function varint(at: number): { value: number; next: number } {
    let value = 0;
    for (let shift = 0; shift < 10; shift++) {
      const byte = byteAt(at + shift);
      value += (byte & 0x7f) * 2 ** (7 * shift);
      if (byte < 0x80) return { value, next: at + shift + 1 };
    }
    throw new RangeError("a number is too long");
  }

  function field(at: number): Field {
    const { value: key, next } = varint(at);
    const number = Math.floor(key / 8);
    const type = key % 8;
    if (number === 0) throw new RangeError("field 0");
    if (type === VARINT) {
      const { value, next: end } = varint(next);
      return { number, value, start: end, end };
    }
    if (type === FIXED64) return { number, value: 0, start: next, end: next + 8 };
    if (type === FIXED32) return { number, value: 0, start: next, end: next + 4 };
    if (type !== BYTES) throw new RangeError(`wire type ${type}`);
    const { value: length, next: start } = varint(next);
    return { number, value: 0, start, end: start + length };
  }

  return {
    size,
    fields(start, end) {
      if (end > size) throw new RangeError("the file ends too early");
      const found: Field[] = [];
      for (let at = start; at < end; ) {
        const next = field(at);
        if (next.end > end) throw new RangeError("a field ends outside of its message");
        found.push(next);
        at = next.end;
      }
      return found;
    },
    text: (start, end) => Buffer.from(Array.from({ length: end - start }, (_, at) => byteAt(start + at))).toString(),
    close: () => closeSync(descriptor),
  };
}
