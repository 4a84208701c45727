import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { PictureProblem } from "../../../daemon/worker/problem.ts";
import { type ExpectedFile, FileChanged, FileGone, readFileWhole } from "../../../daemon/worker/read-file.ts";
import { directory } from "../../helpers/pictures.ts";

async function file(t: import("node:test").TestContext, content: string): Promise<ExpectedFile> {
  const path = join(await directory(t), "a.png");
  await writeFile(path, content);
  return expected(path);
}

async function expected(path: string): Promise<ExpectedFile> {
  const { size, mtimeNs } = await stat(path, { bigint: true });
  return { path, sizeBytes: Number(size), modifiedNs: mtimeNs };
}

const reason = (wanted: string) => (error: unknown) => error instanceof PictureProblem && error.reason === wanted;

test("gives the bytes and their SHA-256", async (t) => {
  const { bytes, contentHash } = await readFileWhole(await file(t, "hello"), 1000);
  assert.equal(bytes.toString(), "hello");
  assert.equal(contentHash, createHash("sha256").update("hello").digest("hex"));
});

test("3: a file that is not what the scanner saw is not read", async (t) => {
  const seen = await file(t, "hello");
  await truncate(seen.path, 2);
  await assert.rejects(readFileWhole(seen, 1000), FileChanged);
  await rm(seen.path);
  await assert.rejects(readFileWhole(seen, 1000), FileGone);
});

test("empty and too large files have a reason", async (t) => {
  await assert.rejects(readFileWhole(await file(t, ""), 1000), reason("empty-file"));
  await assert.rejects(readFileWhole(await file(t, "x".repeat(1001)), 1000), reason("too-large"));
});

test("a pipe or a directory in the file's place is a change, and nothing hangs", async (t) => {
  const seen = await file(t, "hello");
  await rm(seen.path);
  execFileSync("mkfifo", [seen.path]);
  await assert.rejects(readFileWhole(seen, 1000), FileChanged);
  await assert.rejects(readFileWhole({ ...seen, path: join(seen.path, "..") }, 1000), FileChanged);
});
