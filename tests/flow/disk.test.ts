// Stories of the disk that holds the library: full, read-only, and giving back other bytes than were written.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import Database from "better-sqlite3";
import type { ErrorBody } from "../../shared/api.ts";
import { startDaemon, until } from "../helpers/daemon.ts";
import { manyPictures, picture, tree } from "../helpers/pictures.ts";

const FAST = { REMEME_OCR: "false" };

/** A directory that mount() may cover; uncovered and removed when the test ends. */
async function mountPoint(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "rememe-disk-"));
  t.after(async () => {
    mount("umount", "-l", path);
    await chmod(path, 0o700);
    await rm(path, { recursive: true, force: true, maxRetries: 5 });
  });
  return path;
}

/** False where it is not allowed: only root on Linux may. */
function mount(command: "mount" | "umount", ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

test("a full disk: nothing is lost, searches are answered, the status says why, and it goes on by itself", async (t) => {
  const home = await mountPoint(t);
  if (!mount("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", home)) {
    return t.skip("only root on Linux can mount a small disk");
  }
  const root = await manyPictures(t, 120);
  const daemon = await startDaemon(t, { home, folders: [root], env: FAST });
  await until("the status says why", async () => /disk is full/i.test((await daemon.status()).notices[0] ?? ""));
  const full = await daemon.status();
  assert.ok(full.counts.pending > 0 && full.counts.failed === 0, JSON.stringify(full.counts));
  assert.equal((await daemon.search("red")).hits.length > 0, full.counts.images > 0);
  const refused = await daemon.api("/v1/backup");
  assert.equal(((await refused.json()) as ErrorBody).error.code, "disk-full");
  mount("mount", "-o", "remount,size=200m", home);
  await daemon.post("/v1/resume");
  const { counts } = await daemon.waitIdle();
  assert.deepEqual([counts.images, counts.pending, counts.failed], [120, 0, 0]);
  assert.equal((await daemon.post<{ healthy: boolean }>("/v1/check")).healthy, true);
});

test("a library that may not be written stops the start, with the reason", async (t) => {
  const where = await mountPoint(t);
  const first = await startDaemon(t, { home: where, env: FAST });
  await first.stop();
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) {
    await chmod(join(where, "library.db"), 0o400);
    await chmod(where, 0o500);
  } else if (!mount("mount", "--bind", where, where) || !mount("mount", "-o", "remount,ro,bind", where)) {
    return t.skip("root writes everywhere, and may not mount here");
  }
  await assert.rejects(startDaemon(t, { home: where, env: FAST }), /"code":"database-unusable"/);
});

/** What SQLite holds in memory is read again once somebody else has written to the file. */
function forgetCachedPages(path: string): void {
  const other = new Database(path);
  other.pragma(`user_version = ${other.pragma("user_version", { simple: true })}`);
  other.close();
}

test("a library that is damaged while it is open: errors say so, and the daemon goes on answering", async (t) => {
  const root = await manyPictures(t, 60);
  const daemon = await startDaemon(t, { folders: [root], env: FAST });
  await daemon.waitIdle();
  await daemon.stop();
  const again = await startDaemon(t, { home: daemon.home, env: FAST });
  await again.waitIdle();
  const path = join(daemon.home, "library.db");
  const { size } = await stat(path);
  const file = await open(path, "r+");
  await file.write(Buffer.alloc(size - 16_384, 0xa5), 0, size - 16_384, 16_384);
  await file.close();
  forgetCachedPages(path);
  await tree(root, { "late.png": await picture({ colour: "blue", seed: 99 }) });
  await until("somebody is told", async () => {
    const answers = await Promise.all(
      ["/v1/search?q=blue", "/v1/failures", "/v1/folders"].map((path) => again.api(path)),
    );
    const codes = await Promise.all(
      answers.map(async (answer) => ((await answer.json()) as Partial<ErrorBody>).error?.code),
    );
    return codes.includes("database-corrupt");
  });
  await again.api("/v1/rescan", { method: "POST" });
  await until("the timers have met the damage", async () => /probing the folders failed/.test(again.log()));
  assert.equal((await again.api("/v1/health")).status, 200);
  assert.equal(again.process.exitCode, null);
  await again.stop();
});
