// The indexing worker as the indexer sees it. Only messages pass; ONNX Runtime and decoders stay in that process.
import type { Child } from "../child.ts";
import type { Describe, Description, IsKnown, ReadPicture, ReadPictureAnswer } from "../worker/protocol.ts";

export interface IndexWorker {
  /** Makes sure that a worker runs and has its model. Throws what is wrong with it; never a file's fault. */
  ready(): Promise<void>;
  /** Rejects with ChildDied when the worker dies or the time limit passes. */
  read(file: {
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
 * @param pictureLimitMs how long one picture may hold up the others. A picture that hangs is tried twice, among others and alone.
 */
export function createIndexWorker(child: Child, pictureLimitMs: number): IndexWorker {
  const tryLimitMs = pictureLimitMs / 2;
  let readyPid: number | null = null;

  return {
    async ready() {
      if (readyPid !== null && child.pid() === readyPid) return;
      (await child.ask({ ask: "describe" } satisfies Describe, START_LIMIT_MS)) as Description;
      readyPid = child.pid();
    },
    async read({ path, sizeBytes, modifiedNs }) {
      const question: ReadPicture = { ask: "read-picture", path, sizeBytes, modifiedNs };
      return (await child.ask(question, tryLimitMs)) as ReadPictureAnswer;
    },
    stop: () => child.stop(),
  };
}

/** Answers the worker's question whether a content is in the library already. */
export function answerIsKnown(isKnown: (contentHash: string) => boolean): (question: unknown) => Promise<boolean> {
  return async (question) => isKnown((question as IsKnown).contentHash);
}
