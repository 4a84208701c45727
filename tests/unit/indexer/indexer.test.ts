import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ChildDied } from "../../../daemon/child.ts";
import { AppError } from "../../../daemon/errors.ts";
import { type Indexer, type IndexerDeps, type IndexerStore, startIndexer } from "../../../daemon/indexer/indexer.ts";
import type { FileFailure, QueuedFile } from "../../../daemon/indexer/pipeline.ts";
import { createLog } from "../../../daemon/log.ts";
import type { Pace } from "../../../daemon/power/pace.ts";
import { MEMORY_SIGNAL, type ReadPictureAnswer } from "../../../daemon/worker/protocol.ts";
import { until } from "../../helpers/daemon.ts";

const PICTURE = {
  contentHash: "",
  pixelHash: null,
  fingerprint: new Uint8Array(0),
  format: "png",
  width: 1,
  height: 1,
  frames: 1,
  thumbnail: "",
  text: "",
  words: [],
  scenes: [],
} as const;

interface World {
  readonly indexer: Indexer;
  readonly saved: string[];
  readonly failures: Map<string, FileFailure>;
  readonly reads: string[];
  readonly rescans: string[];
  pending: QueuedFile[];
  add(...paths: string[]): void;
  done(): Promise<void>;
}

/** An indexer over a queue in memory; `read` plays the worker. */
function world(
  t: TestContext,
  read: (path: string, world: World) => Promise<ReadPictureAnswer>,
  ready = async () => {},
  more: Partial<Pick<IndexerDeps, "elapsed" | "now" | "pace">> & { readonly store?: Partial<IndexerStore> } = {},
): World {
  const controller = new AbortController();
  const take = (fileId: number) => {
    made.pending = made.pending.filter((file) => file.fileId !== fileId);
  };
  const store: IndexerStore = {
    nextPending: (limit, exclude) => made.pending.filter(({ fileId }) => !exclude.has(fileId)).slice(0, limit),
    requeueDueFailures: () => 0,
    nextRetryAtMs: () => null,
    activateIfComplete: () => false,
    linkKnown: (file) => {
      take(file.fileId);
      return true;
    },
    saveImage: (file) => {
      take(file.fileId);
      return made.saved.push(file.path);
    },
    saveEmbedding: (file) => {
      take(file.fileId);
      return made.saved.push(file.path);
    },
    saveFailure: (file, failure) => {
      take(file.fileId);
      made.failures.set(file.path, failure);
    },
    forgetFile: take,
    ...more.store,
  };
  let nextId = 1;
  const made: World = {
    saved: [],
    failures: new Map(),
    reads: [],
    rescans: [],
    pending: [],
    add(...paths) {
      for (const path of paths) {
        made.pending.push({
          fileId: nextId++,
          folderId: 1,
          path,
          sizeBytes: 1,
          modifiedNs: 1n,
          attempts: 0,
          indexId: 1,
          isArrival: false,
        });
      }
      made.indexer.wake();
    },
    done: () => until("the queue is empty", async () => made.pending.length === 0 && !made.indexer.busy).then(() => {}),
    indexer: startIndexer({
      store,
      worker: {
        ready,
        stop: async () => {},
        read: async ({ path }) => {
          made.reads.push(path);
          return read(path, made);
        },
      },
      log: createLog("silent"),
      signal: controller.signal,
      rescan: ({ path }) => {
        made.rescans.push(path);
      },
      onChange: () => {},
      ...(more.now ? { now: more.now } : {}),
      ...(more.elapsed ? { elapsed: more.elapsed } : {}),
      ...(more.pace ? { pace: more.pace } : {}),
    }),
  };
  t.after(() => {
    controller.abort();
    return made.indexer.ended;
  });
  return made;
}

const indexed = async (): Promise<ReadPictureAnswer> => ({
  outcome: "indexed",
  picture: { ...PICTURE, embedding: new Float32Array(1) },
});

test("7: the file that kills the worker gets the failure row, its innocent neighbours are indexed", async (t) => {
  let dying: PromiseWithResolvers<void> | null = null;
  const one = world(t, async (path) => {
    // Like a real worker: when it dies, everything inside it is lost.
    if (path === "poison") {
      await new Promise((resolve) => setTimeout(resolve, 5));
      dying?.resolve();
      dying = null;
      throw new ChildDied("worker was ended by SIGSEGV", false);
    }
    dying ??= Promise.withResolvers();
    await Promise.race([dying.promise, new Promise((resolve) => setTimeout(resolve, 20))]);
    if (dying === null) throw new ChildDied("worker was ended by SIGSEGV", false);
    return indexed();
  });
  one.add("a", "b", "poison", "c", "d");
  await one.done();
  assert.deepEqual(one.saved.toSorted(), ["a", "b", "c", "d"]);
  assert.deepEqual([...one.failures.keys()], ["poison"]);
  assert.equal(one.failures.get("poison")?.stage, "crash");
});

test("a picture that kills the worker twice in a row is left alone until it changes; once may have been the machine's fault", async (t) => {
  const one = world(t, () => Promise.reject(new ChildDied("worker was ended by SIGKILL", false, "SIGKILL")));
  one.add("first time", "second time");
  one.pending = one.pending.map((file) => ({ ...file, attempts: file.path === "second time" ? 1 : 0 }));
  await one.done();
  assert.ok((one.failures.get("first time")?.retryAtMs ?? 0) > Date.now());
  assert.equal(one.failures.get("second time")?.retryAtMs, null);
  assert.equal(one.failures.get("second time")?.reason, "crash");
});

