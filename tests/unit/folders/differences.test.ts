import assert from "node:assert/strict";
import { test } from "node:test";
import { differencesOf, hasSettled, type KnownFile } from "../../../daemon/folders/differences.ts";
import type { ScannedFile } from "../../../daemon/folders/directory.ts";

const file = (name: string, extra: Partial<ScannedFile> = {}): ScannedFile => ({
  name,
  sizeBytes: 10,
  modifiedNs: 1_700_000_000_000_000_001n,
  inode: 7n,
  onDisk: true,
  ...extra,
});

const known = (...files: (ScannedFile & { missing?: boolean; inCloud?: boolean })[]): Map<string, KnownFile> =>
  new Map(files.map((each, i) => [each.name, { missing: false, inCloud: false, ...each, fileId: i + 1 }]));

async function compare(files: ScannedFile[], before: Map<string, KnownFile>, unclear: string[] = []) {
  const { seen, returned, gone } = await differencesOf({ files, unclear: new Set(unclear) }, before, () => true);
  return { seen: seen.map(({ name }) => name), returned, gone };
}

test("new, changed in size, changed by one nanosecond", async () => {
  const before = known(file("same"), file("size"), file("time"));
  const after = [
    file("same"),
    file("size", { sizeBytes: 11 }),
    file("time", { modifiedNs: 1_700_000_000_000_000_002n }),
    file("new"),
  ];
  assert.deepEqual(await compare(after, before), { seen: ["size", "time", "new"], returned: [], gone: [] });
});

test("a file that lay in a cloud and has come down is to be read, although nothing else of it changed", async () => {
  const before = known(
    { ...file("still there"), inCloud: true },
    { ...file("came down"), inCloud: true },
    file("evicted"),
  );
  const after = [file("still there", { onDisk: false }), file("came down"), file("evicted", { onDisk: false })];
  assert.deepEqual(await compare(after, before), { seen: ["came down"], returned: [], gone: [] });
});

test("gone, and back unchanged or changed", async () => {
  const before = known(
    file("gone"),
    { ...file("back"), missing: true },
    { ...file("other"), missing: true },
    { ...file("away"), missing: true },
  );
  const after = [file("back", { inode: 8n }), file("other", { sizeBytes: 1 })];
  assert.deepEqual(await compare(after, before), { seen: ["other"], returned: [2], gone: [1] });
});

test("a file of which nothing can be said is not gone", async () => {
  assert.deepEqual(await compare([], known(file("a"), file("b")), ["a"]), { seen: [], returned: [], gone: [2] });
});

test("one file moved over another of the same size and time is noticed by its inode", async () => {
  const before = known(file("a"), file("b"), file("c"));
  assert.deepEqual((await compare([file("a"), file("b", { inode: 8n }), file("c")], before)).seen, ["b"]);
});

test("a disk that numbers all its files anew has not changed", async () => {
  const before = known(file("a"), file("b"), file("c"));
  const after = ["a", "b", "c"].map((name, i) => file(name, { inode: BigInt(100 + i) }));
  assert.deepEqual(await compare(after, before), { seen: [], returned: [], gone: [] });
});

test("an unsettled file is left for later, whether it is new or known", async () => {
  const before = known(file("known"));
  const after = [file("known", { sizeBytes: 11 }), file("new")];
  const found = await differencesOf({ files: after, unclear: new Set() }, before, () => false);
  assert.deepEqual(found, { seen: [], returned: [], gone: [], unsettled: ["known", "new"] });
});

test("settled: some time ago, or in the far future", () => {
  const nowMs = 1_700_000_000_000;
  const at = (ms: number) => hasSettled(file("a", { modifiedNs: BigInt(nowMs + ms) * 1_000_000n }), nowMs, 300);
  assert.deepEqual([-1_000, -300, -299, 0, 299, 300, 1e9].map(at), [true, true, false, false, false, true, true]);
});

test("while very many files are compared, others have their turn", async () => {
  const many = Array.from({ length: 5_500 }, (_, number) => file(`${number}`));
  let turns = 0;
  let next = setImmediate(function turn() {
    turns++;
    next = setImmediate(turn);
  });
  const { seen, gone } = await differencesOf({ files: many, unclear: new Set() }, known(...many), () => true);
  clearImmediate(next);
  assert.deepEqual([seen.length, gone.length], [0, 0]);
  assert.ok(turns >= 8, `${turns} turns`);
});
