import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { beginScan } from "../../../daemon/folders/scan-state.ts";
import { memoryPort, scanner, tree, until, write } from "./disk.ts";

test("a first scan finds every picture, a second one nothing new", async (t) => {
  const root = tree(t, { "a.jpg": "1", "b/c.PNG": "2", "b/d/e.webp": "3", "b/notes.txt": "no", "empty/x": "no" });
  const { tree: scan, known, port } = scanner(root);
  assert.deepEqual(await scan(), { directories: 4, files: 3, changed: 3, gone: 0 });
  assert.deepEqual(known(), ["a.jpg", "b/c.PNG", "b/d/e.webp"]);
  port.calls.length = 0;
  assert.deepEqual(await scan(), { directories: 4, files: 3, changed: 0, gone: 0 });
  assert.deepEqual(port.calls, []);
});

test("what it reports is the file's size, inode and modification time to the nanosecond", async (t) => {
  const root = tree(t, { "a.jpg": "12345" });
  const { tree: scan, port } = scanner(root);
  await scan();
  const stats = statSync(join(root, "a.jpg"), { bigint: true });
  const { sizeBytes, modifiedNs, inode } = port.file(join(root, "a.jpg")) ?? assert.fail();
  assert.deepEqual([sizeBytes, modifiedNs, inode], [5, stats.mtimeNs, stats.ino]);
});

test("only what differs is reported: changed, deleted, back", async (t) => {
  const root = tree(t, { "a.jpg": "1", "b/c.jpg": "2", "b/d.jpg": "3" });
  const { tree: scan, known, port } = scanner(root);
  await scan();
  port.calls.length = 0;
  write(root, { "b/c.jpg": "changed" });
  renameSync(join(root, "b/d.jpg"), join(root, "away"));
  assert.deepEqual(await scan(), { directories: 2, files: 2, changed: 1, gone: 1 });
  assert.deepEqual(known(), ["a.jpg", "b/c.jpg"]);
  assert.deepEqual(port.calls, [`apply ${root}/b`]);
  renameSync(join(root, "away"), join(root, "b/d.jpg"));
  assert.deepEqual(await scan(), { directories: 2, files: 3, changed: 1, gone: 0 });
  assert.deepEqual(known(), ["a.jpg", "b/c.jpg", "b/d.jpg"]);
});

test("a renamed directory is gone under the old name and there under the new one", async (t) => {
  const root = tree(t, { "old/a.jpg": "1", "old/deep/er/b.jpg": "2", "old b/c.jpg": "3", "older/d.jpg": "4" });
  const { tree: scan, known } = scanner(root);
  await scan();
  renameSync(join(root, "old"), join(root, "new"));
  assert.deepEqual(await scan(), { directories: 6, files: 4, changed: 2, gone: 2 });
  assert.deepEqual(known(), ["new/a.jpg", "new/deep/er/b.jpg", "old b/c.jpg", "older/d.jpg"]);
});

test("strange names of files and directories are kept byte by byte", async (t) => {
  const names = [
    "🐱",
    "caf\u00e9",
    "cafe\u0301",
    "a'b\"c",
    "line\nbreak",
    "back\\slash",
    "é".repeat(125),
    " ",
    "-rf",
    "%2e",
  ];
  const paths = names.flatMap((name) => [`${name}x.jpg`, `${name}/${name}x.jpg`]);
  assert.equal(Buffer.byteLength(`${"é".repeat(125)}x.jpg`), 255);
  const root = tree(t, Object.fromEntries(paths.map((path) => [path, path])));
  const { tree: scan, known, problems } = scanner(root);
  await scan();
  assert.deepEqual(known(), paths.sort());
  assert.deepEqual(problems, []);
  assert.equal((await scan()).changed, 0);
});

