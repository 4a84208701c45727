// What a person says of pictures and does with them, told to the real daemon.
import assert from "node:assert/strict";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import type {
  AddPictureAnswer,
  ErrorBody,
  ExportAnswer,
  ImageDetails,
  RestoreAnswer,
  SearchAnswer,
  TagList,
  TrashAnswer,
  TrashedList,
} from "../../shared/api.ts";
import { startDaemon, type TestDaemon, until } from "../helpers/daemon.ts";
import { directory, picture, tree } from "../helpers/pictures.ts";

async function idOf(daemon: TestDaemon, name: string): Promise<number> {
  const hit = (await daemon.search(name)).hits.find(({ image }) => image.name.startsWith(name));
  return hit?.image.id ?? assert.fail(`${name} is not found`);
}

async function mark(daemon: TestDaemon, id: number, marks: object): Promise<ImageDetails> {
  const headers = { "content-type": "application/json" };
  const response = await daemon.api(`/v1/images/${id}`, { method: "PATCH", headers, body: JSON.stringify(marks) });
  assert.equal(response.status, 200);
  return (await response.json()) as ImageDetails;
}

const sections = ({ hits }: SearchAnswer) => hits.map(({ section, image }) => `${section} ${image.name}`);

test("marks are found, outlive a removed folder, and hidden pictures show only when asked for", async (t) => {
  const root = await tree(await directory(t), {
    "ant.png": await picture({ seed: 1 }),
    "bee.png": await picture({ seed: 2 }),
    "cat.png": await picture({ seed: 3 }),
  });
  const daemon = await startDaemon(t, { folders: [root], env: { REMEME_OCR: "false" } });
  await daemon.waitIdle();
  const [ant, bee] = [await idOf(daemon, "ant"), await idOf(daemon, "bee")];
  assert.deepEqual((await mark(daemon, ant, { tags: ["Lunch break", " lunch  BREAK ", "Ärger"] })).tags, [
    "Lunch break",
    "Ärger",
  ]);
  assert.deepEqual(await daemon.names("lunch"), ["ant.png"]);
  assert.deepEqual(await daemon.names("arg"), ["ant.png"]);
  const [reason] = (await daemon.search("lunch")).hits[0]?.why ?? [];
  assert.deepEqual([reason?.kind, reason?.kind === "text" && reason.field], ["text", "tag"]);
  assert.equal((await mark(daemon, ant, { favourite: true })).favourite, true);
  await mark(daemon, bee, { hidden: true });
  assert.deepEqual(sections(await daemon.search("")), ["favourite ant.png", "newest cat.png"]);
  assert.deepEqual(await daemon.names("bee"), []);
  const hidden = await daemon.get<SearchAnswer>("/v1/search?q=&only=hidden");
  assert.deepEqual(sections(hidden), ["newest bee.png"]);
  assert.deepEqual((await daemon.get<SearchAnswer>("/v1/search?q=png&only=favourite")).hits.length, 0);

  const [folder] = (await daemon.get<{ folders: { id: number }[] }>("/v1/folders")).folders;
  await daemon.api(`/v1/folders/${folder?.id}`, { method: "DELETE" });
  assert.deepEqual((await daemon.search("")).hits, []);
  await daemon.addFolder(root);
  await daemon.waitIdle();
  assert.deepEqual(sections(await daemon.search("")), ["favourite ant.png", "newest cat.png"]);
  assert.deepEqual(await daemon.names("lunch"), ["ant.png"]);
  assert.deepEqual((await daemon.get<TagList>("/v1/tags")).tags, [
    { tag: "Lunch break", images: 1 },
    { tag: "Ärger", images: 1 },
  ]);
});

test("a picture that was used comes sooner for words like those, until it is forgotten", async (t) => {
  const files = Object.fromEntries(
    await Promise.all([1, 2, 3, 4].map(async (seed) => [`dog ${seed}.png`, await picture({ seed })] as const)),
  );
  const root = await tree(await directory(t), files);
  const daemon = await startDaemon(t, { folders: [root], env: { REMEME_OCR: "false" } });
  await daemon.waitIdle();
  const last = (await daemon.search("dog")).hits.at(-1)?.image ?? assert.fail();
  assert.deepEqual(await daemon.post(`/v1/images/${last.id}/uses`, { kind: "copy", q: "dog" }), { recorded: true });
  const [first] = (await daemon.search("do")).hits;
  assert.equal(first?.image.id, last.id);
  assert.ok(first.why.some(({ kind }) => kind === "use"));
  assert.equal((await daemon.search("")).hits[0]?.section, "recent");
  assert.ok(!(await daemon.names("zebra")).includes(last.name), "having been used is no match");
  const forgotten = await daemon.api("/v1/uses", { method: "DELETE" });
  assert.deepEqual(await forgotten.json(), { forgotten: 1 });
  assert.equal((await daemon.search("dog")).hits.at(-1)?.image.id, last.id);
});

