// The thread of the indexing worker that ONNX Runtime runs in: a run blocks its thread, and meanwhile the main thread reads and decodes the
// next pictures. It is never ended on its own (that would abort the process): it goes with the process.
import { parentPort, workerData } from "node:worker_threads";
import sharp from "sharp";
import { openChannel } from "../channel.ts";
import type { InstalledModel } from "../models/catalog.ts";
import { openImageEncoder } from "../models/image-encoder.ts";
import type { Provider } from "../models/providers.ts";
import { encoderName, type NetworkQuestion, type OpenedEncoder } from "./networks-protocol.ts";
import { openTextReader } from "./ocr/reader.ts";
import { once } from "./once.ts";
import type { TextInPicture } from "./protocol.ts";

const { threads } = workerData as { readonly threads: number };
const port = parentPort;
if (!port) throw new Error("this is a thread of the indexing worker");

for (const say of ["log", "warn", "error"] as const) console[say] = () => {};

const encoderOf = once(
  (model: InstalledModel, provider: Provider) => openImageEncoder(model, { threads, provider }),
  encoderName,
);
const textReader = once(() => openTextReader({ threads }));

openChannel(
  { send: (message) => port.postMessage(message), onMessage: (listener) => port.on("message", listener) },
  answer,
);

async function answer(question: unknown): Promise<unknown> {
  const asked = question as NetworkQuestion;
  switch (asked.ask) {
    case "open-encoder": {
      const { modelId, dimension, provider, spec } = await encoderOf(asked.model, asked.provider);
      return { modelId, dimension, provider, spec } satisfies OpenedEncoder;
    }
    case "embed":
      return (await encoderOf(asked.model, asked.provider)).encode(asked.tensors);
    case "read-text": {
      const { data, channels, width, height } = asked;
      const picture = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
      const { text, words } = await (await textReader()).read(picture);
      return { text, words } satisfies TextInPicture;
    }
  }
}
