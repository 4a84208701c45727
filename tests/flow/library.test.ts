// Stories of a library that changes, told to the real daemon.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFile, link, mkdir, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import sharp from "sharp";
import { findVideoPrograms } from "../../daemon/video-programs.ts";
import type { CheckAnswer, ExportAnswer, FailureList, FolderList, ImageDetails } from "../../shared/api.ts";
import { startDaemon, type TestDaemon, until } from "../helpers/daemon.ts";
import { pdf } from "../helpers/pdf.ts";
import { clip, directory, manyPictures, picture, tree } from "../helpers/pictures.ts";
import { videoClip } from "../helpers/videos.ts";

test("pictures are found by colour words, by name, by folder, and the best comes first", async (t) => {
  const root = await tree(await directory(t), {
    "roses.png": await picture({ colour: "red" }),
    "holiday/beach.jpg": await picture({ colour: "#c2a060", top: "#3c8ce7", format: "jpeg" }),
    "cellar.webp": await picture({ colour: "#0a0a0a", format: "webp" }),
  });
  const daemon = await startDaemon(t, { folders: [root] });
  const status = await daemon.waitIdle();
  assert.deepEqual([status.counts.images, status.counts.failed], [3, 0]);
  assert.equal((await daemon.names("red"))[0], "roses.png");
  assert.equal((await daemon.names("dark"))[0], "cellar.webp");
  assert.equal((await daemon.names("blue sky"))[0], "beach.jpg");
  assert.equal((await daemon.names("bea"))[0], "beach.jpg");
  assert.equal((await daemon.names("holiday"))[0], "beach.jpg");
  const misspelt = await daemon.search("rosess");
  assert.deepEqual(misspelt.reading, [{ text: "rosess", kind: "spelling", meaning: "searched for “roses” as well" }]);
  const [hit] = (await daemon.search("roses")).hits;
  assert.ok(hit?.why.some((reason) => reason.kind === "text" && reason.field === "name"));
});

test("nothing typed: what turns words into a vector is made ready for those that follow", async (t) => {
  const daemon = await startDaemon(t);
  assert.equal(queryEncoderOf(daemon), null);
  assert.equal((await daemon.search("")).hits.length, 0);
  await until("the query encoder runs", async () => queryEncoderOf(daemon));
});

test("who searched before a restart need not wait for the query encoder after it, which loads nothing but what words need", async (t) => {
  const first = await startDaemon(t);
  await first.search("red");
  await first.stop();
  const daemon = await startDaemon(t, { home: first.home });
  const pid = await until("the query encoder runs without having been asked", async () => queryEncoderOf(daemon));
  await daemon.search("red");
  // Libraries that are loaded, where the system tells.
  const loaded = await readFile(`/proc/${pid}/maps`, "utf8").catch(() => "onnxruntime");
  assert.match(loaded, /onnxruntime/);
  assert.doesNotMatch(loaded, /vips/);
});

function queryEncoderOf(daemon: TestDaemon): number | null {
  const processes = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  const found = processes
    .map((line) => /^\s*(\d+)\s+(\d+)\s.* query /.exec(line))
    .find((match) => Number(match?.[2]) === daemon.process.pid);
  return found ? Number(found[1]) : null;
}

test("a dropped picture is found; changed, it is found as what it is now; deleted, it is gone", async (t) => {
  const root = await directory(t);
  const daemon = await startDaemon(t, { folders: [root] });
  await daemon.waitIdle();
  const path = join(root, "thing.png");
  await writeFile(path, await picture({ colour: "red" }));
  const found = (q: string) => async () => (await daemon.names(q))[0] === "thing.png";
  await until("the new picture is found", found("red"));
  await writeFile(path, await picture({ colour: "blue" }));
  await until("the changed picture is found as blue", async () => {
    const { hits } = await daemon.search("blue");
    const visual = hits[0]?.why.find((reason) => reason.kind === "visual");
    return visual?.kind === "visual" && visual.similarity > 0.3;
  });
  await rm(path);
  await until("the deleted picture is gone", async () => (await daemon.status()).counts.images === 0);
  assert.deepEqual(await daemon.names("blue"), []);
});

