// Favorites, tags, hidden pictures, the Trash, uses, new pictures: what a person does, and what the daemon then knows.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import sharp from "sharp";
import { startDaemon, type TestDaemon, until } from "../helpers/daemon.ts";
import { directory, picture, tree } from "../helpers/pictures.ts";
import { setEnvironment } from "./host/environment.ts";
import { eventually, type Raycast, startRaycast, type View } from "./host/raycast.ts";
import { all } from "./host/renderer.ts";

interface Story {
  readonly daemon: TestDaemon;
  readonly root: string;
  readonly raycast: Raycast;
  readonly view: View;
}

/** Three pictures, and the search open. */
async function begin(t: TestContext): Promise<Story> {
  const root = await tree(await directory(t), {
    "cat.png": await picture({ colour: "red", seed: 1 }),
    "dog.webp": await picture({ colour: "green", seed: 2, format: "webp" }),
    "bird.gif": await picture({ colour: "blue", seed: 3, format: "gif" }),
  });
  const env = { REMEME_OCR: "false", XDG_DATA_HOME: await directory(t) };
  const daemon = await startDaemon(t, { folders: [root], env });
  await daemon.waitIdle();
  const raycast = startRaycast(t, daemon.home);
  const view = raycast.open("search-memes");
  await eventually("the pictures", () => view.names().length === 3 && !view.isLoading());
  return { daemon, root, raycast, view };
}

const item = (view: View, name: string) => view.items().find(({ props }) => props.title === name);

async function undo(raycast: Raycast): Promise<void> {
  const told = raycast
    .calls("showToast")
    .map(([, toast]) => toast as { primaryAction?: { onAction(): Promise<void> } });
  await told.findLast(({ primaryAction }) => primaryAction)?.primaryAction?.onAction();
}

const pasted = (raycast: Raycast): string[] =>
  raycast.calls("Clipboard.paste").map(([, content]) => (content as { file: string }).file);

test("a favorite gets a star, its own section and its own place in the dropdown", async (t) => {
  const { raycast, view } = await begin(t);
  await view.run("Add to Favorites", item(view, "cat.png"));
  await eventually("the section", () => view.sections().join() === "Favorites,Newest");
  assert.equal(raycast.toasts()[0], "cat.png is a favorite");
  assert.deepEqual(item(view, "cat.png")?.props.accessory, {
    icon: { source: "Icon.Star", tintColor: "Color.Yellow" },
    tooltip: "Favorite",
  });
  view.choose("favorites");
  await eventually("favorites only", () => view.names().join() === "cat.png");
  await view.run("Remove from Favorites");
  await eventually("none any more", () => view.screen()?.title === "Nothing Found");
});

test("tags are picked or typed, and found", async (t) => {
  const { view } = await begin(t);
  await view.run("Edit Tags", item(view, "dog.webp"));
  await eventually("the form", () => view.depth() === 2);
  await view.submit({ added: " mondays, work ," });
  await eventually("back", () => view.depth() === 1);
  view.type("tag:mondays");
  await eventually("the tagged one", () => view.names().join() === "dog.webp" && !view.isLoading());
});

test("a hidden picture is in no search, can be taken back at once, and found in its own place", async (t) => {
  const { raycast, view } = await begin(t);
  await view.run("Hide from Searches", item(view, "cat.png"));
  await eventually("it is gone", () => view.names().length === 2);
  await undo(raycast);
  await eventually("it is back", () => view.names().length === 3);
  await view.run("Hide from Searches", item(view, "cat.png"));
  await eventually("it is gone again", () => view.names().length === 2);
  view.choose("hidden");
  await eventually("it is here", () => view.names().join() === "cat.png");
  await view.run("Show Again in Searches");
  await eventually("nothing is hidden", () => view.names().length === 0);
});

test("the Trash asks first, and gives back", async (t) => {
  const { root, raycast, view } = await begin(t);
  raycast.state.confirms = false;
  await view.run("Move to Trash", item(view, "cat.png"));
  assert.equal(raycast.calls("confirmAlert").length, 1);
  assert.ok(existsSync(join(root, "cat.png")), "nothing happens without a yes");
  raycast.state.confirms = true;
  await view.run("Move to Trash", item(view, "cat.png"));
  await eventually("it is gone", () => view.names().length === 2);
  assert.ok(!existsSync(join(root, "cat.png")));
  // Finder would ask whoever sits at the Mac first.
  if (process.platform === "darwin") return;
  await undo(raycast);
  assert.ok(existsSync(join(root, "cat.png")));
});

test("what was pasted is remembered with the words, and stands first the next time", async (t) => {
  const { raycast, view } = await begin(t);
  view.type("cat");
  await eventually("the cat", () => view.names()[0] === "cat.png" && !view.isLoading());
  await view.run("Paste to Active App");
  const next = raycast.open("search-memes");
  await eventually("the section", () => next.sections()[0] === "Recent" && next.names()[0] === "cat.png");
});