test("hidden files, packages and marked directories are left out; a root is what it is", async (t) => {
  const pictures = [
    "a.jpg",
    ".b.jpg",
    ".hidden/c.jpg",
    "X.photoslibrary/d.jpg",
    "p.noindex/e.jpg",
    "q/f.jpg",
    "r/s/g.jpg",
    "node_modules/h.jpg",
  ];
  const files = Object.fromEntries(
    [...pictures, "q/.nomedia", "r/.metadata_never_index", ".nomedia"].map((name) => [`.own.app/${name}`, ""]),
  );
  const root = join(tree(t, files), ".own.app");
  const { tree: scan, known } = scanner(root);
  await scan();
  assert.deepEqual(known(), ["a.jpg"]);
});

test("rememe's own directory is not entered, also by another path", async (t) => {
  const base = tree(t, { "root/a.jpg": "", "root/rememe/thumbnails/b.jpg": "" });
  symlinkSync(join(base, "root/rememe"), join(base, "link"));
  const { tree: scan, known } = scanner(join(base, "root"));
  await scan(join(base, "root"), { ownDirectory: join(base, "link") });
  assert.deepEqual(known(), ["a.jpg"]);
});

test("only a volume other than rememe's own may die while rememe goes on", async (t) => {
  const root = tree(t, { "a.jpg": "" });
  const options = {
    folderId: 1,
    root,
    directory: root,
    port: memoryPort(),
    signal: AbortSignal.abort(),
    wanted: { videos: false, pdfs: false },
  };
  const mayDie = async (ownDirectory: string) => (await beginScan({ ...options, ownDirectory }))?.mayDie;
  assert.equal(await mayDie(root), false);
  // /proc stands for another volume, where there is one.
  if (process.platform === "linux") assert.equal(await mayDie("/proc"), true);
  assert.equal(await mayDie("/nonexistent"), true);
});

test("links are not followed, so a loop is none", async (t) => {
  const root = tree(t, { "real/a.jpg": "1" });
  symlinkSync(root, join(root, "real/loop"));
  symlinkSync(join(root, "real/a.jpg"), join(root, "link.jpg"));
  symlinkSync("/nonexistent", join(root, "dangling.jpg"));
  const { tree: scan, known } = scanner(root);
  assert.equal((await scan()).files, 1);
  assert.deepEqual(known(), ["real/a.jpg"]);
});

test("what becomes a link is gone", async (t) => {
  const root = tree(t, { "a.jpg": "1", "sub/b.jpg": "2", "sub/deep/c.jpg": "3" });
  const { tree: scan, known } = scanner(root);
  await scan();
  renameSync(join(root, "a.jpg"), join(root, "a"));
  symlinkSync(join(root, "a"), join(root, "a.jpg"));
  renameSync(join(root, "sub"), `${root}-sub`);
  t.after(() => rmSync(`${root}-sub`, { recursive: true }));
  symlinkSync(`${root}-sub`, join(root, "sub"));
  assert.equal((await scan()).gone, 3);
  assert.deepEqual(known(), []);
});

test("rules that change take pictures out and bring them back", async (t) => {
  const root = tree(t, { "a.jpg": "1", "sub/b.gif": "2", "sub/c.jpg": "3", "sub/deep/d.jpg": "4", "other/e.gif": "5" });
  const { tree: scan, known } = scanner(root);
  await scan();
  write(root, { ".rememeignore": "*.gif\nsub/deep/\n" });
  assert.equal((await scan()).gone, 3);
  assert.deepEqual(known(), ["a.jpg", "sub/c.jpg"]);
  write(root, { "sub/.rememeignore": "!*.gif\n!deep/\n" });
  await scan(join(root, "sub"));
  assert.deepEqual(known(), ["a.jpg", "sub/b.gif", "sub/c.jpg", "sub/deep/d.jpg"]);
  write(root, { "sub/.nomedia": "" });
  await scan(join(root, "sub"));
  assert.deepEqual(known(), ["a.jpg"]);
  for (const name of [".rememeignore", "sub/.rememeignore", "sub/.nomedia"]) rmSync(join(root, name));
  await scan();
  assert.equal(known().length, 5);
});

