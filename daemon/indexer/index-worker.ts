// The indexing worker as the indexer sees it. Only messages pass; ONNX Runtime and decoders stay in that process.
import { type Child, ChildDied } from "../child.ts";
import { messageOf } from "../errors.ts";
import type {
  Describe,
  InstalledModel,
  IsKnown,
  Knowledge,
  Provider,
  ReadPicture,
  ReadPictureAnswer,
} from "../worker/protocol.ts";

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

/** Loading a large model from a cold disk, and planning it for a provider, which can take a minute. */
const START_LIMIT_MS = 240_000;

/** What pictures of an index are embedded with. */
export interface IndexModel {
  readonly model: InstalledModel;
  readonly provider: Provider;
  /** The provider failed although the CPU did not. */
  distrust(why: string): void;
}

/**
 * @param child runs daemon/worker/main.ts in the role "index", its questions answered by answerIsKnown.
 * @param modelOf throws AppError model-invalid when there is none
 * @param pictureLimitMs how long one picture may hold up the others. A picture that hangs is tried twice, among others and alone.
 */
export function createIndexWorker(
  child: Child,
  modelOf: (indexId: number) => IndexModel,
  pictureLimitMs: number,
): IndexWorker {
  const tryLimitMs = pictureLimitMs / 2;
  let ready: { readonly pid: number | null; readonly models: Set<string> } = { pid: null, models: new Set() };

  /** Providers under which the process died, by directory: the picture, or the provider? The next picture is read on the CPU and tells. */
  const suspected = new Map<string, string>();

  async function open({ model, provider, distrust }: IndexModel): Promise<void> {
    const key = `${provider}\n${model.directory}`;
    if (ready.pid !== null && ready.pid === child.pid() && ready.models.has(key)) return;
    try {
      await child.ask({ ask: "describe", model, part: "image", provider } satisfies Describe, START_LIMIT_MS);
    } catch (error) {
      if (provider === "cpu") throw error;
      distrust(`it does not start (${messageOf(error)})`);
      return open({ model, provider: "cpu", distrust });
    }
    if (ready.pid !== child.pid()) ready = { pid: child.pid(), models: new Set() };
    ready.models.add(key);
  }

  async function ask(question: ReadPicture, distrust: (why: string) => void): Promise<ReadPictureAnswer> {
    const { directory } = question.model;
    const why = suspected.get(directory);
    const asked = why === undefined ? question : ({ ...question, provider: "cpu" } as const);
    try {
      const answer = (await child.ask(asked, tryLimitMs)) as ReadPictureAnswer;
      if (answer.outcome === "failed" && answer.stage === "embed" && asked.provider !== "cpu") {
        distrust(`it failed while it embedded a picture (${answer.message})`);
        return await ask({ ...question, provider: "cpu" }, distrust);
      }
      if (why !== undefined && suspected.delete(directory)) distrust(why);
      return answer;
    } catch (error) {
      if (error instanceof ChildDied) {
        if (asked.provider !== "cpu") suspected.set(directory, `the worker died under it (${error.message})`);
        // Under the CPU as well: that was the picture.
        else suspected.delete(directory);
      }
      throw error;
    }
  }

  return {
    async ready(indexIds) {
      const models = new Map(indexIds.map((indexId) => [indexId, modelOf(indexId)]));
      for (const each of new Map([...models.values()].map((each) => [each.model.directory, each])).values()) {
        await open(suspected.has(each.model.directory) ? { ...each, provider: "cpu" } : each);
      }
    },
    read({ indexId, path, sizeBytes, modifiedNs }) {
      const { model, provider, distrust } = modelOf(indexId);
      return ask({ ask: "read-picture", indexId, model, provider, path, sizeBytes, modifiedNs }, distrust);
    },
    stop: () => child.stop(),
  };
}

/** Answers the worker's question what the library has of a content, or of the pixels in it. */
export function answerIsKnown(
  knowledge: (contentHash: string, indexId: number, pixelHash: string | null) => Knowledge,
): (question: unknown) => Promise<Knowledge> {
  return async (question) => {
    const { contentHash, indexId, pixelHash } = question as IsKnown;
    return knowledge(contentHash, indexId, pixelHash);
  };
}
