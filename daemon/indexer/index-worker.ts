// The indexing worker as the indexer sees it. Only messages pass; ONNX Runtime and decoders stay in that process.
import type { Child } from "../child.ts";
import type { Describe, IsKnown, Knowledge, ReadPicture, ReadPictureAnswer } from "../worker/protocol.ts";

export interface IndexWorker {
  /** Makes sure that a worker runs and has the models of these indexes. Throws what is wrong with it; never a file's fault. */
  ready(indexIds: readonly number[]): Promise<void>;
  /** Rejects with ChildDied when the worker dies or the time limit passes. */
  read(file: {
    readonly indexId: number;
    readonly path: string;
    readonly sizeBytes: number;
    readonly modifiedNs: bigint;
  }): Promise<ReadPictureAnswer>;
  stop(): Promise<void>;
}

/** Loading a large model from a cold disk. */
const START_LIMIT_MS = 120_000;

/**
 * @param child runs daemon/worker/main.ts in the role "index", its questions answered by answerIsKnown.
 * @param modelOf the directory of an index's model; throws AppError model-invalid when there is none
 * @param pictureLimitMs how long one picture may hold up the others. A picture that hangs is tried twice, among others and alone.
 */
export function createIndexWorker(
  child: Child,
  modelOf: (indexId: number) => string,
  pictureLimitMs: number,
): IndexWorker {
  const tryLimitMs = pictureLimitMs / 2;
  let ready: { readonly pid: number | null; readonly models: Set<string> } = { pid: null, models: new Set() };

  return {
    async ready(indexIds) {
      for (const model of new Set(indexIds.map(modelOf))) {
        if (ready.pid !== null && ready.pid === child.pid() && ready.models.has(model)) continue;
        await child.ask({ ask: "describe", model, part: "image" } satisfies Describe, START_LIMIT_MS);
        if (ready.pid !== child.pid()) ready = { pid: child.pid(), models: new Set() };
        ready.models.add(model);
      }
    },
    async read({ indexId, path, sizeBytes, modifiedNs }) {
      const question: ReadPicture = {
        ask: "read-picture",
        indexId,
        model: modelOf(indexId),
        path,
        sizeBytes,
        modifiedNs,
      };
      return (await child.ask(question, tryLimitMs)) as ReadPictureAnswer;
    },
    stop: () => child.stop(),
  };
}

/** Answers the worker's question what the library has of a content. */
export function answerIsKnown(
  knowledge: (contentHash: string, indexId: number) => Knowledge,
): (question: unknown) => Promise<Knowledge> {
  return async (question) => {
    const { contentHash, indexId } = question as IsKnown;
    return knowledge(contentHash, indexId);
  };
}
