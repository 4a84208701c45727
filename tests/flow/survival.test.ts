// Stories of things that go wrong around the daemon: kill -9, unplugged folders, a second daemon, a broken database.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Folder, FolderList } from "../../shared/api.ts";
import { OFFLINE, startDaemon, until } from "../helpers/daemon.ts";
import { directory, manyPictures, picture, tree } from "../helpers/pictures.ts";

/** Of util-linux. */
const SETPRIV = "/usr/bin/setpriv";
const MAIN = new URL("../../daemon/main.ts", import.meta.url).pathname;

/** Runs the daemon until it ends by itself; resolves with its exit code and what it said. */
async function failingStart(
  home: string,
  env: NodeJS.ProcessEnv = {},
): Promise<{ exitCode: number | null; said: string }> {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, ...OFFLINE, REMEME_HOME: home, REMEME_PORT: "0", REMEME_LOG_LEVEL: "silent", ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  await once(child, "close");
  return { exitCode: child.exitCode, said };
}

async function errorOf(
  home: string,
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: string; message: string; hint?: string }> {
  const { exitCode, said } = await failingStart(home, env);
  assert.equal(exitCode, 1, said);
  return JSON.parse(said.trim().split("\n").at(-1) ?? "").error;
}

async function home(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "rememe-home-"));
  t.after(() => rm(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

test("2: after kill -9 of the daemon in the middle, a new one finishes: every picture once, no thumbnail missing", async (t) => {
  const root = await manyPictures(t, 60);
  const where = await home(t);
  const first = await startDaemon(t, { home: where, folders: [root] });
  await until("some are done", async () => (await first.status()).counts.images > 5);
  await first.kill();
  const second = await startDaemon(t, { home: where });
  const { counts } = await second.waitIdle();
  assert.deepEqual(counts, { folders: 1, files: 60, images: 60, pending: 0, failed: 0, inCloud: 0 });
  const { hits } = await second.search("", 60);
  for (const { image } of hits) assert.equal((await second.api(image.thumbnailUrl)).status, 200);
});

test("1: what happened while nobody watched is found by the next scan", async (t) => {
  const root = await tree(await directory(t), {
    "stays.png": await picture({ colour: "red", seed: 1 }),
    "goes.png": await picture({ colour: "green", seed: 2 }),
    "moves.png": await picture({ colour: "blue", seed: 3 }),
  });
  const where = await home(t);
  const first = await startDaemon(t, { home: where, folders: [root] });
  await first.waitIdle();
  await first.stop();
  await rm(join(root, "goes.png"));
  await rename(join(root, "moves.png"), join(root, "moved.png"));
  await tree(root, { "deep/new.png": await picture({ colour: "yellow", seed: 4 }) });
  const second = await startDaemon(t, { home: where });
  await until("the scan has found it all", async () => (await second.names("yellow")).includes("new.png"));
  const { counts } = await second.waitIdle();
  assert.deepEqual([counts.files, counts.images, counts.failed], [3, 3, 0]);
  assert.deepEqual(new Set(await second.names("")), new Set(["stays.png", "moved.png", "new.png"]));
});

/** Process ids of the daemon's children. */
async function children(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, "utf8").catch(() => "")),
  );
  return lists.join(" ").trim().split(/\s+/).filter(Boolean).map(Number);
}

test("kill -9 of the worker in the middle costs nothing but a moment", {
  skip: process.platform !== "linux",
}, async (t) => {
  const root = await manyPictures(t, 40);
  const daemon = await startDaemon(t, { folders: [root] });
  let kills = 0;
  await until("it is done in spite of the kills", async () => {
    const { counts } = await daemon.status();
    if (counts.images > kills * 10 && counts.images < 38) {
      for (const pid of await children(daemon.process.pid ?? 0)) process.kill(pid, "SIGKILL");
      kills++;
    }
    return counts.pending === 0 && counts.images > 0;
  });
  const { counts } = await daemon.waitIdle();
  assert.ok(kills > 0);
  assert.deepEqual([counts.images, counts.failed], [40, 0]);
});

