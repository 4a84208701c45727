// What happens to a picture that was chosen: the order of clipboard, window and messages, and what is never done.
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { startDaemon } from "../helpers/daemon.ts";
import { directory, picture, tree } from "../helpers/pictures.ts";
import { eventually, type Raycast, startRaycast, type View } from "./host/raycast.ts";
import { sharedDaemon } from "./shared-daemon.ts";

const MEMES = new URL("../../samples/memes/", import.meta.url).pathname;
const MEME = "works-on-my-machine.jpg";
const daemon = sharedDaemon({ folders: [MEMES] });

async function findMeme(raycast: Raycast): Promise<View> {
  const view = raycast.open("search-memes", { fallbackText: "works on my machine" });
  await eventually("the picture", () => view.names()[0] === MEME && !view.isLoading());
  return view;
}

const services = (raycast: Raycast): string[] => raycast.state.calls.map(([name]) => name);

test("Enter pastes the file itself, then closes the window", async (t) => {
  const raycast = startRaycast(t, daemon().home);
  const view = await findMeme(raycast);
  assert.equal(view.actions()[0], "Paste to Active App");
  await view.run("Paste to Active App");
  assert.deepEqual(services(raycast), ["Clipboard.paste", "showHUD"]);
  assert.deepEqual(raycast.calls("Clipboard.paste")[0]?.[1], { file: join(MEMES, MEME) });
  assert.equal(raycast.calls("showHUD")[0]?.[1], `Pasted ${MEME}`);
});

test("a preference makes Enter copy, and Command-Enter paste", async (t) => {
  const raycast = startRaycast(t, daemon().home, { primaryAction: "copy" });
  const view = await findMeme(raycast);
  assert.deepEqual(view.actions().slice(0, 2), ["Copy to Clipboard", "Paste to Active App"]);
  await view.run("Copy to Clipboard");
  assert.deepEqual(services(raycast), ["Clipboard.copy", "showHUD"]);
});

test("what is not selected can be pasted, too", async (t) => {
  const raycast = startRaycast(t, daemon().home);
  const view = await findMeme(raycast);
  view.type("");
  const last = await eventually("all pictures", () => (view.items().length > 10 ? view.items().at(-1) : null));
  assert.deepEqual(view.actions(last).slice(0, 2), ["Paste to Active App", "Copy to Clipboard"]);
});

test("a file that is gone is told; nothing is pasted and the window stays", async (t) => {
  const root = await tree(await directory(t), { "cat.png": await picture({ seed: 1 }) });
  const own = await startDaemon(t, { folders: [root], env: { REMEME_OCR: "false" } });
  await own.waitIdle();
  const raycast = startRaycast(t, own.home);
  const view = raycast.open("search-memes");
  await eventually("the picture", () => view.names()[0] === "cat.png");
  await own.post("/v1/pause");
  await rm(join(root, "cat.png"));
  await view.run("Paste to Active App");
  assert.deepEqual(services(raycast), ["showToast"]);
  assert.match(raycast.toasts()[0] ?? "", /gone/);
});

test("path, file and a quicklink of the search are one action away", async (t) => {
  const raycast = startRaycast(t, daemon().home);
  const view = await findMeme(raycast);
  await view.run("Create Quicklink for This Search");
  const find = (title: string) => view.actionProps(title);
  assert.equal(find("Copy Path").content, join(MEMES, MEME));
  assert.equal(find("Open").target, join(MEMES, MEME));
  assert.deepEqual(find("Create Quicklink for This Search").quicklink, {
    name: "Memes: works on my machine",
    link: "raycast://extensions/rememe/rememe/search-memes?fallbackText=works%20on%20my%20machine",
  });
});

test("the text in a picture is copied; where there is none, that is said", async (t) => {
  const own = await startDaemon(t, { folders: [join(MEMES, "..", "stickers")] });
  await own.waitIdle();
  const raycast = startRaycast(t, own.home);
  const view = raycast.open("search-memes", { fallbackText: "ship it" });
  await eventually("the sticker", () => view.names()[0] === "ship-it.png");
  await view.run("Copy Text in Picture");
  assert.match(String(raycast.calls("Clipboard.copy")[0]?.[1]), /ship\s*it/i);
  view.type("rainbow");
  await eventually("the rainbow", () => view.names()[0] === "rainbow.png");
  await view.run("Copy Text in Picture");
  assert.equal(raycast.calls("Clipboard.copy").length, 1);
  assert.match(raycast.toasts().at(-1) ?? "", /No text/);
});
