import assert from "node:assert/strict";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { systemTrash } from "../../../daemon/originals/trash.ts";
import { freedesktopTrash } from "../../../daemon/originals/trash-freedesktop.ts";
import { directory } from "../../helpers/pictures.ts";

test("a file goes to the Trash of the specification with its place and date, and comes back", async (t) => {
  const [home, root] = [await directory(t), await directory(t)];
  const trash = freedesktopTrash({ XDG_DATA_HOME: home }, () => new Date(2026, 10, 23, 21, 34, 31));
  const path = join(root, "Schöner Tag, 100 %.png");
  await writeFile(path, "one");
  const trashPath = (await trash.move(path)) ?? assert.fail();
  assert.equal(trashPath, join(home, "Trash", "files", "Schöner Tag, 100 %.png"));
  const info = await readFile(join(home, "Trash", "info", "Schöner Tag, 100 %.png.trashinfo"), "utf8");
  assert.equal(
    info,
    `[Trash Info]\nPath=${root}/Sch%C3%B6ner%20Tag%2C%20100%20%25.png\nDeletionDate=2026-11-23T21:34:31\n`,
  );
  await trash.restore(trashPath, path);
  assert.equal(await readFile(path, "utf8"), "one");
  assert.deepEqual(await readdir(join(home, "Trash", "info")), []);
});

test("files of one name lie beside each other, and nothing at the old place is replaced", async (t) => {
  const [home, root] = [await directory(t), await directory(t)];
  const trash = freedesktopTrash({ XDG_DATA_HOME: home });
  const path = join(root, "a.png");
  const moved: string[] = [];
  for (const content of ["first", "second"]) {
    await writeFile(path, content);
    moved.push((await trash.move(path)) ?? "");
  }
  assert.deepEqual(
    moved.map((each) => each.slice(each.lastIndexOf("/") + 1)),
    ["a.png", "a 2.png"],
  );
  await writeFile(path, "third");
  await assert.rejects(trash.restore(moved[0] ?? "", path), /There is a file at/);
  assert.equal(await readFile(path, "utf8"), "third");
  assert.equal(await readFile(moved[0] ?? "", "utf8"), "first");
  await assert.rejects(
    trash.restore(join(home, "Trash", "files", "gone.png"), join(root, "gone.png")),
    /not in the Trash/,
  );
});

test("a link is moved itself, not what it leads to; what cannot be moved leaves no trace", async (t) => {
  const [home, root] = [await directory(t), await directory(t)];
  const trash = freedesktopTrash({ XDG_DATA_HOME: home });
  await mkdir(join(root, "real"));
  await symlink(join(root, "real"), join(root, "link"));
  await trash.move(join(root, "link"));
  assert.deepEqual(await readdir(root), ["real"]);
  await assert.rejects(trash.move(join(root, "nothing.png")));
  assert.deepEqual(await readdir(join(home, "Trash", "info")), ["link.trashinfo"]);
});

test("on macOS the system moves the file; names travel as arguments, never inside the script", async (t) => {
  const root = await directory(t);
  const asked: { language: string; script: string; args: readonly string[] }[] = [];
  const trash = systemTrash({}, "darwin", async (language, script, args) => {
    asked.push({ language, script, args });
    return language === "JavaScript" ? "/Users/ann/.Trash/a 2.png\n" : "";
  });
  const nasty = join(root, `"; do shell script "x`);
  assert.equal(await trash.move(nasty), "/Users/ann/.Trash/a 2.png");
  await trash.restore("/Users/ann/.Trash/a 2.png", nasty);
  assert.deepEqual(
    asked.map(({ language, args }) => [language, args]),
    [
      ["JavaScript", [nasty]],
      ["AppleScript", ["/Users/ann/.Trash/a 2.png", root, `"; do shell script "x`]],
    ],
  );
  assert.ok(asked.every(({ script }) => !script.includes("shell")));
  await writeFile(nasty, "there");
  await assert.rejects(trash.restore("/Users/ann/.Trash/a 2.png", nasty), /There is a file at/);
  assert.equal(asked.length, 2);
});