test("6: renaming, moving, copying, hard links and taking a removal back never embed again, and the new places are found", async (t) => {
  const root = await tree(await directory(t), { "cat.png": await picture({ colour: "green", seed: 1 }) });
  const daemon = await startDaemon(t, { folders: [root] });
  await daemon.waitIdle();
  const [before] = (await daemon.search("cat")).hits;
  assert.ok(before);
  const details = await daemon.get<ImageDetails>(`/v1/images/${before.image.id}`);

  await rename(join(root, "cat.png"), join(root, "feline.png"));
  await until("the new name is found", async () => (await daemon.names("feline"))[0] === "feline.png");
  await mkdir(join(root, "pets"));
  await rename(join(root, "feline.png"), join(root, "pets", "kitty.png"));
  await until("the new place is found", async () => (await daemon.names("pets kitty"))[0] === "kitty.png");
  await copyFile(join(root, "pets", "kitty.png"), join(root, "copy.png"));
  await until("the copy is counted", async () => (await daemon.search("copy")).hits[0]?.image.copies === 2);
  await link(join(root, "copy.png"), join(root, "same file.png"));
  await until("the hard link is counted", async () => (await daemon.search("same file")).hits[0]?.image.copies === 3);
  await rename(join(root, "pets"), join(root, "animals"));
  await until("the renamed folder is found", async () => (await daemon.names("animals")).length === 1);

  const outside = await directory(t);
  for (const name of ["animals", "copy.png", "same file.png"]) await rename(join(root, name), join(outside, name));
  await until("all files are gone", async () => (await daemon.status()).counts.images === 0);
  await rename(join(outside, "copy.png"), join(root, "copy.png"));
  await until("the picture is back", async () => (await daemon.names("copy")).length === 1);

  await daemon.waitIdle();
  const after = await daemon.get<ImageDetails>(`/v1/images/${before.image.id}`);
  assert.equal(after.indexedAtMs, details.indexedAtMs, "embedded once only");
  assert.equal((await daemon.status()).counts.images, 1);
  assert.deepEqual(await daemon.names("feline"), []);
});

test("6: other metadata in a file never embeds again; the picture keeps its marks, its text and its id, and comes back with them", async (t) => {
  const other = async (file: Buffer, words: string) =>
    sharp(file)
      .keepIccProfile()
      .withExif({ IFD0: { ImageDescription: words } })
      .png()
      .toBuffer();
  const original = await picture({ colour: "green", seed: 1 });
  const root = await tree(await directory(t), { "cat.png": original });
  const daemon = await startDaemon(t, { folders: [root] });
  await daemon.waitIdle();
  const [hit] = (await daemon.search("cat")).hits;
  assert.ok(hit);
  const { id } = hit.image;
  const before = await daemon.get<ImageDetails>(`/v1/images/${id}`);
  const marks = { favourite: true, tags: ["Pets"] };
  const answer = await daemon.api(`/v1/images/${id}`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(marks),
  });
  assert.equal(answer.status, 200);

  await writeFile(join(root, "cat.png"), await other(original, "edited in place"));
  await writeFile(join(root, "downloaded again.png"), await other(original, "from elsewhere"));
  await until("both are one picture", async () => (await daemon.search("cat")).hits[0]?.image.copies === 2);
  await daemon.waitIdle();
  assert.equal((await daemon.status()).counts.images, 1);
  const after = await daemon.get<ImageDetails>(`/v1/images/${id}`);
  assert.equal(after.indexedAtMs, before.indexedAtMs, "nothing was made anew");
  assert.deepEqual([after.favourite, after.tags], [true, ["Pets"]]);

  // The picture's row goes with the folder; what was said of it holds for the bytes that are there now.
  const [folder] = (await daemon.get<{ folders: { id: number }[] }>("/v1/folders")).folders;
  await daemon.api(`/v1/folders/${folder?.id}`, { method: "DELETE" });
  assert.equal((await daemon.status()).counts.images, 0);
  await daemon.addFolder(root);
  await daemon.waitIdle();
  const [again] = (await daemon.search("cat")).hits;
  assert.deepEqual([again?.image.favourite, again?.image.tags], [true, ["Pets"]]);
});

