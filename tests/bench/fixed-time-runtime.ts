// What daemon/models needs of onnxruntime-node, answered after REMEME_BENCH_ENCODER_MS. For models as base-sized-model.ts makes them.
const takesMs = Number(process.env.REMEME_BENCH_ENCODER_MS);
const WIDTH = 768;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

export class Tensor {
  readonly type: string;
  readonly data: ArrayLike<number>;
  readonly dims: readonly number[];
  constructor(type: string, data: ArrayLike<number>, dims: readonly number[]) {
    this.type = type;
    this.data = data;
    this.dims = dims;
  }
}

export const listSupportedBackends = () => [{ name: "cpu" }];

const port = (name: string, shape: readonly (number | string)[]) => ({ name, isTensor: true, type: "float32", shape });

export const InferenceSession = {
  async create(path: string) {
    const [input, output] = path.endsWith("image.onnx")
      ? ["pixel_values", "image_embeds"]
      : ["input_ids", "text_embeds"];
    return {
      inputNames: [input],
      outputNames: [output],
      inputMetadata: [port(input, ["batch"])],
      outputMetadata: [port(output, ["batch", WIDTH])],
      async run(feeds: Record<string, Tensor>) {
        const first = feeds[input];
        if (!first) throw new Error(`no ${input}`);
        const batch = Number(first.dims[0]);
        await new Promise((resolve) => setImmediate(resolve));
        Atomics.wait(sleeper, 0, 0, takesMs * batch);
        const data = Float32Array.from({ length: batch * WIDTH }, (_, at) =>
          Math.sin(at + Number(first.data[at] ?? 0)),
        );
        return { [output]: new Tensor("float32", data, [batch, WIDTH]) };
      },
      async release() {},
    };
  },
};
