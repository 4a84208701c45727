// The messages between the daemon and its two kinds of child process: all that the daemon may import from this folder. Models are sent as the
// daemon has read and checked them, so that no child loads what is needed for that.
import type { FailureStage, ImageFormat } from "../../shared/api.ts";
import type { InstalledModel } from "../models/catalog.ts";
import type { Provider } from "../models/providers.ts";
import type { VideoPrograms } from "../video-programs.ts";

export type { InstalledModel, Provider };

/** What both children are started with (JSON in argv). */
export interface WorkerOptions {
  readonly ocr: boolean;
  readonly threads: number;
  readonly thumbnails: string;
  readonly maxPixels: number;
  readonly maxFileBytes: number;
  /** What reads videos; null: none are read. */
  readonly video: VideoPrograms | null;
  /** A child that takes more than this ends itself. */
  readonly maxMemoryBytes: number;
}

/** How a child ends itself that took too much memory: a signal that nobody else sends. */
export const MEMORY_SIGNAL = "SIGUSR2";

export type WorkerRole = "index" | "query";

/** daemon → indexing worker: one file's journey. Times are exact; nothing is rounded to milliseconds. */
export interface ReadPicture {
  readonly ask: "read-picture";
  /** The index that it is read for, and that index's model. */
  readonly indexId: number;
  readonly model: InstalledModel;
  readonly provider: Provider;
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedNs: bigint;
}

/** indexing worker → daemon, in between: what does the library have of this content (same bytes, same embedding)? Answer: Knowledge. */
export interface IsKnown {
  readonly ask: "is-known";
  readonly indexId: number;
  readonly contentHash: string;
  /** Null: not decoded yet, or a picture that is not told by its pixels (pixel-hash.ts). */
  readonly pixelHash: string | null;
}
/** "lacks-embedding": everything but the embedding for this index, so nothing else of the picture is made again. */
export type Knowledge = "whole" | "lacks-embedding" | "unknown";

/** The text in a picture, lines joined by "\n", and where its words stand. */
export interface TextInPicture {
  readonly text: string;
  readonly words: readonly PlacedWord[];
}
/** [start, end) in the text; x, y, width, height in fractions 0..1 of the upright picture. */
export interface PlacedWord {
  readonly start: number;
  readonly end: number;
  /** Where it reads to, in quarter turns clockwise from left to right. */
  readonly turns: number;
  readonly box: readonly [x: number, y: number, width: number, height: number];
}

export interface ReadResult {
  readonly contentHash: string;
  /** pixel-hash.ts */
  readonly pixelHash: string | null;
  /** fingerprint.ts */
  readonly fingerprint: Uint8Array;
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** File name below the thumbnails directory; already written. */
  readonly thumbnail: string;
  readonly text: string;
  readonly words: readonly PlacedWord[];
  readonly embedding: Float32Array;
  readonly scenes: readonly SceneResult[];
}

/** A further frame of a moving picture (scenes.ts). */
export interface SceneResult {
  readonly frame: number | null;
  readonly atMs: number | null;
  /** As the picture's. */
  readonly thumbnail: string;
  readonly embedding: Float32Array;
}

export type ReadPictureAnswer =
  | { readonly outcome: "indexed"; readonly picture: ReadResult }
  /** `pixelHash`: other bytes than the library has, but the pixels of one of its pictures. */
  | { readonly outcome: "known"; readonly contentHash: string; readonly pixelHash: string | null }
  | {
      readonly outcome: "embedded";
      readonly contentHash: string;
      readonly pixelHash: string | null;
      /** The picture's, then its scenes'. */
      readonly embeddings: readonly [Float32Array, ...Float32Array[]];
    }
  /** The file changed while it was read: nothing of it may be stored. */
  | { readonly outcome: "changed" }
  | { readonly outcome: "gone" }
  | {
      readonly outcome: "failed";
      readonly stage: FailureStage;
      readonly reason: string;
      readonly message: string;
      /** True when trying again later can help although the file stays the same. */
      readonly transient: boolean;
    };

/**
 * daemon → query encoder, with the searched index's model (invariant 4). Answer: Float32Array of unit length, or null when the model has
 * nothing to say about the text.
 */
export interface EncodeText {
  readonly ask: "encode-text";
  readonly model: InstalledModel;
  readonly text: string;
}
/** The same of a picture. Answer: Float32Array. */
export interface EncodePicture {
  readonly ask: "encode-picture";
  readonly model: InstalledModel;
  readonly picture: QueryPicture;
}

/** daemon → query process: is this a picture, and which? Answer: PictureFacts, or an AppError that says what is wrong with it. */
export interface ProbePicture {
  readonly ask: "probe-picture";
  readonly bytes: Uint8Array;
}
export interface PictureFacts {
  readonly format: ImageFormat;
  /** SHA-256, 64 hex digits. */
  readonly contentHash: string;
}

/** daemon → query process: writes the picture anew, to a file that is not there yet. An animation becomes one when `to` is "gif". */
export interface ConvertPicture {
  readonly ask: "convert-picture";
  readonly path: string;
  readonly to: "png" | "jpeg" | "gif";
  readonly target: string;
}

/** A picture handed in by a person: a file anywhere, or its bytes. */
export type QueryPicture = { readonly path: string } | { readonly bytes: Uint8Array };

/** daemon → either child: does this model work? "image": its image part, as indexing needs it; "whole": all of it, on the CPU. */
export type Describe =
  | { readonly ask: "describe"; readonly model: InstalledModel; readonly part: "image"; readonly provider: Provider }
  | { readonly ask: "describe"; readonly model: InstalledModel; readonly part: "whole" };
/** daemon → a child of its own: does this provider agree with the CPU, and is it faster? Answer: ProviderCheck. */
export interface CheckProvider {
  readonly ask: "check-provider";
  readonly model: InstalledModel;
  readonly provider: Provider;
}
export interface Description {
  readonly modelId: string;
  readonly dimension: number;
  readonly provider: Provider;
}