test("rare formats are pasted as ones that every app takes, unless the user says otherwise; GIFs stay as they are", async (t) => {
  const { daemon, root, raycast, view } = await begin(t);
  await view.run("Paste to Active App", item(view, "dog.webp"));
  await view.run("Paste to Active App", item(view, "bird.gif"));
  const [dog = "", bird] = pasted(raycast);
  assert.match(dog, /\/dog\.png$/);
  assert.equal((await readFile(dog)).subarray(1, 4).toString(), "PNG");
  assert.equal(bird, join(root, "bird.gif"));
  await view.run("Copy Original File", item(view, "dog.webp"));
  assert.deepEqual(raycast.calls("Clipboard.copy")[0]?.[1], { file: join(root, "dog.webp") });
  assert.ok(!view.actions(item(view, "bird.gif")).includes("Copy as PNG"));

  const purist = startRaycast(t, daemon.home, { convert: false });
  const second = purist.open("search-memes");
  await eventually("the pictures", () => second.names().length === 3);
  await second.run("Paste to Active App", item(second, "dog.webp"));
  assert.deepEqual(pasted(purist), [join(root, "dog.webp")]);
});

test("HEIC is pasted as JPEG, AVIF, which may have transparent parts, as PNG, a WebP that moves as a GIF that moves", async (t) => {
  const frames = await Promise.all(
    ["red", "green", "blue"].map((colour) => picture({ colour, width: 40, height: 40 })),
  );
  const root = await tree(await directory(t), {
    "phone.heic": await readFile(new URL("../fixtures/formats/half.heic", import.meta.url)),
    "web.avif": await picture({ colour: "orange", seed: 5, format: "avif" }),
    "dance.webp": await sharp(frames, { join: { animated: true } })
      .webp({ delay: [100, 100, 100] })
      .toBuffer(),
  });
  const daemon = await startDaemon(t, { folders: [root], env: { REMEME_OCR: "false" } });
  await daemon.waitIdle();
  const raycast = startRaycast(t, daemon.home);
  const view = raycast.open("search-memes");
  await eventually("the pictures", () => view.names().length === 3);
  for (const name of ["phone.heic", "web.avif", "dance.webp"]) await view.run("Paste to Active App", item(view, name));
  const kinds = await Promise.all(pasted(raycast).map((file) => sharp(file, { animated: true }).metadata()));
  assert.deepEqual(
    kinds.map(({ format, pages = 1 }) => [format, pages]),
    [
      ["jpeg", 1],
      ["png", 1],
      ["gif", 3],
    ],
    pasted(raycast).join("\n"),
  );
  assert.ok(view.actions(item(view, "dance.webp")).includes("Copy as GIF"));
  await view.run("Copy as PNG", item(view, "web.avif"));
  const [, copied] = raycast.calls("Clipboard.copy")[0] ?? [];
  assert.match((copied as { file: string }).file, /\/web\.png$/);
});

test("Random Meme pastes any picture; without one it leads to the search", async (t) => {
  const { raycast } = await begin(t);
  await raycast.run("random-meme");
  assert.match(pasted(raycast)[0] ?? "", /\/(cat\.png|dog\.png|bird\.gif)$/);
  const empty = await startDaemon(t, { env: { REMEME_OCR: "false" } });
  const other = startRaycast(t, empty.home);
  await other.run("random-meme");
  assert.deepEqual(other.calls("launchCommand")[0]?.[1], { name: "search-memes", type: "userInitiated" });
});

test("the clipboard's picture is saved under a name to remember; the same one twice is told", async (t) => {
  const { root, raycast, daemon } = await begin(t);
  const temporary = await tree(await directory(t), { "Image.png": await picture({ colour: "pink", seed: 9 }) });
  raycast.state.clipboard = { text: "", file: join(temporary, "Image.png") };
  const view = raycast.open("add-clipboard-picture");
  await eventually("the form", () => view.node.type === "Form");
  const [folder] = (await daemon.get<{ folders: { id: number }[] }>("/v1/folders")).folders;
  await view.submit({ folder: String(folder?.id), name: "when the build is green" });
  assert.equal(raycast.calls("showHUD")[0]?.[1], "Saved when the build is green.png");
  assert.ok(existsSync(join(root, "when the build is green.png")));
  await until("it is indexed", async () => (await daemon.names("green"))[0] === "when the build is green.png");
  await view.submit({ folder: String(folder?.id), name: "" });
  assert.equal(raycast.calls("showHUD")[1]?.[1], "It is there already: when the build is green.png");

  raycast.state.clipboard = { text: "no picture" };
  const nothing = raycast.open("add-clipboard-picture");
  await eventually("the screen", () => nothing.screen()?.title === "No Picture in the Clipboard");
  await view.close();
});

test("a copied file is saved under its own name, unless another is given; copied pixels have none", async (t) => {
  const { root, raycast, daemon } = await begin(t);
  const [folder] = (await daemon.get<{ folders: { id: number }[] }>("/v1/folders")).folders;
  const elsewhere = await tree(await directory(t), {
    "deploy on friday.png": await picture({ colour: "pink", seed: 7 }),
  });
  raycast.state.clipboard = { text: "", file: join(elsewhere, "deploy on friday.png") };
  const pixels = raycast.open("add-clipboard-picture");
  const wish = (view: View): unknown => all(view.node, "Form.TextField")[0]?.props.defaultValue;
  await eventually("the form", () => pixels.node.type === "Form");
  assert.equal(wish(pixels), "", "below the directory for temporary files");
  setEnvironment(t, { TMPDIR: await directory(t) });
  const file = raycast.open("add-clipboard-picture");
  await eventually("the form", () => file.node.type === "Form");
  await file.submit({ folder: String(folder?.id), name: String(wish(file)) });
  assert.ok(existsSync(join(root, "deploy on friday.png")));
});
