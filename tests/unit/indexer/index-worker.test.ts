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
    60_000,
  );
  await worker.ready();
  const file = { path: "/a.png", sizeBytes: 1, modifiedNs: 1n };
  await worker.read(file);
  await worker.read(file);
  assert.deepEqual(
    limits.filter(([ask]) => ask === "read-picture").map(([, limitMs]) => limitMs),
    [30_000, 30_000],
  );
});