test("a picture that takes too much memory even alone is a failure that says so", async (t) => {
  const one = world(t, () => Promise.reject(new ChildDied("was ended by SIGUSR2", false, MEMORY_SIGNAL)));
  one.add("huge");
  await one.done();
  assert.equal(one.failures.get("huge")?.reason, "too-much-memory");
  assert.match(one.failures.get("huge")?.message ?? "", /workerMemoryMegabytes/);
});

test("a library that cannot be written holds the queue and is told, and indexing goes on when it can be again", async (t) => {
  let isFull = true;
  let elapsedMs = 0;
  const requeueDueFailures = () => {
    if (isFull) throw new AppError("disk-full", "The disk is full.", { hint: "Free some space." });
    return 0;
  };
  const one = world(t, indexed, undefined, { store: { requeueDueFailures }, elapsed: () => elapsedMs });
  one.add("a");
  await until("the trouble is told", async () => one.indexer.trouble === "The disk is full. Free some space.");
  isFull = false;
  elapsedMs = 60_000;
  one.indexer.wake();
  await one.done();
  assert.deepEqual([one.saved, one.indexer.trouble], [["a"], null]);
});

test("a clock that is set back stops nothing: a file that changed under our hands is read again all the same", async (t) => {
  let nowMs = Date.now();
  const one = world(
    t,
    async (_path, { reads }) => {
      nowMs -= 86_400_000;
      return reads.length < 2 ? { outcome: "changed" } : indexed();
    },
    undefined,
    { now: () => nowMs },
  );
  one.add("a");
  await one.done();
  assert.deepEqual(one.saved, ["a"]);
});

test("a picture that takes too long is a failure with stage timeout", async (t) => {
  const one = world(t, async (path) => {
    if (path === "slow") throw new ChildDied("killed", true);
    return indexed();
  });
  one.add("slow");
  await one.done();
  assert.equal(one.failures.get("slow")?.stage, "timeout");
});

test("passing trouble is tried again later, lasting trouble is not", async (t) => {
  const one = world(t, async (path) => ({
    outcome: "failed",
    stage: "read",
    reason: "x",
    message: "x",
    transient: path === "passing",
  }));
  one.add("passing", "lasting");
  await one.done();
  assert.ok((one.failures.get("passing")?.retryAtMs ?? 0) > Date.now());
  assert.equal(one.failures.get("lasting")?.retryAtMs, null);
});

test("3: a file that changes while it is read is scanned and read again, not stored, and not read in circles", async (t) => {
  const one = world(t, async (path, { reads }) => {
    return path === "busy" && reads.filter((read) => read === "busy").length < 2 ? { outcome: "changed" } : indexed();
  });
  one.add("busy");
  await until("it was seen to change", async () => one.rescans.length === 1);
  assert.deepEqual(one.saved, []);
  await one.done();
  assert.deepEqual(one.reads, ["busy", "busy"]);
});

test("pause keeps files in the queue, resume goes on", async (t) => {
  const one = world(t, indexed);
  one.indexer.pause();
  one.add("a");
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.deepEqual(one.reads, []);
  one.indexer.resume();
  await one.done();
  assert.deepEqual(one.saved, ["a"]);
});

test("slow: one picture at a time, with as long a rest after each; at full speed again, there is none", async (t) => {
  let now = 0;
  let speed: Pace["speed"] = "slow";
  let most = 0;
  let reading = 0;
  const one = world(
    t,
    async () => {
      most = Math.max(most, ++reading);
      now += 1_000;
      await new Promise((resolve) => setTimeout(resolve, 5));
      reading--;
      return indexed();
    },
    undefined,
    { elapsed: () => now, pace: () => ({ speed, why: "On battery" }) },
  );
  one.add("a", "b", "c");
  await until("one is read", async () => one.saved.length === 1);
  assert.equal(one.indexer.restraint, "On battery");
  one.indexer.wake();
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.deepEqual(one.saved, ["a"], "it rests");
  now += 1_000;
  one.indexer.wake();
  await until("the next is read", async () => one.saved.length === 2);
  assert.equal(most, 1);
  speed = "full";
  now += 1_000;
  one.indexer.wake();
  await one.done();
});

test("only what was just added is read, the others wait with the reason", async (t) => {
  let pace: Pace = { speed: "arrivals", why: "Low power mode" };
  const one = world(t, indexed, undefined, { pace: () => pace });
  one.add("old");
  await until("it waits", async () => one.indexer.trouble !== null);
  assert.equal(one.indexer.trouble, "Low power mode");
  assert.equal(one.indexer.secondsLeft(1), null);
  one.pending.unshift({ ...(one.pending[0] as QueuedFile), fileId: 99, path: "new", isArrival: true });
  one.indexer.wake();
  await until("the new one is read", async () => one.saved.length === 1);
  assert.deepEqual(one.saved, ["new"]);
  pace = { speed: "full", why: null };
  one.indexer.wake();
  await one.done();
  assert.deepEqual(one.saved, ["new", "old"]);
  assert.equal(one.indexer.trouble, null);
});

test("a worker that does not start is trouble with words, and no file's fault", async (t) => {
  const one = world(t, indexed, () => Promise.reject(new AppError("model-invalid", "the model is cut in half")));
  one.add("a");
  await until("the trouble is told", async () => one.indexer.trouble !== null);
  assert.match(one.indexer.trouble ?? "", /cut in half/);
  assert.deepEqual([one.failures.size, one.pending.length], [0, 1]);
});

test("a full disk holds the queue; the file waits", async (t) => {
  const one = world(t, async () => ({
    outcome: "failed",
    stage: "thumbnail",
    reason: "disk-full",
    message: "",
    transient: true,
  }));
  one.add("a");
  await until("the trouble is told", async () => one.indexer.trouble !== null);
  assert.match(one.indexer.trouble ?? "", /disk is full/);
  assert.deepEqual([one.failures.size, one.pending.length], [0, 1]);
});
