// onnxruntime-node with a CoreML that is quick, slow, wrong, refuses, or kills its process: see fake-provider.ts.
import { setTimeout as sleep } from "node:timers/promises";
import { isMainThread } from "node:worker_threads";
import { InferenceSession as Real } from "onnxruntime-node";

export { Tensor } from "onnxruntime-node";

const behaviour = process.env.TEST_COREML ?? "good";
/** Networks of the indexing worker run in a thread, those of everybody else do not. */
const isIndexing = !isMainThread;
const SLOW_MS = 60;
const CPU_MS = 30;

const isCoreMl = (options: Real.SessionOptions = {}): boolean =>
  (options.executionProviders ?? []).some((provider) => Object(provider).name === "coreml");

export const listSupportedBackends = () => [{ name: "cpu" }, { name: "coreml" }];

export const InferenceSession = {
  async create(model: string | Uint8Array, options: Real.SessionOptions = {}): Promise<Real> {
    const withCoreMl = isCoreMl(options);
    if (withCoreMl && behaviour === "refuses") throw new Error("[coreml] cannot compile this network");
    const source = { ...options, executionProviders: ["cpu"] };
    const session = await (typeof model === "string" ? Real.create(model, source) : Real.create(model, source));
    const run = session.run.bind(session) as (feeds: Real.FeedsType) => Promise<Real.ReturnType>;
    session.run = async (feeds: Real.FeedsType) => {
      if (withCoreMl && behaviour === "crashes") process.abort();
      if (withCoreMl && behaviour === "crashes-in-use" && isIndexing) process.abort();
      // Not the other way round: a quick provider is one that is quicker than the CPU.
      await sleep(withCoreMl ? (behaviour === "slow" ? SLOW_MS : 0) : CPU_MS);
      const answer = await run(feeds);
      if (withCoreMl && behaviour === "disagrees") {
        for (const { data } of Object.values(answer)) if (data instanceof Float32Array) data.reverse();
      }
      return answer;
    };
    return session;
  },
};
