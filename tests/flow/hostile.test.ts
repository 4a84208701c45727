// Stories of what a hostile or unlucky surrounding does: links put in the way, hanging and greedy decoders, folders that vanish.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import type { FailureList, FolderList } from "../../shared/api.ts";
import { startDaemon, type TestDaemon, until } from "../helpers/daemon.ts";
import { directory, manyPictures, picture, tree } from "../helpers/pictures.ts";

const FAST = { REMEME_OCR: "false" };
const onLinux = { skip: process.platform !== "linux" && "looks into /proc" };

/** The daemon's indexing worker, when it runs. */
async function workerOf(daemon: TestDaemon): Promise<number | null> {
  for (const pid of await childrenOf(daemon.process.pid ?? 0)) {
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (command.split("\0").includes("index")) return pid;
  }
  return null;
}

async function childrenOf(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, "utf8").catch(() => "")),
  );
  return lists.join(" ").trim().split(/\s+/).filter(Boolean).map(Number);
}

async function reasons(daemon: TestDaemon): Promise<Record<string, string>> {
  const { failures } = await daemon.get<FailureList>("/v1/failures?limit=60");
  return Object.fromEntries(failures.map(({ path, reason }) => [path.slice(path.lastIndexOf("/") + 1), reason]));
}

test("9: a directory replaced by a link does not lead the API to files outside of the folder", async (t) => {
  const root = await tree(await directory(t), { "trip/cat.png": await picture({ colour: "red" }) });
  const outside = await tree(await directory(t), { "cat.png": "top secret" });
  const daemon = await startDaemon(t, { folders: [root], env: FAST });
  await daemon.waitIdle();
  const [hit] = (await daemon.search("cat")).hits;
  await rename(join(root, "trip"), join(root, "elsewhere"));
  await symlink(outside, join(root, "trip"));
  const answer = await daemon.api(`/v1/images/${hit?.image.id}/file`);
  assert.doesNotMatch(await answer.text(), /secret/);
});

test("a search by picture takes absolute paths of files, and nothing that never ends", async (t) => {
  const root = await directory(t);
  execFileSync("mkfifo", [join(root, "pipe.png")]);
  await symlink("loop.png", join(root, "loop.png"));
  const daemon = await startDaemon(t, { env: FAST });
  const expected: Record<string, string> = {
    "package.json": "bad-request",
    "../x.png": "bad-request",
    "~/x.png": "bad-request",
    "/dev/zero": "bad-request",
    [join(root, "pipe.png")]: "bad-request",
    [root]: "bad-request",
    [join(root, "loop.png")]: "bad-request",
    [join(root, "none.png")]: "file-missing",
    "/etc/passwd": "unsupported-image",
  };
  for (const [path, code] of Object.entries(expected)) {
    const answer = await daemon.api("/v1/similar", {
      method: "POST",
      body: JSON.stringify({ path }),
      headers: { "content-type": "application/json" },
    });
    const { error } = await answer.json();
    assert.equal(error.code, code, path);
    if (code === "file-missing") assert.match(error.hint, /misspelt/);
  }
});

test(
  "a worker that hangs is ended after the time limit, and everything in it is indexed by the next one",
  onLinux,
  async (t) => {
    const root = await manyPictures(t, 40);
    const env = { ...FAST, REMEME_PICTURE_TIMEOUT_SECONDS: "3" };
    const daemon = await startDaemon(t, { folders: [root], env });
    const pid = await until("the worker runs", async () => {
      const { counts } = await daemon.status();
      return counts.images > 3 && counts.pending > 10 ? workerOf(daemon) : null;
    });
    process.kill(pid, "SIGSTOP");
    const { counts } = await daemon.waitIdle();
    assert.deepEqual([counts.images, counts.failed], [40, 0]);
  },
);

