import assert from "node:assert/strict";
import { test } from "node:test";
import { createIndexWorker } from "../../../daemon/indexer/index-worker.ts";

test("a picture that hangs holds up the others for its time limit at most: half of it among others, half alone", async () => {
  const limits: [string, number][] = [];
  const worker = createIndexWorker(
    {
      ask: async (question, limitMs) => {
        const { ask } = question as { ask: string };
        limits.push([ask, limitMs]);
        return ask === "read-picture" ? { outcome: "gone" } : {};
      },
      pid: () => 7,
      stop: async () => {},
    },
    () => "/model",
    60_000,
  );
  await worker.ready([1]);
  const file = { indexId: 1, path: "/a.png", sizeBytes: 1, modifiedNs: 1n };
  await worker.read(file);
  await worker.read(file);
  assert.deepEqual(
    limits.filter(([ask]) => ask === "read-picture").map(([, limitMs]) => limitMs),
    [30_000, 30_000],
  );
});

test("every model is tried once in every process before pictures are read with it", async () => {
  const tried: string[] = [];
  let pid = 7;
  const worker = createIndexWorker(
    {
      ask: async (question) => {
        const { ask, model } = question as { ask: string; model: string };
        if (ask === "describe") tried.push(model);
        return {};
      },
      pid: () => pid,
      stop: async () => {},
    },
    (indexId) => `/model-${indexId}`,
    60_000,
  );
  await worker.ready([1, 1]);
  await worker.ready([1, 2]);
  assert.deepEqual(tried, ["/model-1", "/model-2"]);
  pid = 8;
  await worker.ready([1]);
  await worker.ready([1, 2]);
  assert.deepEqual(tried, ["/model-1", "/model-2", "/model-1", "/model-2"]);
});