test("5: an unplugged folder keeps its pictures, marked offline, and is picked up again when it is back", async (t) => {
  const base = await directory(t);
  const root = join(base, "disk");
  await tree(root, { "cat.png": await picture({ colour: "red" }) });
  const daemon = await startDaemon(t, { folders: [root] });
  await daemon.waitIdle();
  await rename(root, join(base, "elsewhere"));
  await daemon.post("/v1/rescan");
  await until("it is offline", async () => (await daemon.search("cat")).hits[0]?.image.offline === true);
  const { folders } = await daemon.get<FolderList>("/v1/folders");
  assert.equal(folders[0]?.state, "offline");
  const [hit] = (await daemon.search("cat")).hits;
  assert.equal((await daemon.api(`/v1/images/${hit?.image.id}/thumbnail`)).status, 200);
  const original = await daemon.api(`/v1/images/${hit?.image.id}/file`);
  assert.equal((await original.json()).error.code, "folder-offline");

  await tree(join(base, "elsewhere"), { "dog.png": await picture({ colour: "blue" }) });
  await rename(join(base, "elsewhere"), root);
  await until("it is back, with what was added meanwhile", async () => {
    const names = await daemon.names("");
    return names.includes("dog.png") && (await daemon.search("cat")).hits[0]?.image.offline === false;
  });
});

test("unreadable files are failures that are tried again; unreadable folders keep what is known", async (t) => {
  // Root reads everything, unless that right is taken away.
  const isRoot = process.getuid?.() === 0;
  if (isRoot && !existsSync(SETPRIV)) return t.skip("root reads everything, and there is no setpriv here");
  const through = isRoot ? [SETPRIV, "--bounding-set", "-dac_override,-dac_read_search"] : [];
  const root = await tree(await directory(t), {
    "secret.png": await picture(),
    "sub/known.png": await picture({ seed: 2 }),
  });
  await chmod(join(root, "secret.png"), 0);
  const daemon = await startDaemon(t, { folders: [root], through });
  await daemon.waitIdle();
  const { failures } = await daemon.get<{ failures: { reason: string; retryAtMs: number | null }[] }>("/v1/failures");
  assert.equal(failures[0]?.reason, "permission-denied");
  assert.notEqual(failures[0]?.retryAtMs, null);
  await chmod(join(root, "sub"), 0);
  await daemon.post("/v1/rescan");
  await daemon.waitIdle();
  const [known] = await daemon.names("known");
  await chmod(join(root, "sub"), 0o700);
  assert.equal(known, "known.png");
  await chmod(join(root, "secret.png"), 0o600);
  await daemon.post("/v1/failures/retry", {});
  await until("it is found", async () => (await daemon.names("secret"))[0] === "secret.png");
});

test("folders that cannot be watched are refused with a code and a next step", async (t) => {
  const root = await tree(await directory(t), {
    "inside/a.png": await picture(),
    "file.png": await picture({ seed: 1 }),
  });
  const daemon = await startDaemon(t, { folders: [join(root, "inside")] });
  const refused = async (path: string) => {
    const response = await daemon.api("/v1/folders", {
      method: "POST",
      body: JSON.stringify({ path }),
      headers: { "content-type": "application/json" },
    });
    return (await response.json()).error?.code;
  };
  assert.equal(await refused(join(root, "nowhere")), "folder-missing");
  assert.equal(await refused(join(root, "file.png")), "folder-not-a-directory");
  assert.equal(await refused(join(root, "inside")), "folder-exists");
  assert.equal(await refused("/"), "folder-forbidden");
  assert.equal(await refused("relative/path"), "bad-request");
  await daemon.waitIdle();
  const parent = await daemon.post<Folder>("/v1/folders", { path: root });
  assert.equal(await refused(join(root, "inside")), "folder-inside");
  const { counts } = await daemon.waitIdle();
  assert.deepEqual([counts.folders, counts.images], [1, 2]);
  const removed = await daemon.api(`/v1/folders/${parent.id}`, { method: "DELETE" });
  assert.ok(removed.ok);
  assert.equal((await daemon.status()).counts.images, 0);
  assert.ok((await readdir(root)).includes("file.png"), "pictures on disk are never touched");
});

