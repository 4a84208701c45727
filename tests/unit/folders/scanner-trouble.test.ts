// What a scan may not conclude: from no permission, from a root that went away, from names that no string leads back
// to.
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { asNobody, scanner, tree, write } from "./disk.ts";

test("a directory that may not be read keeps its pictures, and is told", async (t) => {
  const root = tree(t, { "a.jpg": "1", "shut/b.jpg": "2", "shut/deep/c.jpg": "3", "away/d.jpg": "4" });
  const { tree: scan, directory, known, problems } = scanner(root);
  await scan();
  rmSync(join(root, "away"), { recursive: true });
  const shut = join(root, "shut");
  for (const mode of [0o000, 0o400, 0o100]) {
    await asNobody([root, shut], async () => {
      chmodSync(shut, mode);
      await scan();
      await directory(shut);
      await directory(join(shut, "deep"));
      await directory(root);
    });
    assert.deepEqual(known(), ["a.jpg", "shut/b.jpg", "shut/deep/c.jpg"], mode.toString(8));
    const paths = problems.splice(0).map(({ path }) => path);
    assert.ok(paths.includes(shut), mode.toString(8));
  }
  chmodSync(shut, 0o700);
  rmSync(join(shut, "b.jpg"));
  await scan();
  assert.deepEqual(known(), ["a.jpg", "shut/deep/c.jpg"]);
});

test("a root that may not be read keeps everything", async (t) => {
  const root = tree(t, { "a.jpg": "1", "sub/b.jpg": "2" });
  const { tree: scan, known, problems } = scanner(root);
  await scan();
  await asNobody([root], async () => {
    chmodSync(root, 0);
    await scan();
    chmodSync(root, 0o700);
  });
  assert.equal(known().length, 2);
  assert.deepEqual(
    problems.map(({ path }) => path),
    [root],
  );
});

test("5: a root that is absent, or a file, loses nothing", async (t) => {
  const base = tree(t, { "root/a.jpg": "1", "root/sub/b.jpg": "2" });
  const root = join(base, "root");
  const { tree: scan, directory, known, problems } = scanner(root);
  await scan();
  renameSync(root, join(base, "elsewhere"));
  assert.equal((await scan()).directories, 0);
  await directory(join(root, "sub"));
  writeFileSync(root, "a file");
  await scan();
  assert.equal(known().length, 2);
  assert.equal(problems.length, 3);
});

test("5: a root that goes away in the middle of a scan loses nothing", async (t) => {
  const base = tree(t, { "root/a.jpg": "1", "root/b/b.jpg": "2", "root/c/c.jpg": "3" });
  const root = join(base, "root");
  const { tree: scan, known } = scanner(root);
  await scan();
  let visited = 0;
  const unplug = (): void => {
    if (++visited === 2) renameSync(root, join(base, "elsewhere"));
  };
  assert.equal((await scan(root, { onDirectory: unplug })).gone, 0);
  assert.equal(known().length, 3);
});

test("5: a file is not gone when its root is not there any more to say so", async (t) => {
  const base = tree(t, { "root/a.jpg": "1", "root/b.jpg": "2" });
  const root = join(base, "root");
  const { tree: scan, known, port } = scanner(root);
  await scan();
  rmSync(join(root, "a.jpg"));
  const { knownFiles } = port;
  port.knownFiles = (folderId, directory, after) => {
    if (after === "") renameSync(root, join(base, "elsewhere"));
    return knownFiles(folderId, directory, after);
  };
  assert.equal((await scan()).gone, 0);
  assert.equal(known().length, 2);
});

test("an emptied root on the same disk is just empty", async (t) => {
  const root = tree(t, { "a.jpg": "1", "sub/b.jpg": "2" });
  const { tree: scan, known } = scanner(root);
  await scan();
  rmSync(root, { recursive: true });
  mkdirSync(root);
  assert.equal((await scan()).gone, 2);
  assert.deepEqual(known(), []);
});

test("names that are not valid UTF-8 are left out and told once per directory", {
  skip: process.platform !== "linux" && "this file system takes valid names only",
}, async (t) => {
  const root = tree(t, { "good.jpg": "1" });
  const bad = (name: string) => Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0xfe]), Buffer.from(name)]);
  writeFileSync(bad("one.jpg"), "");
  writeFileSync(bad("two.jpg"), "");
  writeFileSync(bad("notes.txt"), "");
  mkdirSync(bad("directory"));
  const { tree: scan, known, problems } = scanner(root);
  await scan();
  assert.deepEqual(known(), ["good.jpg"]);
  assert.equal(problems.length, 1);
  assert.match(String(problems[0]?.error), /not valid UTF-8.*3/);
});

test("an unusable .rememeignore is told and stops nothing", async (t) => {
  const root = tree(t, { "a.jpg": "1", "sub/b.jpg": "2" });
  mkdirSync(join(root, "sub/.rememeignore"));
  write(root, { ".rememeignore": "\0" });
  const { tree: scan, known, problems } = scanner(root);
  await scan();
  assert.equal(known().length, 2);
  assert.deepEqual(
    problems.map(({ path }) => path),
    [join(root, ".rememeignore")],
  );
});
