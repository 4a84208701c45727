// What happens to a picture that was chosen: the order of clipboard, window and messages, and what is never done.
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { startDaemon } from "../helpers/daemon.ts";
import { directory, picture, tree } from "../helpers/pictures.ts";
import { eventually, type Raycast, startRaycast, type View } from "./host/raycast.ts";
import { watchRequests } from "./host/requests.ts";
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

test("Enter asks for a readable file, pastes it, records the use, then closes the window", async (t) => {
  const raycast = startRaycast(t, daemon().home);
  const view = await findMeme(raycast);
  assert.equal(view.actions()[0], "Paste to Active App");
  watchRequests(t, "/v1/images/", (method, path) => raycast.state.calls.push([`${method} ${path}`]));
  await view.run("Paste to Active App");
  assert.deepEqual(
    services(raycast).map((name) => name.replace(/images\/\d+/, "images/ID")),
    ["POST /v1/images/ID/export", "Clipboard.paste", "POST /v1/images/ID/uses", "showHUD"],
  );
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

test("a daemon that hangs after the paste does not keep the window open for long", async (t) => {
  const own = await startDaemon(t, { folders: [MEMES], env: { REMEME_OCR: "false" } });
  await own.waitIdle();
  const raycast = startRaycast(t, own.home);
  const view = await findMeme(raycast);
  t.after(() => own.process.kill("SIGCONT"));
  watchRequests(t, "/v1/images/", (_, path) => {
    if (path.endsWith("/uses")) own.process.kill("SIGSTOP");
  });
  const limit = AbortSignal.timeout(20_000);
  await Promise.race([
    view.run("Paste to Active App"),
    new Promise((_, reject) => limit.addEventListener("abort", () => reject(new Error("the window stayed open")))),
  ]);
  assert.deepEqual(services(raycast), ["Clipboard.paste", "showHUD"]);
});

test("quicklinks lead back to the whole search: with the folder and the kind it was narrowed down to", async (t) => {
  const raycast = startRaycast(t, daemon().home);
  const view = await findMeme(raycast);
  const link = () =>
    decodeURIComponent(
      String(
        (view.actionProps("Create Quicklink for This Search").quicklink as { link: string } | undefined)?.link.split(
          "fallbackText=",
        )[1],
      ),
    );
  const [folder] = (await daemon().get<{ folders: { id: number }[] }>("/v1/folders")).folders;
  view.choose(`folder:${folder?.id}`);
  await eventually("the folder", () => link() === `in:"${MEMES.replace(/\/$/, "")}" works on my machine`);
  const again = startRaycast(t, daemon().home).open("search-memes", { fallbackText: link() });
  await eventually("the same picture", () => again.names()[0] === MEME);
  view.choose("type:gif");
  view.type("");
  await eventually("the kind", () => view.names().join() === "loading.gif" && link() === "type:gif");
  await view.run("More Like This, but…");
  view.type("red");
  await eventually("likes", () => view.depth() === 2 && view.names().length > 0 && !view.isLoading());
  assert.ok(!view.actions().includes("Create Quicklink for This Search"), "the number of a picture is not for ever");
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
    link: "raycast://extensions/whoever-published-it/rememe/search-memes?fallbackText=works%20on%20my%20machine",
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