test("10: a picture goes to the Trash and back by explicit choice only, and a new one replaces nothing", async (t) => {
  const cat = await picture({ colour: "red", seed: 3 });
  const root = await tree(await directory(t), {
    "cat.png": cat,
    "copy/cat.png": cat,
    "Clip.png": await picture({ seed: 9 }),
  });
  const trash = await directory(t);
  const daemon = await startDaemon(t, { folders: [root], env: { REMEME_OCR: "false", XDG_DATA_HOME: trash } });
  await daemon.waitIdle();
  const id = await idOf(daemon, "cat");
  const { moved, failed } = await daemon.post<TrashAnswer>(`/v1/images/${id}/trash`, {
    paths: [join(root, "cat.png")],
  });
  assert.deepEqual([moved.length, failed], [1, []]);
  assert.deepEqual((await daemon.get<ImageDetails>(`/v1/images/${id}`)).paths, [join(root, "copy", "cat.png")]);
  await daemon.post<TrashAnswer>(`/v1/images/${id}/trash`);
  assert.deepEqual(await daemon.names("cat"), [], "at once");
  const { files } = await daemon.get<TrashedList>("/v1/trash");
  assert.deepEqual(
    files.map(({ path }) => path),
    [join(root, "copy", "cat.png"), join(root, "cat.png")],
  );
  assert.deepEqual((await readdir(join(trash, "Trash", "files"))).length, 2);
  const back = await daemon.post<RestoreAnswer>(`/v1/trash/${files[1]?.id}/restore`);
  assert.deepEqual(await readFile(back.path), cat);
  await until("it is found again", async () => (await daemon.names("cat"))[0] === "cat.png");

  const add = (bytes: Uint8Array, name: string) =>
    daemon.api(`/v1/folders/1/pictures?name=${encodeURIComponent(name)}`, {
      method: "POST",
      headers: { "content-type": "image/png" },
      body: new Uint8Array(bytes),
    });
  const webp = await picture({ colour: "blue", format: "webp" });
  const added = (await (await add(webp, "../Clip.png")).json()) as AddPictureAnswer;
  assert.deepEqual(added, { path: join(root, "Clip.webp"), added: true });
  await until("the new picture is found", async () => (await daemon.names("blue"))[0] === "Clip.webp");
  assert.deepEqual(await (await add(webp, "other")).json(), { path: join(root, "Clip.webp"), added: false });
  const clip = (await (await add(await picture({ seed: 11 }), "Clip.png")).json()) as AddPictureAnswer;
  assert.equal(clip.path, join(root, "Clip 2.png"));
  const refused = await add(Buffer.from("no picture"), "x.png");
  assert.equal(((await refused.json()) as ErrorBody).error.code, "unsupported-image");
  assert.deepEqual((await readdir(root)).sort(), ["Clip 2.png", "Clip.png", "Clip.webp", "cat.png", "copy"]);
});

test("a file to paste is the original, or a readable copy in a common format that stays animated", async (t) => {
  const frame = (colour: string) => picture({ width: 40, height: 40, colour });
  const animated = await sharp([await frame("red"), await frame("blue")], { join: { animated: true } })
    .webp()
    .toBuffer();
  const root = await tree(await directory(t), {
    "still.webp": await picture({ colour: "green", format: "webp" }),
    "moving.webp": animated,
    "plain.png": await picture({ seed: 4 }),
  });
  const daemon = await startDaemon(t, { folders: [root], env: { REMEME_OCR: "false" } });
  await daemon.waitIdle();
  const exported = async (name: string, as: string) =>
    daemon.post<ExportAnswer>(`/v1/images/${await idOf(daemon, name)}/export`, { as });
  assert.deepEqual(await exported("plain", "png"), { path: join(root, "plain.png"), mediaType: "image/png" });
  assert.deepEqual(await exported("still", "original"), { path: join(root, "still.webp"), mediaType: "image/webp" });
  const still = await exported("still", "jpeg");
  assert.deepEqual([still.mediaType, (await sharp(still.path).metadata()).format], ["image/jpeg", "jpeg"]);
  assert.ok(still.path.startsWith(daemon.home) && still.path.endsWith("/still.jpg"), still.path);
  const written = (await stat(still.path)).ino;
  assert.equal((await exported("still", "jpeg")).path, still.path);
  assert.equal((await stat(still.path)).ino, written, "made once");
  const moving = await exported("moving", "png");
  assert.deepEqual([moving.mediaType, (await sharp(moving.path).metadata()).pages], ["image/gif", 2]);

  await writeFile(join(root, "plain.png"), "something else");
  const id = await idOf(daemon, "plain").catch(() => null);
  if (id !== null) {
    const changed = await daemon.api(`/v1/images/${id}/trash`, { method: "POST" });
    assert.ok([404, 409].includes(changed.status), "a changed file is not moved");
  }
  assert.equal(await readFile(join(root, "plain.png"), "utf8"), "something else");
  await rm(join(root, "plain.png"));
});
