// Stories of looking after the library: what a crash or a power cut broke is mended, and a backup brings everything back.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmod, copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { CheckAnswer } from "../../shared/api.ts";
import { OFFLINE, startDaemon, type TestDaemon, until } from "../helpers/daemon.ts";
import { directory, manyPictures } from "../helpers/pictures.ts";

const CLI = new URL("../../daemon/cli/main.ts", import.meta.url).pathname;
const FAST = { REMEME_OCR: "false" };

async function rememe(home: string, ...args: string[]): Promise<{ exitCode: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, ...OFFLINE, REMEME_HOME: home } });
  let out = "";
  let err = "";
  child.stdout.on("data", (text) => {
    out += text;
  });
  child.stderr.on("data", (text) => {
    err += text;
  });
  await new Promise((resolve) => child.once("close", resolve));
  return { exitCode: child.exitCode, out, err };
}

async function temporaryHome(t: TestContext): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "rememe-home-"));
  t.after(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  return home;
}

async function thumbnails(daemon: TestDaemon): Promise<string[]> {
  const names = await readdir(join(daemon.home, "thumbnails"), { recursive: true });
  return names.filter((name) => name.endsWith(".jpg")).map((name) => join(daemon.home, "thumbnails", name));
}

test("check makes lost and empty thumbnails again, and then finds nothing to do", async (t) => {
  const root = await manyPictures(t, 12);
  const daemon = await startDaemon(t, { folders: [root], env: FAST });
  await daemon.waitIdle();
  const [lost = "", empty = ""] = await thumbnails(daemon);
  await rm(lost);
  await writeFile(empty, "");

  const looked = await rememe(daemon.home, "check", "--dry-run", "--json");
  assert.equal(looked.exitCode, 3, looked.err);
  assert.deepEqual(
    (JSON.parse(looked.out) as CheckAnswer).findings.map(({ kind, count, done }) => [kind, count, done]),
    [["missing-thumbnails", 2, null]],
  );
  const mended = await rememe(daemon.home, "check");
  assert.equal(mended.exitCode, 0);
  assert.match(mended.out, /12 pictures checked[\s\S]*2 +Pictures without a thumbnail\. +They are read again\./);
  await daemon.waitIdle();
  for (const path of [lost, empty]) assert.ok((await stat(path)).size > 100, path);
  assert.match((await rememe(daemon.home, "check")).out, /12 pictures checked in .*: all is well\./);
  assert.equal((await daemon.status()).counts.images, 12);
});

test("a backup taken while pictures are indexed is whole; restored, it searches, and check completes it", async (t) => {
  const root = await manyPictures(t, 30);
  const daemon = await startDaemon(t, { folders: [root], env: FAST });
  const file = join(await directory(t), "backup.db");
  const taken = await rememe(daemon.home, "backup", file, "--json");
  assert.equal(taken.exitCode, 0, taken.err);
  assert.deepEqual(JSON.parse(taken.out), { path: file, sizeBytes: (await stat(file)).size });
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const again = await rememe(daemon.home, "backup", file);
  assert.deepEqual(
    [again.exitCode, /is there already.*Choose another name/s.test(again.err)],
    [1, true],
    "nothing is replaced",
  );
  await daemon.waitIdle();
  assert.deepEqual(
    (await readdir(daemon.home)).filter((name) => name.startsWith("backup")),
    [],
  );
  await daemon.stop();

  const home = await temporaryHome(t);
  await copyFile(file, join(home, "library.db"));
  const restored = await startDaemon(t, { home, env: FAST });
  await restored.waitIdle();
  await restored.post("/v1/check");
  const { counts } = await restored.waitIdle();
  assert.deepEqual([counts.images, counts.pending, counts.failed], [30, 0, 0]);
  for (const { image } of (await restored.search("", 60)).hits) {
    assert.equal((await restored.api(image.thumbnailUrl)).status, 200);
  }
});

test("after a crash the library is checked by itself: what the power cut took is made again", async (t) => {
  const root = await manyPictures(t, 12);
  const daemon = await startDaemon(t, { folders: [root], env: FAST });
  await daemon.waitIdle();
  const [empty = ""] = await thumbnails(daemon);
  await daemon.kill();
  await writeFile(empty, "");
  await startDaemon(t, { home: daemon.home, env: FAST });
  await until("it is made again", async () => (await stat(empty)).size > 100);
});

test("a backup that cannot be written says why, and leaves nothing behind", async (t) => {
  const daemon = await startDaemon(t, { env: FAST });
  const target = await directory(t);
  const nowhere = await rememe(daemon.home, "backup", join(target, "no", "such", "x.db"));
  assert.deepEqual([nowhere.exitCode, /cannot be written/.test(nowhere.err)], [1, true], nowhere.err);
  if (process.getuid?.() !== 0) {
    await chmod(target, 0o500);
    assert.equal((await rememe(daemon.home, "backup", join(target, "x.db"))).exitCode, 1);
    await chmod(target, 0o700);
  }
  assert.deepEqual(await readdir(target), []);
  assert.ok((await readFile(join(daemon.home, "library.db"))).length > 0);
});