test("a scene in the middle of a clip is found, and the hit shows it", async (t) => {
  const root = await tree(await directory(t), {
    "clip.gif": await clip(["black", "black", "black", "red", "black", "black"]),
    "sea.png": await picture({ colour: "blue" }),
  });
  const daemon = await startDaemon(t, { folders: [root] });
  await daemon.waitIdle();
  const [hit] = (await daemon.search("red")).hits;
  assert.deepEqual([hit?.image.name, hit?.scene], ["clip.gif", { frame: 3, atMs: 300 }]);
  const colourOf = async (url: string) => {
    const response = await daemon.api(url);
    assert.equal(response.status, 200);
    const { dominant } = await sharp(await response.arrayBuffer()).stats();
    return dominant.r > 200 ? "red" : dominant.r < 50 ? "black" : "other";
  };
  assert.ok(hit);
  assert.equal(await colourOf(hit.image.thumbnailUrl), "red");
  assert.equal(await colourOf(`/v1/images/${hit.image.id}/thumbnail`), "black");
  const [first] = (await daemon.search("dark")).hits;
  assert.deepEqual([first?.image.name, first?.scene], ["clip.gif", null]);

  await rm(join(root, "clip.gif"));
  await until("the clip is gone", async () => (await daemon.names("red"))[0] !== "clip.gif");
});

test("of a PDF file the first page is found by its text and its looks, and given to paste as PNG, unless PDF files are not wanted", async (t) => {
  const root = await tree(await directory(t), {
    "sea.png": await picture({ colour: "blue" }),
    "bill.pdf": pdf({ lines: ["Ducks are yellow", "and they float"], drawing: "1 0 0 rg 0 0 300 300 re f" }),
    "broken.pdf": "%PDF-1.4, and then nothing",
  });
  const daemon = await startDaemon(t, { folders: [root] });
  const { counts } = await daemon.waitIdle();
  assert.deepEqual([counts.images, counts.failed], [2, 1]);
  assert.equal((await daemon.names("red"))[0], "bill.pdf");
  const [hit] = (await daemon.search('"yellow and they"')).hits;
  assert.equal(hit?.image.name, "bill.pdf");
  const [reason] = hit.why;
  assert.ok(reason?.kind === "text" && reason.boxes.length > 0);
  assert.deepEqual(await daemon.names("type:pdf"), ["bill.pdf"]);
  assert.deepEqual(await daemon.names("-type:pdf"), ["sea.png"]);
  const exported = await daemon.post<ExportAnswer>(`/v1/images/${hit.image.id}/export`, { as: "png" });
  assert.equal(exported.mediaType, "image/png");
  assert.equal((await sharp(exported.path).metadata()).height, 1_600);
  // No browser may take it for a document of the page's own.
  const original = await daemon.api(`/v1/images/${hit.image.id}/file`);
  assert.equal(original.headers.get("content-type"), "application/octet-stream");
  assert.match(original.headers.get("content-disposition") ?? "", /^attachment/);
  const { home } = daemon;
  await daemon.stop();

  const without = await startDaemon(t, { home, env: { REMEME_PDFS: "false" } });
  await until("the PDF file is no picture any more", async () => (await without.status()).counts.files === 1);
});

