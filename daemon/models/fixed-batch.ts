// Sets the number of inputs in an ONNX file to one, by changing a few bytes of it: the rest, some hundred megabytes, is never parsed.
// The names and numbers of fields are those of onnx.proto (ModelProto, GraphProto, ValueInfoProto, TypeProto, TensorShapeProto).

const GRAPH = 7;
const GRAPH_INPUT = 11;
const VALUE_NAME = 1;
const VALUE_TYPE = 2;
const TYPE_TENSOR = 1;
const TENSOR_SHAPE = 2;
const SHAPE_DIM = 1;
const DIM_VALUE = 1;

const VARINT = 0;
const LENGTH_DELIMITED = 2;

interface Field {
  readonly number: number;
  readonly wireType: number;
  /** Where the field begins, its content begins, and both end. */
  readonly start: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The file with 1 as the first dimension of this input.
 * @throws RangeError when it is no ONNX file or has no such input
 */
export function withBatchOfOne(file: Uint8Array, input: string): Uint8Array {
  return edit(file, [GRAPH], (graph) => edit(graph, [GRAPH_INPUT], setBatch, (value) => nameOf(value) === input));

  function setBatch(value: Uint8Array): Uint8Array {
    return edit(value, [VALUE_TYPE, TYPE_TENSOR, TENSOR_SHAPE, SHAPE_DIM], () => Uint8Array.of(DIM_VALUE << 3, 1));
  }
}

/** Replaces the content of the first field at the end of the path that `isMeant`, and the lengths around it. */
function edit(
  message: Uint8Array,
  [number, ...deeper]: readonly number[],
  change: (content: Uint8Array) => Uint8Array,
  isMeant: (content: Uint8Array) => boolean = () => true,
): Uint8Array {
  for (const field of fields(message)) {
    const content = message.subarray(field.from, field.to);
    if (field.number !== number || field.wireType !== LENGTH_DELIMITED || !isMeant(content)) continue;
    const changed = deeper.length > 0 ? edit(content, deeper, change) : change(content);
    const head = [...varint((field.number << 3) | LENGTH_DELIMITED), ...varint(changed.length)];
    return Buffer.concat([
      message.subarray(0, field.start),
      Uint8Array.from(head),
      changed,
      message.subarray(field.to),
    ]);
  }
  throw new RangeError("it has no such input");
}

function nameOf(value: Uint8Array): string {
  for (const { number, from, to } of fields(value)) {
    if (number === VALUE_NAME) return Buffer.from(value.subarray(from, to)).toString();
  }
  return "";
}

function* fields(message: Uint8Array): Generator<Field> {
  let at = 0;
  while (at < message.length) {
    const start = at;
    const key = readVarint();
    const wireType = key & 7;
    const from = wireType === LENGTH_DELIMITED ? readLength() : at;
    if (wireType === VARINT) readVarint();
    else if (wireType === 1) at += 8;
    else if (wireType === 5) at += 4;
    else if (wireType !== LENGTH_DELIMITED) throw new RangeError("it is no ONNX file");
    if (at > message.length) throw new RangeError("it is cut off");
    yield { number: key >>> 3, wireType, start, from, to: at };
  }

  /** Skips the content; returns where it begins. */
  function readLength(): number {
    const length = readVarint();
    const from = at;
    at += length;
    return from;
  }

  function readVarint(): number {
    let value = 0;
    for (let shift = 0; shift < 10; shift++) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError("it is cut off");
      value += (byte & 0x7f) * 2 ** (7 * shift);
      if (byte < 0x80) return value;
    }
    throw new RangeError("it is no ONNX file");
  }
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
}