test("the rules above a directory hold for a scan that begins in it", async (t) => {
  const root = tree(t, {
    ".rememeignore": "*.gif\nsecret/\n",
    "sub/a.gif": "",
    "sub/b.jpg": "",
    "secret/sub/c.jpg": "",
    "x.app/y/d.jpg": "",
    "marked/.nomedia": "",
    "marked/sub/e.jpg": "",
  });
  const { directory: scan, known } = scanner(root);
  for (const name of ["sub", "secret/sub", "secret", "x.app/y", "marked/sub"]) await scan(join(root, name));
  assert.deepEqual(known(), ["sub/b.jpg"]);
});

test("a scan of one directory leaves known sub-directories alone, and enters one that was moved in", async (t) => {
  const root = tree(t, { "a.jpg": "1", "known/b.jpg": "2" });
  const { tree: all, directory: scan, known } = scanner(root);
  await all();
  write(root, { "c.jpg": "3", "known/later.jpg": "4", "moved/in/d.jpg": "5" });
  assert.deepEqual(await scan(root), { directories: 3, files: 3, changed: 2, gone: 0 });
  assert.deepEqual(known(), ["a.jpg", "c.jpg", "known/b.jpg", "moved/in/d.jpg"]);
});

test("a scan of one directory does not walk through old sub-directories without pictures", async (t) => {
  const root = tree(t, { "a.jpg": "1", "old/deep/x": "" });
  const { directory: scan } = scanner(root);
  const tomorrow = (): number => Date.now() + 86_400_000;
  assert.equal((await scan(root, { now: tomorrow })).directories, 1);
});

test("a scan of one directory notices sub-directories that are gone", async (t) => {
  const root = tree(t, { "a.jpg": "1", "sub/b.jpg": "2", "sub/deep/c.jpg": "3", "stays/d.jpg": "4" });
  const { tree: all, directory: scan, known, port } = scanner(root);
  await all();
  rmSync(join(root, "sub"), { recursive: true });
  port.calls.length = 0;
  assert.equal((await scan(root)).gone, 2);
  assert.deepEqual(known(), ["a.jpg", "stays/d.jpg"]);
  assert.deepEqual(port.calls, [`apply ${root}/sub`, `apply ${root}/sub/deep`]);
});

test("a scan of a directory that is gone marks what was in it and below", async (t) => {
  const root = tree(t, { "a.jpg": "1", "sub/b.jpg": "2", "sub/deep/c.jpg": "3" });
  const { tree: all, directory: scan, known } = scanner(root);
  await all();
  rmSync(join(root, "sub"), { recursive: true });
  writeFileSync(join(root, "sub"), "a file now");
  assert.equal((await scan(join(root, "sub/deep"))).gone, 2);
  assert.deepEqual(known(), ["a.jpg"]);
});

test("a directory that is gone takes everything below it, but no neighbour with a longer name", async (t) => {
  const gone = { "a/x.jpg": "", "a/deep/x.jpg": "", "a/deep/er/x.jpg": "" };
  const root = tree(t, { ...gone, "a.b/x.jpg": "", "ab/x.jpg": "", "a0/x.jpg": "" });
  const { tree: scan, known } = scanner(root);
  await scan();
  rmSync(join(root, "a"), { recursive: true });
  assert.equal((await scan()).gone, 3);
  assert.deepEqual(known(), ["a.b/x.jpg", "a0/x.jpg", "ab/x.jpg"]);
});

test("what was in a large directory goes in parts; a scan that is stopped in the middle leaves the rest to the next", async (t) => {
  const root = tree(t, { "stays/a.jpg": "" });
  mkdirSync(join(root, "large/below"), { recursive: true });
  for (let i = 0; i < 350; i++) writeFileSync(join(root, i % 7 ? "large" : "large/below", `${i}.jpg`), "");
  const { tree: scan, port, known } = scanner(root);
  await scan(root, { settleMs: 0 });
  rmSync(join(root, "large"), { recursive: true });
  const controller = new AbortController();
  const apply = port.applyChanges;
  let turns = 0;
  port.applyChanges = (changes) => {
    assert.ok(changes.gone.length <= 100);
    if (++turns === 2) setImmediate(() => controller.abort(new Error("enough")));
    apply(changes);
  };
  await assert.rejects(scan(root, { settleMs: 0, signal: controller.signal }), /enough/);
  assert.equal(known().length, 151);
  assert.equal((await scan(root, { settleMs: 0 })).gone, 150);
  assert.deepEqual(known(), ["stays/a.jpg"]);
});

