// One picture's journey, as one reads it: bytes → pixels → embedding + text + thumbnail. Knows nothing of the library.
import { stat } from "node:fs/promises";
import { imageTensor } from "../models/preprocess.ts";
import { type DecodedImage, decode, fromPixels } from "./decode.ts";
import { fingerprint } from "./fingerprint.ts";
import type { PictureEncoder } from "./networks.ts";
import { once } from "./once.ts";
import { pixelHashOf } from "./pixel-hash.ts";
import { inStage, PictureProblem } from "./problem.ts";
import type {
  Knowledge,
  ReadPicture,
  ReadPictureAnswer,
  ReadResult,
  SceneResult,
  TextInPicture,
  WorkerOptions,
} from "./protocol.ts";
import { FileChanged, FileGone, hashFile, readFileWhole } from "./read-file.ts";
import { animationFrames, type Frame, scenesOf } from "./scenes.ts";
import { isSequence, sequenceFrames } from "./sequence.ts";
import { writeThumbnail } from "./thumbnail.ts";
import { isVideoPath, openVideo } from "./video.ts";

export interface PictureTools {
  readonly options: WorkerOptions;
  readonly encoder: Pick<PictureEncoder, "spec" | "encode">;
  /** Null when nothing is to be read. */
  readText(image: DecodedImage): Promise<TextInPicture | null>;
  /** What the library has of this content, or of these pixels in other bytes. */
  knowledge(contentHash: string, pixelHash: string | null): Promise<Knowledge>;
}

/** A file by its content, and what there is to see in it. */
interface Source {
  readonly contentHash: string;
  /** The picture itself; of a moving one the frame that stands for it. */
  picture(): Promise<{ readonly image: DecodedImage; readonly pixelHash: string | null }>;
  /** Further frames. */
  frames(first: DecodedImage): AsyncIterable<Frame>;
}

async function openSource(file: ReadPicture, { maxFileBytes, maxPixels, video }: WorkerOptions): Promise<Source> {
  if (video && isVideoPath(file.path)) {
    const contentHash = await hashFile(file, maxFileBytes);
    // Not before it is wanted: what is known need not be opened.
    const opened = once(() => openVideo(file.path, video, maxPixels));
    return {
      contentHash,
      picture: async () => ({ image: await (await opened()).first(), pixelHash: null }),
      async *frames() {
        yield* (await opened()).frames();
      },
    };
  }
  const { bytes, contentHash } = await readFileWhole(file, maxFileBytes);
  return {
    contentHash,
    async picture() {
      const image = await decode(bytes, maxPixels, file.path);
      return { image, pixelHash: pixelHashOf(image, bytes) };
    },
    frames: (first) =>
      video && first.format === "heic" && isSequence("heic", bytes)
        ? sequenceFrames(file.path, video, maxPixels)
        : animationFrames(bytes, first, maxPixels),
  };
}

/** Never throws for anything that is the file's fault: that is an answer. */
export async function readPicture(file: ReadPicture, tools: PictureTools): Promise<ReadPictureAnswer> {
  try {
    const source = await openSource(file, tools.options);
    const { contentHash } = source;
    const ofBytes = await tools.knowledge(contentHash, null);
    if (ofBytes === "whole") return { outcome: "known", contentHash, pixelHash: null };
    const { image, pixelHash } = await source.picture();
    const knowledge =
      ofBytes === "unknown" && pixelHash !== null ? await tools.knowledge(contentHash, pixelHash) : ofBytes;
    if (knowledge === "whole") {
      await assertStillThere(file);
      return { outcome: "known", contentHash, pixelHash };
    }
    if (knowledge === "lacks-embedding") {
      const first = await inStage("embed", () => embed(image, tools.encoder));
      const others: Float32Array[] = [];
      for await (const scene of scenesOf(image, source.frames(image))) {
        others.push(await inStage("embed", () => embed(scene.image, tools.encoder)));
      }
      await assertStillThere(file);
      return { outcome: "embedded", contentHash, pixelHash, embeddings: [first, ...others] };
    }
    const described = await describe(image, contentHash, tools);
    const scenes = await describeScenes(scenesOf(image, source.frames(image)), contentHash, tools);
    const picture = { ...described, pixelHash, scenes };
    await assertStillThere(file);
    return { outcome: "indexed", picture };
  } catch (error) {
    if (error instanceof FileChanged) return { outcome: "changed" };
    if (error instanceof FileGone) return { outcome: "gone" };
    if (!(error instanceof PictureProblem)) throw error;
    const { stage, reason, message, transient } = error;
    return { outcome: "failed", stage, reason, message, transient };
  }
}

async function describe(
  image: DecodedImage,
  contentHash: string,
  tools: PictureTools,
): Promise<Omit<ReadResult, "pixelHash" | "scenes">> {
  // Side by side: sharp and the networks have threads of their own.
  const [thumbnail, hashes, embedding, found] = await Promise.all([
    writeThumbnail(image, contentHash, tools.options.thumbnails),
    inStage("decode", () => fingerprint(image)),
    inStage("embed", () => embed(image, tools.encoder)),
    inStage("ocr", async () => (tools.options.ocr && image.text) || tools.readText(image)),
  ]);
  const { format, width, height, frames } = image;
  const { text, words } = found ?? { text: "", words: [] };
  return { contentHash, fingerprint: hashes, format, width, height, frames, thumbnail, text, words, embedding };
}

async function describeScenes(
  scenes: AsyncIterable<Frame>,
  contentHash: string,
  { options, encoder }: PictureTools,
): Promise<readonly SceneResult[]> {
  const described: SceneResult[] = [];
  for await (const { frame, atMs, image } of scenes) {
    const [thumbnail, embedding] = await Promise.all([
      writeThumbnail(image, contentHash, options.thumbnails, described.length + 1),
      inStage("embed", () => embed(image, encoder)),
    ]);
    described.push({ frame, atMs, thumbnail, embedding });
  }
  return described;
}

async function embed(image: DecodedImage, encoder: PictureTools["encoder"]): Promise<Float32Array> {
  const [embedding] = await encoder.encode([await imageTensor(fromPixels(image), encoder.spec)]);
  if (!embedding) throw new Error("the image encoder gave no embedding");
  return embedding;
}

/** The file may have been replaced after its bytes were read; then what was made of it is stale. */
async function assertStillThere(file: ReadPicture): Promise<void> {
  const now = await stat(file.path, { bigint: true }).catch(() => null);
  if (!now) throw new FileGone();
  if (now.size !== BigInt(file.sizeBytes) || now.mtimeNs !== file.modifiedNs) throw new FileChanged();
}
