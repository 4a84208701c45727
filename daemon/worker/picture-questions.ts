// What the child program is asked about pictures, and about whole models: all but the words of a search. Loaded with the first such question.
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import sharp from "sharp";
import { AppError, classifyFsError, messageOf } from "../errors.ts";
import { openImageEncoder } from "../models/image-encoder.ts";
import { imageTensor } from "../models/preprocess.ts";
import { checkProvider } from "../models/provider-check.ts";
import type { TextEncoder } from "../models/text-encoder.ts";
import { convertPicture } from "./convert.ts";
import { decode, fromPixels } from "./decode.ts";
import { startNetworks } from "./networks.ts";
import { encoderName } from "./networks-protocol.ts";
import { once } from "./once.ts";
import { PictureProblem } from "./problem.ts";
import type {
  CheckProvider,
  ConvertPicture,
  Describe,
  Description,
  EncodePicture,
  InstalledModel,
  IsKnown,
  Knowledge,
  PictureFacts,
  ProbePicture,
  Provider,
  ReadPicture,
  WorkerOptions,
  WorkerRole,
} from "./protocol.ts";
import { FileGone, readFileWhole } from "./read-file.ts";
import { readPicture } from "./read-picture.ts";

export type PictureQuestion = ReadPicture | EncodePicture | Describe | CheckProvider | ProbePicture | ConvertPicture;

export interface PictureQuestionsDeps {
  readonly role: WorkerRole;
  readonly options: WorkerOptions;
  textEncoder(model: InstalledModel): Promise<TextEncoder>;
  /** Asks the daemon. */
  ask(question: unknown): Promise<unknown>;
}

export function answerPictureQuestions({
  role,
  options,
  textEncoder,
  ask,
}: PictureQuestionsDeps): (asked: PictureQuestion) => Promise<unknown> {
  // Nothing is read twice, and parallelism comes from several pictures at once, not from threads inside one.
  sharp.cache(false);
  sharp.concurrency(1);

  const { threads, maxPixels } = options;
  /** Runs block a thread. Indexing has one for them, so that the next pictures are decoded meanwhile; a query waits for nothing else. */
  const networks = role === "index" ? startNetworks(threads) : null;
  const imageEncoder =
    networks?.encoder ??
    once(
      async (model: InstalledModel, provider: Provider) => openImageEncoder(model, { threads, provider }),
      encoderName,
    );

  /** The embedding of any picture a person hands in; what is wrong with it is told at once. */
  async function encodePicture({ model, picture }: EncodePicture): Promise<Float32Array> {
    const bytes = "path" in picture ? await readForQuery(picture.path, options) : picture.bytes;
    const encoder = await imageEncoder(model, "cpu");
    return forPerson(async () => {
      const image = await decode(bytes, maxPixels, "path" in picture ? picture.path : "");
      const [embedding] = await encoder.encode([await imageTensor(fromPixels(image), encoder.spec)]);
      if (!embedding) throw new Error("the image encoder gave no embedding");
      return embedding;
    });
  }

  return async (asked) => {
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
        return checkProvider(asked.model, asked.provider, threads);
      case "read-picture":
        return readPicture(asked, {
          options,
          encoder: await imageEncoder(asked.model, asked.provider),
          readText: async (image) => (options.ocr ? ((await networks?.readText(image)) ?? null) : null),
          knowledge: async (contentHash, pixelHash) => {
            const question: IsKnown = { ask: "is-known", indexId: asked.indexId, contentHash, pixelHash };
            return (await ask(question)) as Knowledge;
          },
        });
      case "encode-picture":
        return encodePicture(asked);
      case "probe-picture": {
        const { format } = await forPerson(() => decode(asked.bytes, maxPixels));
        const contentHash = createHash("sha256").update(asked.bytes).digest("hex");
        return { format, contentHash } satisfies PictureFacts;
      }
      case "convert-picture": {
        const bytes = await readForQuery(asked.path, options);
        return forPerson(() => convertPicture(bytes, asked.to, asked.target, maxPixels, asked.path));
      }
    }
  };
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

async function readForQuery(path: string, { maxFileBytes }: WorkerOptions): Promise<Uint8Array> {
  try {
    const { size, mtimeNs } = await stat(path, { bigint: true });
    return (await readFileWhole({ path, sizeBytes: Number(size), modifiedNs: mtimeNs }, maxFileBytes)).bytes;
  } catch (error) {
    if (error instanceof FileGone || classifyFsError(error) === "missing") {
      throw new AppError("file-missing", `There is no file ${path}.`, {
        hint: "Check the path: it is misspelt, or the file was moved or deleted.",
      });
    }
    const isDenied =
      error instanceof PictureProblem ? error.reason === "permission-denied" : classifyFsError(error) === "denied";
    if (isDenied) {
      throw new AppError("folder-unreadable", `rememe may not read ${path}.`, { cause: error });
    }
    throw new AppError("bad-request", `${path} cannot be read: ${messageOf(error) || "it is not a file"}`);
  }
}
