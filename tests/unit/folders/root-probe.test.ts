import assert from "node:assert/strict";
import { test } from "node:test";
import { createRootProbe, type RootLook } from "../../../daemon/folders/root-probe.ts";
import { tree } from "./disk.ts";

const NEW = { knownFiles: 0, knownDevice: null };
const OFFLINE: RootLook = { state: "offline", device: null };

test("a directory is online and has a device", async (t) => {
  const { state, device } = await createRootProbe()(tree(t, { "a.jpg": "" }), NEW);
  assert.equal(state, "online");
  assert.equal(typeof device, "bigint");
});

test("5: a volume that does not answer is offline, is not asked twice, and is back when it answers", async () => {
  const calls: ((look: RootLook) => void)[] = [];
  const probe = createRootProbe(() => new Promise((resolve) => void calls.push(resolve)), 20);
  assert.deepEqual(await Promise.all([probe("/dead", NEW), probe("/dead", NEW)]), [OFFLINE, OFFLINE]);
  assert.deepEqual(await probe("/dead", NEW), OFFLINE);
  assert.equal(calls.length, 1);
  calls[0]?.({ state: "online", device: 7n });
  await new Promise(setImmediate);
  const again = probe("/dead", NEW);
  assert.equal(calls.length, 2);
  calls[1]?.({ state: "online", device: 7n });
  assert.deepEqual(await again, { state: "online", device: 7n });
});

test("one dead volume does not keep others from answering", async () => {
  const probe = createRootProbe(
    (path) => (path === "/dead" ? new Promise(() => {}) : Promise.resolve({ state: "online", device: 1n })),
    1_000,
  );
  void probe("/dead", NEW);
  assert.equal((await probe("/alive", NEW)).state, "online");
});
