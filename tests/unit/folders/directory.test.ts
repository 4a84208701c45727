import assert from "node:assert/strict";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isGone, readEntries, readFileStates } from "../../../daemon/folders/directory.ts";
import { tree } from "./disk.ts";

const { signal } = new AbortController();

test("a directory's entries, by kind; links are none of them", async (t) => {
  const root = tree(t, { "a.jpg": "", "b.txt": "", "sub.jpg/x": "", ".rememeignore": "", ".hidden.jpg": "" });
  symlinkSync(join(root, "a.jpg"), join(root, "link.jpg"));
  symlinkSync(join(root, "sub.jpg"), join(root, "link"));
  assert.deepEqual(await readEntries(root), {
    pictures: ["a.jpg"],
    directories: ["sub.jpg"],
    ruleFiles: [".rememeignore"],
    unreadableNames: 0,
  });
});

test("a large directory is read in parts, and is the same", async (t) => {
  const files = Object.fromEntries(Array.from({ length: 2_500 }, (_, number) => [`${number} \u00e9 🐱.jpg`, ""]));
  const root = tree(t, { ...files, "sub.jpg/x": "", ".rememeignore": "", "e\u0301.jpg": "" });
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff]), Buffer.from(".jpg")]), "");
  const [atOnce, inParts] = await Promise.all([readEntries(root), readEntries(root, undefined, true)]);
  const sorted = ({ pictures, ...rest }: typeof atOnce) => ({ ...rest, pictures: pictures.toSorted() });
  assert.deepEqual(sorted(inParts), sorted(atOnce));
  assert.deepEqual([inParts.pictures.length, inParts.unreadableNames], [2_501, 1]);
  await assert.rejects(readEntries(join(root, "nowhere"), undefined, true), { code: "ENOENT" });
});

test("a file that vanished after it was listed is left out, one that cannot be looked at is told apart", async (t) => {
  const root = tree(t, { "a.jpg": "12", "b.jpg/x": "" });
  const tooLong = `${"x".repeat(300)}.jpg`;
  const { files, failed, error } = await readFileStates(root, ["vanished.jpg", "a.jpg", tooLong, "b.jpg"], signal);
  assert.deepEqual(
    files.map(({ name, sizeBytes }) => [name, sizeBytes]),
    [["a.jpg", 2]],
  );
  assert.deepEqual([...failed], [tooLong]);
  assert.equal((error as NodeJS.ErrnoException).code, "ENAMETOOLONG");
});

test("only the absence of a file says that it is gone", () => {
  const withCode = (code: string) => Object.assign(new Error(code), { code });
  assert.deepEqual(["ENOENT", "ENOTDIR"].map(withCode).map(isGone), [true, true]);
  for (const code of ["EACCES", "EPERM", "EMFILE", "ENFILE", "EIO", "ESTALE", "ENAMETOOLONG", "ELOOP", "ETIMEDOUT"]) {
    assert.equal(isGone(withCode(code)), false, code);
  }
});
