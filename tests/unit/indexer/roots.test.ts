// Folders that a person has yet to allow, such that do not answer, and such that take others over. How folders live otherwise is told by tests/flow.
import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { treeWatchFor } from "../../../daemon/folders/watcher.ts";
import { createRoots } from "../../../daemon/indexer/roots.ts";
import { createLog } from "../../../daemon/log.ts";
import type { Access } from "../../../daemon/permissions/guards.ts";
import type { Permissions } from "../../../daemon/permissions/permissions.ts";
import { openStore } from "../../../daemon/store/open.ts";
import { until } from "../../helpers/daemon.ts";
import { directory, picture, tree } from "../../helpers/pictures.ts";

/** Folders of a real store, with these permissions. */
async function world(t: TestContext, permissions: Permissions, stuckAfterMs = 30_000) {
  const home = await directory(t);
  const paths = { path: join(home, "library.db"), thumbnailsDirectory: join(home, "thumbnails") };
  const store = openStore({ ...paths, queuedAtOnce: 1 });
  t.after(() => store.close());
  const stopping = new AbortController();
  const roots = createRoots({
    store,
    permissions,
    stuckAfterMs,
    log: createLog("silent", ""),
    signal: stopping.signal,
    treeWatch: treeWatchFor("auto", process.platform),
    ownDirectory: home,
    wanted: { videos: false, pdfs: false },
    rescanMs: 3_600_000,
    forgetAfterMs: 3_600_000,
    onQueued: () => {},
    onChange: () => {},
    onForgotten: () => {},
  });
  t.after(async () => {
    stopping.abort();
    await roots.close();
  });
  return { store, roots };
}

test("5: a folder that a person has yet to allow is watched as soon as it is allowed; refused later, its pictures stay", async (t) => {
  const root = await tree(await directory(t), { "a.png": await picture() });
  let access: Access = "undecided";
  const { store, roots } = await world(t, {
    accessTo: async () => access,
    advice: (_path, now) => (now === "granted" ? null : { advice: `It is ${now}.`, settingsUrl: null }),
  });
  const folder = () => {
    const [first] = store.folders();
    assert.ok(first);
    return { files: first.files, access: roots.accessTo(first), advice: roots.advice(first)?.advice ?? null };
  };

  await roots.start();
  await roots.add(root);
  await until("it is undecided", async () => folder().access === "undecided");
  assert.deepEqual(folder(), { files: 0, access: "undecided", advice: "It is undecided." });
  assert.match(roots.notices().join(), /undecided/);

  access = "granted";
  await until("its picture is known", async () => folder().files === 1);
  assert.deepEqual(folder(), { files: 1, access: "granted", advice: null });
  assert.deepEqual(roots.notices(), []);

  access = "denied";
  await until("it is refused", async () => folder().access === "denied");
  assert.deepEqual(folder(), { files: 1, access: "denied", advice: "It is denied." });
  await assert.rejects(roots.add(await directory(t)), { code: "folder-unreadable", hint: "It is denied." });
});

test("a folder whose disk stops answering in the middle of a scan holds up no other; when it answers, it is scanned again", async (t) => {
  const dead = await tree(await directory(t), { "a.png": await picture({ colour: "red" }) });
  const other = await tree(await directory(t), { "b.png": await picture({ colour: "blue" }) });
  const answer = Promise.withResolvers<Access>();
  let looks = 0;
  // The scan's own look at the folder is the third one.
  const accessTo = async (path: string) => (path === dead && ++looks >= 3 ? answer.promise : "granted");
  const { store, roots } = await world(t, { accessTo, advice: () => null }, 200);
  const filesOf = (path: string) => store.folders().find((folder) => folder.path === path)?.files;

  await roots.start();
  await roots.add(dead);
  await until("its scan hangs", async () => looks >= 3);
  await roots.add(other);
  await until("the other folder is scanned", async () => filesOf(other) === 1);
  assert.match(roots.notices().join(), /does not answer/);
  assert.equal(roots.scanning, false);
  assert.equal(filesOf(dead), 0);

  answer.resolve("granted");
  await until("it is scanned after all", async () => filesOf(dead) === 1);
  await until("nothing is left to say", async () => roots.notices().length === 0);
});

test("a folder takes over those inside it before it is scanned: none of their files is read again", async (t) => {
  const root = await tree(await directory(t), {
    "memes/a.png": await picture({ colour: "red" }),
    "memes/b.png": await picture({ colour: "green" }),
    "memes/c.png": await picture({ colour: "blue" }),
  });
  const { store, roots } = await world(t, { accessTo: async () => "granted", advice: () => null });
  const counts = () => store.folders().map(({ path, pending, failed }) => [path, pending, failed]);
  await roots.start();
  await roots.add(join(root, "memes"));
  await until("all are known", async () => store.counts().pending === 3);
  const failure = { stage: "decode", reason: "truncated", message: "the file ends early", retryAtMs: null } as const;
  for (const file of store.nextPending(3, new Set())) store.saveFailure(file, failure, 1);
  assert.deepEqual(counts(), [[join(root, "memes"), 0, 3]]);

  await roots.add(root);
  await until("the outer folder is scanned", async () => store.folders()[0]?.lastScanAtMs !== null);
  assert.deepEqual(counts(), [[root, 0, 3]]);
});
