// The child program, in one of two roles: "index" reads pictures for the indexer, "query" turns a search into a vector. ONNX Runtime
// and the decoders live here, never in the daemon: a run blocks its thread, and a hostile picture can kill its process.
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { flushCompileCache } from "node:module";
import { constants, setPriority } from "node:os";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import sharp from "sharp";
import { openChannel } from "../channel.ts";
import { AppError, classifyFsError, messageOf } from "../errors.ts";
import { resolveModel } from "../models/catalog.ts";
import { openImageEncoder } from "../models/image-encoder.ts";
import { imageTensor } from "../models/preprocess.ts";
import { checkProvider } from "../models/provider-check.ts";
import type { Provider } from "../models/providers.ts";
import { openTextEncoder } from "../models/text-encoder.ts";
import { convertPicture } from "./convert.ts";
import { decode, fromPixels } from "./decode.ts";
import { startNetworks } from "./networks.ts";
import { once } from "./once.ts";
import { PictureProblem } from "./problem.ts";
import type {
  CheckProvider,
  ConvertPicture,
  Describe,
  Description,
  EncodeQuery,
  IsKnown,
  Knowledge,
  PictureFacts,
  ProbePicture,
  QueryPicture,
  ReadPicture,
  WorkerOptions,
  WorkerRole,
} from "./protocol.ts";
import { FileGone, readFileWhole } from "./read-file.ts";
import { readPicture } from "./read-picture.ts";
import type { WatchdogTask } from "./watchdog.ts";

type Question = ReadPicture | EncodeQuery | Describe | CheckProvider | ProbePicture | ConvertPicture;

// Decoders print what their answers say already.
for (const say of ["log", "warn", "error"] as const) console[say] = () => {};

const role = process.argv[2] as WorkerRole;
const options = JSON.parse(process.argv[3] ?? "{}") as WorkerOptions;

// Nothing is read twice, and parallelism comes from several pictures at once, not from threads inside one.
sharp.cache(false);
sharp.concurrency(1);

// Below everything a person waits for; a search must not feel the indexing.
if (role === "index") setPriority(constants.priority.PRIORITY_LOW);

const { threads } = options;
/** Runs block a thread. Indexing has one for them, so that the next pictures are decoded meanwhile; a query waits for nothing else. */
const networks = role === "index" ? startNetworks(threads) : null;
const imageEncoder =
  networks?.encoder ??
  once(async (model: string, provider: Provider) => openImageEncoder(resolveModel(model), { threads, provider }));
const textEncoder = once(async (model: string) => openTextEncoder(resolveModel(model), { threads }));

const watch: WatchdogTask = { parent: process.ppid, maxMemoryBytes: options.maxMemoryBytes };
new Worker(new URL(`./watchdog${extname(import.meta.filename)}`, import.meta.url), { workerData: watch }).unref();

const channel = openChannel(
  {
    send: (message) => process.send?.(message, undefined, undefined, () => {}),
    onMessage: (listener) => process.on("message", listener),
  },
  answer,
);

// See launch.ts. Otherwise written at a normal end, which there never is.
setTimeout(flushCompileCache, 5_000).unref();

// The daemon went away or lets us go: nothing here is worth saving. A normal exit would wait for the decoders' threads, and one may hang.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
// Ctrl-C in a terminal reaches the whole process group; the daemon decides when we end.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});

async function answer(question: unknown): Promise<unknown> {
  const asked = question as Question;
  switch (asked.ask) {
    case "describe": {
      const encoder = await imageEncoder(asked.model, asked.part === "image" ? asked.provider : "cpu");
      if (asked.part === "whole") await textEncoder(asked.model);
      return {
        modelId: encoder.modelId,
        dimension: encoder.dimension,
        provider: encoder.provider,
      } satisfies Description;
    }
    case "check-provider":
      return checkProvider(resolveModel(asked.model), asked.provider, threads);
    case "read-picture":
      return readPicture(asked, {
        options,
        encoder: await imageEncoder(asked.model, asked.provider),
        readText: async (image) => (options.ocr ? ((await networks?.readText(image)) ?? null) : null),
        knowledge: async (contentHash, pixelHash) => {
          const question: IsKnown = { ask: "is-known", indexId: asked.indexId, contentHash, pixelHash };
          return (await channel.ask(question)) as Knowledge;
        },
      });
    case "encode-text":
      return (await textEncoder(asked.model)).encode(asked.text);
    case "encode-picture":
      return encodePicture(asked.model, asked.picture);
    case "probe-picture": {
      const { format } = await forPerson(() => decode(asked.bytes, options.maxPixels));
      const contentHash = createHash("sha256").update(asked.bytes).digest("hex");
      return { format, contentHash } satisfies PictureFacts;
    }
    case "convert-picture": {
      const bytes = await readForQuery(asked.path);
      return forPerson(() => convertPicture(bytes, asked.to, asked.target, options.maxPixels, asked.path));
    }
  }
}

/** The embedding of any picture a person hands in; what is wrong with it is told at once. */
async function encodePicture(model: string, picture: QueryPicture): Promise<Float32Array> {
  const bytes = "path" in picture ? await readForQuery(picture.path) : picture.bytes;
  const encoder = await imageEncoder(model, "cpu");
  return forPerson(async () => {
    const image = await decode(bytes, options.maxPixels, "path" in picture ? picture.path : "");
    const [embedding] = await encoder.encode([await imageTensor(fromPixels(image), encoder.spec)]);
    if (!embedding) throw new Error("the image encoder gave no embedding");
    return embedding;
  });
}

/** What is wrong with a picture that somebody waits for is an error for that person, not a failure row. */
async function forPerson<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PictureProblem)) throw error;
    const unsupported = error.reason === "not-an-image" || error.reason === "unsupported-format";
    throw new AppError(unsupported ? "unsupported-image" : "broken-image", error.message, {
      hint: "Try it with a JPEG, PNG, WebP, GIF, AVIF, TIFF or SVG file.",
    });
  }
}

async function readForQuery(path: string): Promise<Uint8Array> {
  try {
    const { size, mtimeNs } = await stat(path, { bigint: true });
    return (await readFileWhole({ path, sizeBytes: Number(size), modifiedNs: mtimeNs }, options.maxFileBytes)).bytes;
  } catch (error) {
    if (error instanceof FileGone || classifyFsError(error) === "missing") {
      throw new AppError("file-missing", `There is no file ${path}.`);
    }
    const isDenied =
      error instanceof PictureProblem ? error.reason === "permission-denied" : classifyFsError(error) === "denied";
    if (isDenied) {
      throw new AppError("folder-unreadable", `rememe may not read ${path}.`, { cause: error });
    }
    throw new AppError("bad-request", `${path} cannot be read: ${messageOf(error) || "it is not a file"}`);
  }
}
