import assert from "node:assert/strict";
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { probeRoot, rootDevice } from "../../../daemon/folders/root-state.ts";
import { asNobody, tree, write } from "./disk.ts";

const NEW = { knownFiles: 0, knownDevice: null };

test("a directory is online, with files or without", async (t) => {
  const root = tree(t, { "a.jpg": "" });
  mkdirSync(join(root, "empty"));
  assert.equal(await probeRoot(root, NEW), "online");
  assert.equal(await probeRoot(join(root, "empty"), NEW), "online");
});

test("5: what is absent or no directory is offline", async (t) => {
  const root = tree(t, { "a.jpg": "" });
  assert.equal(await probeRoot(join(root, "nowhere"), NEW), "offline");
  assert.equal(await probeRoot(join(root, "a.jpg"), NEW), "offline");
  assert.equal(await probeRoot(join(root, "a.jpg/b"), NEW), "offline");
  assert.equal(await rootDevice(join(root, "nowhere")), null);
});

test("what may not be read is denied, itself or the way to it", async (t) => {
  const root = tree(t, { "shut/deep/a.jpg": "" });
  const shut = join(root, "shut");
  await asNobody([root, shut], async () => {
    chmodSync(shut, 0);
    assert.equal(await probeRoot(shut, NEW), "denied");
    assert.equal(await probeRoot(join(shut, "deep"), NEW), "denied");
    chmodSync(shut, 0o700);
    assert.equal(await probeRoot(shut, NEW), "online");
  });
});

test("5: a root that had files and is empty on another device is a bare mount point", async (t) => {
  const root = tree(t);
  const device = await rootDevice(root);
  assert.ok(device !== null);
  assert.equal(await probeRoot(root, { knownFiles: 3, knownDevice: device + 1n }), "offline");
  assert.equal(await probeRoot(root, { knownFiles: 3, knownDevice: null }), "offline");
  assert.equal(await probeRoot(root, { knownFiles: 0, knownDevice: device + 1n }), "online");
  write(root, { ".DS_Store": "" });
  assert.equal(await probeRoot(root, { knownFiles: 3, knownDevice: device + 1n }), "offline");
  write(root, { "a.jpg": "" });
  assert.equal(await probeRoot(root, { knownFiles: 3, knownDevice: device + 1n }), "online");
});

test("a root that was emptied on the same device is online", async (t) => {
  const root = tree(t, { "a.jpg": "" });
  const knownDevice = await rootDevice(root);
  rmSync(join(root, "a.jpg"));
  assert.equal(await probeRoot(root, { knownFiles: 1, knownDevice }), "online");
});
