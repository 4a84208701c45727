// The journey of one file, as the daemon sees it: pending → read by the worker → linked, stored, or a failure row.
import type { FailureStage } from "../../shared/api.ts";
import { ChildDied } from "../child.ts";
import { MEMORY_SIGNAL, type ReadPictureAnswer } from "../worker/protocol.ts";

/** A file of the queue. */
export interface QueuedFile {
  readonly fileId: number;
  readonly folderId: number;
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedNs: bigint;
  /** How often it failed before, without having changed. */
  readonly attempts: number;
  /** The index that it is read for. */
  readonly indexId: number;
  /** It was just added; those come first. */
  readonly isArrival: boolean;
}

export interface FileFailure {
  readonly stage: FailureStage;
  readonly reason: string;
  readonly message: string;
  /** Null: not before the file changes or a person asks. */
  readonly retryAtMs: number | null;
}

type Picture = Extract<ReadPictureAnswer, { outcome: "indexed" }>["picture"];
type Embedded = Extract<ReadPictureAnswer, { outcome: "embedded" }>;

/** What the pipeline needs of the store. */
export interface PipelineStore {
  linkKnown(file: QueuedFile, contentHash: string, pixelHash: string | null): boolean;
  /** The image's id, or null when the file is no longer waiting. */
  saveImage(file: QueuedFile, picture: Picture): number | null;
  /** Likewise; null as well when the picture is no longer there. */
  saveEmbedding(
    file: QueuedFile,
    contentHash: string,
    embeddings: Embedded["embeddings"],
    pixelHash: string | null,
  ): number | null;
  saveFailure(file: QueuedFile, failure: FileFailure, nowMs: number): void;
  forgetFile(fileId: number): void;
}

export interface PipelineDeps {
  readonly store: PipelineStore;
  read(file: QueuedFile): Promise<ReadPictureAnswer>;
  /** The file is not what the scanner saw: its directory should be scanned again. */
  rescan(file: QueuedFile): void;
  now(): number;
}

/**
 * What became of the file:
 * indexed · linked (content known already) · failed (a row says why) · changed (it will come again) · suspect (the worker died while
 * it, and maybe others, were being read) · disk-full (not its fault; it stays in the queue).
 */
export type Outcome = "indexed" | "linked" | "failed" | "changed" | "suspect" | "disk-full";

/** Pauses before a file that failed for a passing reason is tried again. After the last one, only a change or a person helps. */
const RETRY_AFTER_MS: readonly number[] = [60_000, 10 * 60_000, 60 * 60_000, 6 * 60 * 60_000];
/** A worker can be killed for reasons of the machine's as well. Twice in a row while nothing else was in it: that was the picture. */
const RETRY_AFTER_DEATH_MS: readonly number[] = [10 * 60_000];

/**
 * Takes one file through. `alone`: nothing else is in the worker, so when it dies this file is to blame.
 * Throws only for what is not the file's fault (a closed database, a bug).
 */
export async function indexFile(file: QueuedFile, alone: boolean, deps: PipelineDeps): Promise<Outcome> {
  let answer: ReadPictureAnswer;
  try {
    answer = await deps.read(file);
  } catch (error) {
    if (!(error instanceof ChildDied)) throw error;
    if (!alone) return "suspect";
    return fail(file, deps, blame(error), RETRY_AFTER_DEATH_MS);
  }
  switch (answer.outcome) {
    case "indexed":
      // Null: the scanner saw a change meanwhile, and the file waits again.
      return deps.store.saveImage(file, answer.picture) === null ? "changed" : "indexed";
    case "embedded": {
      const { contentHash, embeddings, pixelHash } = answer;
      return deps.store.saveEmbedding(file, contentHash, embeddings, pixelHash) === null ? "changed" : "indexed";
    }
    case "known":
      // The picture may have been forgotten in between: then the file simply stays in the queue.
      return deps.store.linkKnown(file, answer.contentHash, answer.pixelHash) ? "linked" : "changed";
    case "gone":
    case "changed":
      deps.rescan(file);
      return "changed";
    case "failed":
      if (answer.reason === "disk-full") return "disk-full";
      return fail(file, deps, answer, answer.transient ? RETRY_AFTER_MS : []);
  }
}

interface Trouble {
  readonly stage: FailureStage;
  readonly reason: string;
  readonly message: string;
}

function fail(file: QueuedFile, deps: PipelineDeps, trouble: Trouble, pausesMs: readonly number[]): Outcome {
  const pauseMs = pausesMs[file.attempts];
  const nowMs = deps.now();
  const { stage, reason, message } = trouble;
  deps.store.saveFailure(
    file,
    { stage, reason, message, retryAtMs: pauseMs === undefined ? null : nowMs + pauseMs },
    nowMs,
  );
  return "failed";
}

function blame(error: ChildDied): Trouble {
  if (error.timedOut) {
    const message = "Reading this picture took longer than the limit (setting pictureTimeoutSeconds).";
    return { stage: "timeout", reason: "timeout", message };
  }
  if (error.signal === MEMORY_SIGNAL) {
    const message = "Reading this picture took more memory than the limit (setting workerMemoryMegabytes).";
    return { stage: "crash", reason: "too-much-memory", message };
  }
  return { stage: "crash", reason: "crash", message: `Reading this picture crashed: ${error.message}.` };
}
