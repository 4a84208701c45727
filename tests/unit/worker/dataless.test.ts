import assert from "node:assert/strict";
import { chmod, lstat, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { isDataless } from "../../../daemon/worker/dataless.ts";
import { directory } from "../../helpers/pictures.ts";

/** A file with a size and nothing on the disk, and a `find` that answers this. */
async function emptyShell(t: TestContext, answer: string) {
  const home = await directory(t);
  const path = join(home, "picture.heic");
  await writeFile(path, "");
  await truncate(path, 5_000);
  const find = join(home, "find");
  await writeFile(find, `#!/bin/sh\necho "$@" > "${home}/asked"\n${answer}\n`);
  await chmod(find, 0o755);
  const stats = await lstat(path, { bigint: true });
  return { home, path, find, stats, asked: () => readFile(join(home, "asked"), "utf8").catch(() => "nobody") };
}

test("find has the last word on a file without blocks", async (t) => {
  const { path, find, stats, asked } = await emptyShell(t, 'echo "$1"');
  assert.equal(await isDataless(path, stats, "darwin", find), true);
  assert.equal((await asked()).trim(), `${path} -maxdepth 0 -flags +dataless`);
  const other = await emptyShell(t, "true");
  assert.equal(await isDataless(other.path, other.stats, "darwin", other.find), false);
});

test("when find cannot tell, nothing is fetched", async (t) => {
  const { path, stats } = await emptyShell(t, "exit 1");
  assert.equal(await isDataless(path, stats, "darwin", "/no/find"), true);
});

test("nobody asks about files that are there, empty ones, or on other systems", async (t) => {
  const { path, find, stats, asked } = await emptyShell(t, 'echo "$1"');
  assert.equal(await isDataless(path, stats, "linux", find), false);
  assert.equal(await isDataless(path, { size: 0n, blocks: 0n }, "darwin", find), false);
  assert.equal(await isDataless(path, { size: 5n, blocks: 8n }, "darwin", find), false);
  assert.equal(await asked(), "nobody");
});