test("a picture that eats memory is refused with the reason, and its neighbours are indexed", async (t) => {
  const blank = { create: { width: 12_000, height: 12_000, channels: 3, background: "red" } } as const;
  const greedy = await sharp({ ...blank, limitInputPixels: false })
    .png({ progressive: true, compressionLevel: 1 })
    .toBuffer();
  const root = await manyPictures(t, 8);
  await tree(root, { "greedy.png": greedy });
  const env = { ...FAST, REMEME_WORKER_MEMORY_MEGABYTES: "400" };
  const daemon = await startDaemon(t, { folders: [root], env });
  const { counts } = await daemon.waitIdle();
  assert.deepEqual([counts.images, counts.failed], [8, 1]);
  assert.deepEqual(await reasons(daemon), { "greedy.png": "too-much-memory" });
});

test("a folder that vanishes while it is scanned and read leaves nothing behind", async (t) => {
  const root = await tree(await directory(t), { "stays.png": await picture({ colour: "red" }) });
  const daemon = await startDaemon(t, { folders: [root], env: FAST });
  const files = await Promise.all(Array.from({ length: 40 }, (_, i) => picture({ colour: "blue", seed: i + 1 })));
  for (let round = 0; round < 3; round++) {
    await tree(root, Object.fromEntries(files.map((bytes, i) => [`sub/${round}-${i}.png`, bytes])));
    await until("some of it is seen", async () => (await daemon.status()).counts.files > 5);
    await rm(join(root, "sub"), { recursive: true });
    await until("it is seen to be gone", async () => (await daemon.status()).counts.files === 1);
  }
  const { counts } = await daemon.waitIdle();
  assert.deepEqual([counts.files, counts.images, counts.failed], [1, 1, 0]);
});

test("names of every kind are found and served; links, pipes and directories named like pictures are left alone", async (t) => {
  const names = [
    "new\nline.png",
    "emoji 😀🏳️‍🌈.png",
    "e\u0301-nfd.png",
    "\u00e9-nfc.png",
    "q\"uo'te.png",
    "back\\slash.png",
  ];
  names.push(
    `${"a".repeat(251)}.png`,
    `${"😀".repeat(62)}.png`,
    " lead.png",
    "-rf.png",
    "%41.png",
    "#x?y.png",
    "\u202egnp.png",
  );
  const pictures = await Promise.all(names.map(async (name, i) => [name, await picture({ seed: i + 1 })] as const));
  const root = await tree(await directory(t), { ...Object.fromEntries(pictures), "dir.png/inside.txt": "" });
  await symlink("/etc/passwd", join(root, "link.png"));
  await symlink("self.png", join(root, "self.png"));
  await symlink(root, join(root, "loop"));
  const daemon = await startDaemon(t, { folders: [root], env: FAST });
  const { counts } = await daemon.waitIdle();
  assert.deepEqual([counts.files, counts.images, counts.failed], [names.length, names.length, 0]);
  for (const { image } of (await daemon.search("", 60)).hits) {
    const served = Buffer.from(await (await daemon.api(`/v1/images/${image.id}/file`)).arrayBuffer());
    assert.ok(served.equals(await readFile(join(root, image.name))), JSON.stringify(image.name));
  }
});

test("folders inside one another that are added at the same moment become one", async (t) => {
  const root = await tree(await directory(t), { "sub/deep/cat.png": await picture({ colour: "red" }) });
  const daemon = await startDaemon(t, { env: FAST });
  const paths = [root, join(root, "sub"), join(root, "sub/deep"), root, join(root, "sub")];
  await Promise.allSettled(paths.map((path) => daemon.addFolder(path)));
  const { folders } = await daemon.get<FolderList>("/v1/folders");
  for (const { path } of folders) {
    assert.ok(!folders.some((other) => path.startsWith(`${other.path}/`)), JSON.stringify(folders));
  }
  await daemon.addFolder(root).catch(() => {});
  const { counts } = await daemon.waitIdle();
  assert.deepEqual([counts.folders, counts.files, counts.images], [1, 1, 1]);
});