test("a second daemon on the same library is refused", async (t) => {
  const first = await startDaemon(t);
  assert.equal((await errorOf(first.home)).code, "already-running");
  assert.equal((await first.api("/v1/status")).status, 200);
});

test("a port that is taken is named, with the way out", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const error = await errorOf(await home(t), { REMEME_PORT: String(port) });
  assert.equal(error.code, "port-taken");
  assert.match(error.hint ?? "", /port/);
});

test("a database that is none is refused, not overwritten", async (t) => {
  const where = await home(t);
  const garbage = "this was a database once".repeat(100);
  await writeFile(join(where, "library.db"), garbage);
  const error = await errorOf(where);
  assert.equal(error.code, "database-corrupt");
  assert.match(error.hint ?? "", /library\.db/);
  assert.equal(await readFile(join(where, "library.db"), "utf8"), garbage);
});

test("an unknown setting and a broken model stop the start with a message", async (t) => {
  const where = await home(t);
  await writeFile(join(where, "config.json"), '{"modle": "auto"}');
  assert.equal((await errorOf(where)).code, "config-invalid");
  await rm(join(where, "config.json"));
  assert.equal((await errorOf(where, { REMEME_MODEL: "/nonexistent/model" })).code, "model-invalid");
});

test("8: SIGTERM ends daemon and children, also while indexing", async (t) => {
  const daemon = await startDaemon(t, { folders: [await manyPictures(t, 30)] });
  await until("it is indexing", async () => (await daemon.status()).activity === "indexing");
  const family = process.platform === "linux" ? await children(daemon.process.pid ?? 0) : [];
  assert.equal(await daemon.stop(), 0, daemon.log());
  await until("the children are gone", async () => {
    return family.every((pid) => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    });
  });
  assert.deepEqual((await readdir(daemon.home)).includes("daemon.json"), false);
});

test("10: sources are never written to", async (t) => {
  const root = await manyPictures(t, 5);
  const before = await readdir(root);
  const daemon = await startDaemon(t, { folders: [root] });
  await daemon.waitIdle();
  await daemon.stop();
  assert.deepEqual(await readdir(root), before);
});

test("after three crashes it only searches and says why, until it is told to go on", async (t) => {
  const root = await tree(await directory(t), { "red-car.png": await picture({ colour: "red" }) });
  const where = await home(t);
  const env = { REMEME_SAFE_MODE: "auto" };
  const first = await startDaemon(t, { home: where, env, folders: [root] });
  await first.waitIdle();
  await first.kill();
  for (let crashes = 1; crashes < 3; crashes++) {
    const daemon = await startDaemon(t, { home: where, env });
    assert.deepEqual((await daemon.status()).notices, [], `after ${crashes}`);
    await daemon.kill();
  }
  await writeFile(join(root, "blue-car.png"), await picture({ colour: "blue" }));
  const safe = await startDaemon(t, { home: where, env });
  const { activity, paused, notices } = await safe.status();
  assert.deepEqual([activity, paused], ["paused", true]);
  assert.match(notices.join(), /crashed 3 times.*rememe resume/);
  assert.deepEqual(await safe.names("car"), ["red-car.png"]);
  await safe.post("/v1/resume");
  await until("the new picture is found", async () => (await safe.names("car")).length === 2);
  assert.deepEqual((await safe.waitIdle()).notices, []);
  assert.equal(await safe.stop(), 0);
  const next = await startDaemon(t, { home: where, env });
  assert.equal((await next.status()).paused, false);
});

test("compiled code is kept for the next start, where only its owner can write", async (t) => {
  const directory = await home(t);
  const cache = join(directory, "cache/compiled");
  const env = { NODE_DISABLE_COMPILE_CACHE: undefined };
  for (const at of ["first", "second"]) {
    const daemon = await startDaemon(t, { home: directory, env });
    assert.equal((await daemon.search("")).hits.length, 0, at);
    assert.equal(await daemon.stop(), 0);
    assert.equal((await stat(cache)).mode & 0o077, 0);
    const files = await readdir(cache, { recursive: true });
    assert.ok(files.length > 100, `${files.length} files after the ${at} start`);
  }
});
