import assert from "node:assert/strict";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { nameFor, writeNewPicture } from "../../../daemon/originals/new-picture.ts";
import { directory } from "../../helpers/pictures.ts";

const NOW = new Date(2026, 10, 23, 21, 34, 31);
const named = (wish: string | undefined, format: Parameters<typeof nameFor>[1] = "png"): string => {
  const { stem, extension } = nameFor(wish, format, NOW);
  return stem + extension;
};

test("a name becomes one that every file system takes, with the extension of the real format", () => {
  assert.equal(named(undefined), "Clipboard 2026-11-23 at 21.34.31.png");
  assert.equal(named("cat.jpeg", "jpeg"), "cat.jpeg");
  assert.equal(named("Cat.PNG", "png"), "Cat.PNG");
  assert.equal(named("cat.jpg", "png"), "cat.png");
  assert.equal(named("v1.2 final", "gif"), "v1.2 final.gif");
  assert.equal(named("../../etc/passwd"), "etc passwd.png");
  assert.equal(named("a/b\\c:d\u0000e\n\u202eg.png"), "a b c d e g.png");
  assert.equal(named("...hidden"), "hidden.png");
  assert.equal(named(" ..."), "Clipboard 2026-11-23 at 21.34.31.png");
  assert.ok(Buffer.byteLength(named("🐕".repeat(300))) <= 255);
});

test("a name that is taken gets a number, and the file there stays as it is", async (t) => {
  const root = await directory(t);
  await writeFile(join(root, "cat.png"), "mine");
  const write = () => writeNewPicture(root, "cat", "png", Buffer.from("new"), NOW);
  assert.equal(await write(), join(root, "cat 2.png"));
  assert.equal(await write(), join(root, "cat 3.png"));
  assert.equal(await readFile(join(root, "cat.png"), "utf8"), "mine");
});

test("a folder that is gone or may not be written to is told in words", async (t) => {
  const root = await directory(t);
  const write = (where: string) => writeNewPicture(where, "cat", "png", Buffer.from("new"), NOW);
  await assert.rejects(write(join(root, "gone")), { code: "folder-offline" });
  if (process.getuid?.() === 0) return;
  await chmod(root, 0o500);
  await assert.rejects(write(root), { code: "folder-unreadable" });
  await chmod(root, 0o700);
});
