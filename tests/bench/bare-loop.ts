// What indexing cannot be faster than: sharp decodes and shrinks a few files ahead, ONNX Runtime embeds one after the other; nothing else.
// node bare-loop.ts MODEL THREADS FILE... prints pictures per second between the first and the last one.
import { constants, setPriority } from "node:os";
import sharp from "sharp";
import { resolveModel } from "../../daemon/models/catalog.ts";
import { openImageEncoder } from "../../daemon/models/image-encoder.ts";

const [model = "", threads = "1", ...files] = process.argv.slice(2);
const AHEAD = 4;

sharp.cache(false);
sharp.concurrency(1);
// As the indexing worker runs.
setPriority(constants.priority.PRIORITY_LOW);
const encoder = await openImageEncoder(resolveModel(model), { threads: Number(threads) });
const { size, kernel, mean, deviation } = encoder.spec;

async function tensor(path: string): Promise<Float32Array> {
  const shrunk = sharp(path, { autoOrient: true }).resize(size, size, { fit: "fill", kernel }).removeAlpha().raw();
  const bytes = await shrunk.toBuffer();
  const values = new Float32Array(bytes.length);
  for (const channel of [0, 1, 2] as const) {
    const factor = 1 / (255 * deviation[channel]);
    const offset = -mean[channel] / deviation[channel];
    for (let at = 0; at < size * size; at++) {
      values[channel * size * size + at] = (bytes[at * 3 + channel] as number) * factor + offset;
    }
  }
  return values;
}

const decoding = files.slice(0, AHEAD).map(tensor);
const doneMs: number[] = [];
for (let at = 0; at < files.length; at++) {
  const next = files[at + AHEAD];
  const decoded = await decoding[at];
  if (next) decoding.push(tensor(next));
  if (decoded) await encoder.encode([decoded]);
  doneMs.push(performance.now());
}
const seconds = ((doneMs.at(-1) ?? 0) - (doneMs[0] ?? 0)) / 1_000;
process.stdout.write(`${(doneMs.length - 1) / seconds}\n`);
process.exit(0);