test("videos are found by their scenes where there is ffmpeg, played by the page, and left out otherwise", async (t) => {
  const programs = findVideoPrograms();
  if (!programs) return t.skip("no ffmpeg here");
  const root = await tree(await directory(t), { "sea.png": await picture({ colour: "blue" }) });
  const path = join(root, "holiday 🎬.mp4");
  if (!videoClip(programs, path, ["black", "black", "red", "black", "black"])) return t.skip("ffmpeg has no encoder");
  await writeFile(join(root, "broken.mov"), "no video at all");
  const daemon = await startDaemon(t, { folders: [root] });
  const { counts } = await daemon.waitIdle();
  assert.deepEqual([counts.images, counts.failed], [2, 1]);
  const { failures } = await daemon.get<FailureList>("/v1/failures");
  assert.deepEqual([failures[0]?.stage, failures[0]?.reason], ["decode", "broken-video"]);
  const [hit] = (await daemon.search("red")).hits;
  assert.deepEqual([hit?.image.name, hit?.scene], ["holiday 🎬.mp4", { frame: null, atMs: 2_500 }]);
  assert.deepEqual(await daemon.names("type:video"), ["holiday 🎬.mp4"]);
  assert.deepEqual(await daemon.names("-type:video"), ["sea.png"]);
  const part = await daemon.api(`/v1/images/${hit?.image.id}/file`, { headers: { range: "bytes=0-99" } });
  assert.deepEqual([part.status, part.headers.get("content-type")], [206, "video/mp4"]);
  const { home } = daemon;
  await daemon.stop();

  const without = await startDaemon(t, { home, env: { REMEME_VIDEOS: "false" } });
  await until("the video is no picture any more", async () => (await without.status()).counts.files === 1);
});

test("a burst of 500 pictures is indexed completely, each once", async (t) => {
  const root = await directory(t);
  const daemon = await startDaemon(t, { folders: [root], env: { REMEME_OCR: "false" } });
  await daemon.waitIdle();
  const all = await Promise.all(
    Array.from({ length: 500 }, (_, i) =>
      picture({ width: 64, height: 48, colour: `rgb(${i % 250},${i < 250 ? 40 : 200},90)` }),
    ),
  );
  for (const [i, bytes] of all.entries()) await writeFile(join(root, `burst-${i}.png`), bytes);
  await until("all are indexed", async () => (await daemon.status()).counts.images === 500, 110_000);
  const { counts } = await daemon.waitIdle();
  assert.deepEqual(counts, { folders: 1, files: 500, images: 500, pending: 0, failed: 0, inCloud: 0 });
});

test("7: broken files become failures with reasons, the rest is indexed, and a repaired file is tried afresh", async (t) => {
  const good = await picture({ colour: "yellow", width: 400, height: 300, seed: 3, format: "jpeg" });
  const bomb = Buffer.from(await picture({ width: 8, height: 8 }));
  const { crc32 } = await import("node:zlib");
  bomb.writeUInt32BE(50_000, 16);
  bomb.writeUInt32BE(50_000, 20);
  bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
  const root = await tree(await directory(t), {
    "a-good.jpg": good,
    "b-empty.jpg": "",
    "c-half.jpg": good.subarray(0, good.length / 2),
    "d-text.png": "this is not a picture",
    "e-bomb.png": bomb,
    "f-really-a-png.jpg": await picture({ colour: "purple", seed: 9 }),
    "g-notes.txt": "not even looked at",
  });
  const daemon = await startDaemon(t, { folders: [root] });
  const { counts } = await daemon.waitIdle();
  assert.deepEqual([counts.files, counts.images, counts.failed], [6, 2, 4]);
  const list = await daemon.get<{ failures: { path: string; reason: string; stage: string }[] }>("/v1/failures");
  const reasons = Object.fromEntries(list.failures.map(({ path, reason }) => [path.slice(root.length + 1), reason]));
  assert.deepEqual(reasons, {
    "b-empty.jpg": "empty-file",
    "c-half.jpg": "truncated",
    "d-text.png": "not-an-image",
    "e-bomb.png": "too-many-pixels",
  });
  assert.equal((await daemon.names("purple"))[0], "f-really-a-png.jpg");

  await writeFile(join(root, "d-text.png"), await picture({ colour: "orange", seed: 4 }));
  await until("the repaired file is found", async () => (await daemon.names("text"))[0] === "d-text.png");
  assert.equal((await daemon.waitIdle()).counts.failed, 3);
});

