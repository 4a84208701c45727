// The networks of the indexing worker, as its main thread sees them; they run in a thread of their own (networks-thread.ts).
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { openChannel } from "../channel.ts";
import type { InstalledModel } from "../models/catalog.ts";
import type { Provider } from "../models/providers.ts";
import type { DecodedImage } from "./decode.ts";
import { type Embed, encoderName, type OpenEncoder, type OpenedEncoder, type ReadText } from "./networks-protocol.ts";
import { once } from "./once.ts";
import type { TextInPicture } from "./protocol.ts";

/** The image part of a model. */
export interface PictureEncoder extends OpenedEncoder {
  /** One embedding of unit length per tensor (models/preprocess.ts), in the same order. */
  encode(tensors: readonly Float32Array[]): Promise<readonly Float32Array[]>;
}

export interface Networks {
  /** The model's encoder, opened once. Rejects with AppError model-invalid. */
  encoder(model: InstalledModel, provider: Provider): Promise<PictureEncoder>;
  readText(image: DecodedImage): Promise<TextInPicture>;
}

/** @param threads how many threads one run may use */
export function startNetworks(threads: number): Networks {
  const entry = new URL(`./networks-thread${extname(import.meta.filename)}`, import.meta.url);
  // What goes wrong in it without an answer ends the process, and the daemon starts another.
  const thread = new Worker(entry, { workerData: { threads } });
  const channel = openChannel(
    { send: (message) => thread.postMessage(message), onMessage: (listener) => thread.on("message", listener) },
    () => Promise.reject(new Error("no questions expected")),
  );
  async function open(model: InstalledModel, provider: Provider): Promise<PictureEncoder> {
    const opened = (await channel.ask({ ask: "open-encoder", model, provider } satisfies OpenEncoder)) as OpenedEncoder;
    const encode = (tensors: readonly Float32Array[]) =>
      channel.ask({ ask: "embed", model, provider, tensors } satisfies Embed) as Promise<readonly Float32Array[]>;
    return { ...opened, encode };
  }
  return {
    encoder: once(open, encoderName),
    async readText({ data, channels, dataWidth: width, dataHeight: height }) {
      const question: ReadText = { ask: "read-text", data, channels, width, height };
      return (await channel.ask(question)) as TextInPicture;
    },
  };
}