test("a file that may still be growing waits, and is reported once it has settled", async (t) => {
  const root = tree(t, { "old.jpg": "1", "sub/x.jpg": "1" });
  const { tree: scan, directory, known, unsettled } = scanner(root);
  await scan();
  writeFileSync(join(root, "sub/half.jpg"), "half");
  writeFileSync(join(root, "sub/x.jpg"), "overwritten");
  assert.deepEqual(await scan(), { directories: 2, files: 3, changed: 0, gone: 0 });
  assert.equal(unsettled.length, 1);
  assert.match(unsettled[0] ?? "", /\/sub\/(half|x)\.jpg$/);
  assert.deepEqual(known(), ["old.jpg", "sub/x.jpg"]);
  const later = { now: () => Date.now() + 300 };
  assert.equal((await directory(join(root, "sub"), later)).changed, 2);
  assert.deepEqual(known(), ["old.jpg", "sub/half.jpg", "sub/x.jpg"]);
});

test("a modification time in the future does not keep a file waiting", async (t) => {
  const root = tree(t, { "a.jpg": "1" });
  const { tree: scan, unsettled } = scanner(root);
  utimesSync(join(root, "a.jpg"), Date.now() / 1_000 + 1e6, Date.now() / 1_000 + 1e6);
  assert.equal((await scan()).changed, 1);
  assert.deepEqual(unsettled, []);
});

test("very many changes in one directory are handed over in parts, and the event loop runs in between", async (t) => {
  const root = tree(t);
  for (let i = 0; i < 1_200; i++) writeFileSync(join(root, `${i}.jpg`), "");
  const { tree: scan, port, known } = scanner(root);
  let turns = 0;
  const apply = port.applyChanges;
  port.applyChanges = (changes) => {
    assert.ok(changes.seen.length <= 100);
    const before = turns;
    setImmediate(() => turns++);
    if (port.calls.length > 0) assert.ok(before > 0);
    apply(changes);
  };
  await scan(root, { settleMs: 0 });
  assert.deepEqual([known().length, port.calls.length], [1_200, 12]);
  assert.equal((await scan(root, { settleMs: 0 })).changed, 0);
});

test("it tells which directory it is in", async (t) => {
  const root = tree(t, { "a/b/c.jpg": "" });
  const visited: string[] = [];
  await scanner(root).tree(root, { onDirectory: (path) => visited.push(path) });
  assert.deepEqual(visited, [root, `${root}/a`, `${root}/a/b`]);
});

test("8: an aborted scan stops at once", async (t) => {
  const root = tree(t, Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${i}/a.jpg`, ""])));
  const controller = new AbortController();
  const { tree: scan, known } = scanner(root);
  let visited = 0;
  const onDirectory = (): void => {
    if (++visited === 5) controller.abort(new Error("enough"));
  };
  await assert.rejects(scan(root, { signal: controller.signal, onDirectory }), /enough/);
  assert.equal(visited, 5);
  assert.ok(known().length < 5);
  await assert.rejects(scan(root, { signal: AbortSignal.abort(new Error("not even begun")) }), /not even begun/);
});

test("a path outside the root is refused", async (t) => {
  const root = tree(t);
  await assert.rejects(scanner(root).directory(`${root}-other`), RangeError);
});

test("files that come and go while it runs trouble nobody", async (t) => {
  const root = tree(t, Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`${i % 10}/${i}.jpg`, ""])));
  const { tree: scan, known, problems } = scanner(root);
  let rounds = 0;
  const ended = scan(root, {
    onDirectory: (path) => {
      rounds++;
      if (path === root) return;
      rmSync(path, { recursive: true });
      if (rounds % 2) mkdirSync(path);
    },
  });
  await ended;
  assert.deepEqual(known(), []);
  assert.deepEqual(problems, []);
  await until("the scan has gone through all", () => rounds === 11);
});