test("odd names are kept to the letter", async (t) => {
  const names = [
    "emoji 🐶🔥.png",
    `quotes ' " \` $(echo).png`,
    "new\nline.png",
    "nfd e\u0301te\u0301.png",
    "nfc été.png",
    `${"x".repeat(251)}.png`,
    "%2e%2e%2fetc.png",
    "-rf.png",
  ];
  const files = await Promise.all(
    names.map(async (name, i) => [name, await picture({ colour: "teal", seed: i + 1 })] as const),
  );
  const root = await tree(await directory(t), Object.fromEntries(files));
  const daemon = await startDaemon(t, { folders: [root] });
  const { counts } = await daemon.waitIdle();
  assert.deepEqual([counts.images, counts.failed], [names.length, 0]);
  const all = await daemon.search("", 60);
  assert.deepEqual(new Set(all.hits.map((hit) => hit.image.name)), new Set(names));
  for (const { image } of all.hits) {
    const original = await daemon.api(`/v1/images/${image.id}/file`);
    assert.equal(original.status, 200, image.name);
    assert.equal(original.headers.get("content-type"), "image/png");
    assert.equal((await daemon.api(image.thumbnailUrl)).status, 200, image.name);
  }
  assert.deepEqual(new Set(await daemon.names("été")), new Set(["nfd e\u0301te\u0301.png", "nfc été.png"]));
});

test("a folder's removal that a kill interrupts is finished by the next start", async (t) => {
  const [root, other] = [await manyPictures(t, 110), await tree(await directory(t), { "sea.png": await picture() })];
  const env = { REMEME_OCR: "false" };
  const home = await directory(t);
  const first = await startDaemon(t, { home, folders: [root, other], env });
  await first.waitIdle();
  const folder = (await first.get<FolderList>("/v1/folders")).folders.find(({ path }) => path === root);
  const answer = first.api(`/v1/folders/${folder?.id}`, { method: "DELETE" }).catch(() => null);
  await until("it is being removed", async () => (await first.get<FolderList>("/v1/folders")).folders.length === 1);
  await first.kill();
  await answer;

  const next = await startDaemon(t, { home, env });
  const { folders } = await next.get<FolderList>("/v1/folders");
  assert.deepEqual(
    folders.map(({ path }) => path),
    [other],
  );
  await until("only the other is found", async () => (await next.status()).counts.images === 1);
  const rows = (sql: string): unknown => {
    const db = new Database(join(home, "library.db"), { readonly: true });
    try {
      return db.prepare(sql).pluck().get();
    } finally {
      db.close();
    }
  };
  await until("no row is left", async () => rows("SELECT count(*) FROM images") === 1);
  assert.equal(rows("SELECT count(*) FROM folders"), 1);
  assert.deepEqual(await next.names(""), ["sea.png"]);
  const { findings } = await next.post<CheckAnswer>("/v1/check", { repair: false });
  // Thumbnails of pictures that were just made are swept later.
  assert.deepEqual(
    findings.filter(({ kind }) => kind !== "stray-thumbnails"),
    [],
  );
});

test("a file deleted or replaced while it waits is no failure", async (t) => {
  const root = await directory(t);
  const daemon = await startDaemon(t, { folders: [root] });
  await daemon.waitIdle();
  await daemon.post("/v1/pause");
  await tree(root, {
    "gone.png": await picture({ colour: "red", seed: 1 }),
    "new.png": await picture({ colour: "red", seed: 2 }),
  });
  await until("both wait", async () => (await daemon.status()).counts.pending === 2);
  await rm(join(root, "gone.png"));
  await writeFile(join(root, "new.png"), await picture({ colour: "blue", seed: 3 }));
  await daemon.post("/v1/resume");
  await until("the new content is found", async () => (await daemon.names("new"))[0] === "new.png");
  const { counts } = await daemon.waitIdle();
  assert.deepEqual([counts.files, counts.images, counts.failed], [1, 1, 0]);
});

test("a touched file with the same bytes stays the same picture", async (t) => {
  const root = await tree(await directory(t), { "same.png": await picture({ colour: "red", seed: 1 }) });
  const daemon = await startDaemon(t, { folders: [root] });
  await daemon.waitIdle();
  const [before] = (await daemon.search("same")).hits;
  await utimes(join(root, "same.png"), new Date(), new Date(Date.now() - 86_400_000));
  await until("the new time is known", async () => {
    const [hit] = (await daemon.search("same")).hits;
    return hit?.image.id === before?.image.id && hit?.image.modifiedAtMs !== before?.image.modifiedAtMs;
  });
});
