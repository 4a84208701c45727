import assert from "node:assert/strict";
import { test } from "node:test";
import { ChildDied } from "../../../daemon/child.ts";
import { createIndexWorker } from "../../../daemon/indexer/index-worker.ts";
import { type InstalledModel, resolveModel } from "../../../daemon/models/catalog.ts";
import type { Describe, Provider, ReadPicture, ReadPictureAnswer } from "../../../daemon/worker/protocol.ts";

const modelAt = (directory: string): InstalledModel => ({ ...resolveModel("auto"), directory });

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
    () => ({ model: modelAt("/model"), provider: "cpu", distrust: () => {} }),
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
        const { ask, model } = question as Describe;
        if (ask === "describe") tried.push(model.directory);
        return {};
      },
      pid: () => pid,
      stop: async () => {},
    },
    (indexId) => ({ model: modelAt(`/model-${indexId}`), provider: "cpu", distrust: () => {} }),
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

const FILE = { indexId: 1, path: "/a.png", sizeBytes: 1, modifiedNs: 1n };

/** A worker whose process does with every reading what `read` says. */
function withProvider(read: (provider: Provider) => ReadPictureAnswer) {
  const distrusted: string[] = [];
  const asked: Provider[] = [];
  let provider: Provider = "coreml";
  const worker = createIndexWorker(
    {
      async ask(question) {
        const { ask, provider } = question as ReadPicture;
        if ((ask as string) === "describe") return {};
        asked.push(provider);
        return read(provider);
      },
      pid: () => 7,
      stop: async () => {},
    },
    () => ({
      model: modelAt("/model"),
      provider,
      distrust(why) {
        distrusted.push(why);
        provider = "cpu";
      },
    }),
    60_000,
  );
  return { worker, distrusted, asked };
}

test("a process that dies under a provider, and reads the same on the CPU: the provider is to blame", async () => {
  const { worker, distrusted, asked } = withProvider((provider) => {
    if (provider === "cpu") return { outcome: "gone" };
    throw new ChildDied("worker was ended by SIGABRT", false, "SIGABRT");
  });
  await assert.rejects(worker.read(FILE), ChildDied);
  assert.deepEqual(distrusted, []);
  assert.deepEqual(await worker.read(FILE), { outcome: "gone" });
  assert.equal(distrusted.length, 1);
  assert.match(distrusted[0] ?? "", /SIGABRT/);
  await worker.read(FILE);
  assert.deepEqual(asked, ["coreml", "cpu", "cpu"]);
});

test("a process that dies on the CPU as well: the picture is to blame, and the provider stays", async () => {
  let isPoison = true;
  const { worker, distrusted, asked } = withProvider(() => {
    if (!isPoison) return { outcome: "gone" };
    throw new ChildDied("worker was ended by SIGSEGV", false, "SIGSEGV");
  });
  await assert.rejects(worker.read(FILE), ChildDied);
  await assert.rejects(worker.read(FILE), ChildDied);
  isPoison = false;
  await worker.read(FILE);
  assert.deepEqual([asked, distrusted], [["coreml", "cpu", "coreml"], []]);
});

test("a provider that fails in use: the picture is embedded on the CPU at once", async () => {
  const failed = { outcome: "failed", stage: "embed", reason: "x", message: "no memory", transient: false } as const;
  const { worker, distrusted, asked } = withProvider((provider) => (provider === "cpu" ? { outcome: "gone" } : failed));
  assert.deepEqual(await worker.read(FILE), { outcome: "gone" });
  assert.deepEqual(asked, ["coreml", "cpu"]);
  assert.match(distrusted[0] ?? "", /no memory/);
});
