// Builds ONNX files node by node. Knows the format, nothing of what the graphs compute.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import protobuf from "protobufjs";

const OPSET = 17;
const IR_VERSION = 8;
const ELEMENT_TYPE = { float32: 1, int64: 7 } as const;
type ElementType = keyof typeof ELEMENT_TYPE;

const Model = protobuf
  .parse(readFileSync(join(import.meta.dirname, "onnx.proto"), "utf8"), { keepCase: true })
  .root.lookupType("Model");

/** A graph input or output. Dimensions given as a word are dynamic. */
export interface Port {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly (number | string)[];
}

export interface GraphBuilder {
  /** Adds a float constant; returns its name. Values are rounded to 1e-6, so that every machine writes the same bytes. */
  floats(shape: readonly number[], values: readonly number[]): string;
  /** Adds a float constant as it is; for many values. */
  weights(shape: readonly number[], values: Float32Array): string;
  /** Adds an int64 constant; returns its name. */
  integers(shape: readonly number[], values: readonly number[]): string;
  /** Adds a node with one output; returns the output's name. `output` names it, for the graph's own outputs. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, number | readonly number[]>>,
    output?: string,
  ): string;
  /** The ONNX file. */
  encode(name: string, inputs: readonly Port[], outputs: readonly Port[]): Uint8Array;
}

export function createGraph(): GraphBuilder {
  const nodes: object[] = [];
  const initializers: object[] = [];
  const constant = (type: ElementType, shape: readonly number[], length: number, bytes: Uint8Array): string => {
    const expected = shape.reduce((product, side) => product * side, 1);
    if (expected !== length) throw new RangeError(`shape [${shape}] needs ${expected} values, got ${length}`);
    const name = `constant_${initializers.length}`;
    initializers.push({ name, dims: [...shape], data_type: ELEMENT_TYPE[type], raw_data: bytes });
    return name;
  };
  return {
    floats: (shape, values) => constant("float32", shape, values.length, floatBytes(values)),
    weights: (shape, values) =>
      constant("float32", shape, values.length, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
    integers: (shape, values) => constant("int64", shape, values.length, integerBytes(values)),
    node: (operator, inputs, attributes = {}, output = `${operator.toLowerCase()}_${nodes.length}`) => {
      const attribute = Object.entries(attributes).map(([name, value]) =>
        typeof value === "number" ? { name, i: value, type: 2 } : { name, ints: [...value], type: 7 },
      );
      nodes.push({ name: output, op_type: operator, input: [...inputs], output: [output], attribute });
      return output;
    },
    encode: (name, inputs, outputs) =>
      Model.encode({
        ir_version: IR_VERSION,
        opset_import: [{ domain: "", version: OPSET }],
        producer_name: "rememe",
        graph: { name, node: nodes, initializer: initializers, input: inputs.map(info), output: outputs.map(info) },
      }).finish(),
  };
}

function info(port: Port): object {
  const dim = port.shape.map((side) => (typeof side === "number" ? { dim_value: side } : { dim_param: side }));
  return { name: port.name, type: { tensor_type: { elem_type: ELEMENT_TYPE[port.type], shape: { dim } } } };
}

function floatBytes(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (const [index, value] of values.entries()) view.setFloat32(index * 4, Math.round(value * 1e6) / 1e6, true);
  return new Uint8Array(view.buffer);
}

function integerBytes(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 8));
  for (const [index, value] of values.entries()) view.setBigInt64(index * 8, BigInt(value), true);
  return new Uint8Array(view.buffer);
}
