// The commands without a view, the menu bar, the library, and the tools of Raycast AI.
import assert from "node:assert/strict";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { startDaemon, until } from "../helpers/daemon.ts";
import { directory, manyPictures, picture, tree } from "../helpers/pictures.ts";
import { eventually, type Raycast, startRaycast, type View } from "./host/raycast.ts";
import { all } from "./host/renderer.ts";
import { sharedDaemon } from "./shared-daemon.ts";

const MEMES = new URL("../../samples/memes/", import.meta.url).pathname;
const daemon = sharedDaemon({ folders: [MEMES] });

const paste = (raycast: Raycast, words: string): Promise<unknown> =>
  raycast.run("paste-best-match", { arguments: { words } });

const opensSearch = (query: string): object => ({ name: "search-memes", type: "userInitiated", context: { query } });

test("Paste Best Match pastes the best picture and says which", async (t) => {
  const raycast = startRaycast(t, daemon().home);
  await paste(raycast, "works on my machine");
  assert.deepEqual(
    raycast.state.calls.map(([name]) => name),
    ["Clipboard.paste", "showHUD"],
  );
  assert.deepEqual(raycast.calls("Clipboard.paste")[0]?.[1], { file: `${MEMES}works-on-my-machine.jpg` });
  assert.equal(raycast.calls("showHUD")[0]?.[1], "Pasted works-on-my-machine.jpg · run again to choose another");
});

test("the same words again mean that it was the wrong one: the search opens with them, once", async (t) => {
  const raycast = startRaycast(t, daemon().home);
  for (let i = 0; i < 3; i++) await paste(raycast, "works on my machine");
  assert.deepEqual(raycast.calls("launchCommand"), [["launchCommand", opensSearch("works on my machine")]]);
  assert.equal(raycast.calls("Clipboard.paste").length, 2);
});

test("a guess is never pasted, and a daemon that is not there is not a dead end", async (t) => {
  const raycast = startRaycast(t, daemon().home);
  await paste(raycast, "xyzzy plugh");
  const down = startRaycast(t, await directory(t));
  await paste(down, "dog");
  assert.deepEqual(raycast.calls("launchCommand")[0]?.[1], opensSearch("xyzzy plugh"));
  assert.deepEqual(down.calls("launchCommand")[0]?.[1], opensSearch("dog"));
  assert.equal([...raycast.calls("Clipboard.paste"), ...down.calls("Clipboard.paste")].length, 0);
});

test("a paste that was the machine's choice is remembered, but not as the answer to these words", async (t) => {
  const own = await startDaemon(t, { folders: [MEMES], env: { REMEME_OCR: "false" } });
  await own.waitIdle();
  const raycast = startRaycast(t, own.home);
  await paste(raycast, "works on my machine");
  const hit = (await own.search("works on my machine")).hits[0];
  assert.deepEqual(
    hit?.why.filter(({ kind }) => kind === "use"),
    [],
  );
  assert.deepEqual((await own.search("")).hits.filter(({ section }) => section === "recent").length, 1);
});

test("what lies on a disk that is not connected is never pasted, by words or by chance", async (t) => {
  const base = await tree(await directory(t), {
    "disk/cat.png": await picture({ seed: 1 }),
    "home/cat of another name.png": await picture({ seed: 2 }),
  });
  const own = await startDaemon(t, { folders: [join(base, "disk"), join(base, "home")], env: { REMEME_OCR: "false" } });
  await own.waitIdle();
  await rename(join(base, "disk"), join(base, "away"));
  await own.post("/v1/rescan");
  await until("it is not connected", async () => (await own.search("cat")).hits[0]?.image.offline === true);
  const raycast = startRaycast(t, own.home);
  await paste(raycast, "cat");
  for (let i = 0; i < 4; i++) await raycast.run("random-meme");
  const files = raycast.calls("Clipboard.paste").map(([, content]) => (content as { file: string }).file);
  assert.deepEqual(files, Array(5).fill(join(base, "home/cat of another name.png")));
  assert.deepEqual(raycast.toasts(), []);
});

const titles = (view: View): string[] => all(view.node, "MenuBarExtra.Item").map(({ props }) => String(props.title));

test("the menu bar tells the state and offers what can be done about it", async (t) => {
  const raycast = startRaycast(t, daemon().home);
  const view = raycast.open("indexing-status");
  await eventually("the state", () => titles(view)[0] === "18 pictures can be found");
  assert.ok(!view.isLoading(), "a menu bar command that never ends loading is never unloaded");
  assert.ok(titles(view).includes("Pause Reading"));
  const down = startRaycast(t, await directory(t)).open("indexing-status");
  await eventually("the problem", () => titles(down)[0] === "Rememe was not found on this computer.");
  assert.ok(titles(down).includes("Show What to Do"));
});

test("a better model that is on its way is a line in the library and in the menu bar", async (t) => {
  // Nobody answers there: the model waits, and says so.
  const env = { REMEME_OCR: "false", HF_HUB_OFFLINE: "", HF_ENDPOINT: "http://127.0.0.1:9" };
  const own = await startDaemon(t, { folders: [await manyPictures(t, 1)], env });
  await until("it waits", async () => (await own.status()).upgrade?.phase === "waiting");
  const raycast = startRaycast(t, own.home);
  const library = raycast.open("library");
  const isToldOf = (title: string): boolean => /^SigLIP 2.* cannot be fetched at the moment: ./.test(title);
  await eventually("the row", () => library.items().some(({ props }) => isToldOf(String(props.title))));
  const menu = raycast.open("indexing-status");
  await eventually("the line", () => titles(menu).some(isToldOf));
});

test("the library lists folders with their state, pauses, retries and removes", async (t) => {
  const root = await manyPictures(t, 2);
  await tree(root, { "broken.png": "no picture" });
  const own = await startDaemon(t, { folders: [root], env: { REMEME_OCR: "false" } });
  await own.waitIdle();
  const raycast = startRaycast(t, own.home);
  const view = raycast.open("library");
  const row = (start: string) => view.items().find(({ props }) => String(props.title).startsWith(start));
  await eventually(
    "all rows",
    () => row("2 pictures can be found") && row("1 file could not be read") && row("Rememe "),
  );
  assert.deepEqual(view.sections(), ["Folders", "Pictures", "Rememe"]);

  await view.run("Pause Reading", row("2 pictures"));
  await eventually("paused", () => row("Paused"));
  await view.run("Resume Reading", row("Paused"));
  await eventually("resumed", () => row("2 pictures"));

  await view.run("Open Web Page", row("Rememe "));
  assert.match(String(raycast.calls("open")[0]?.[1]), /^http:\/\/127\.0\.0\.1:\d+\/open\?code=/);

  await view.run("Show Files", row("1 file"));
  await eventually("the file", () => view.names()[0] === "broken.png");
  await writeFile(join(root, "broken.png"), "still none");
  await view.run("Try Again");
  assert.match(raycast.toasts().at(-1) ?? "", /Reading 1 file again/);
  await view.close();

  const again = raycast.open("library");
  await eventually("the folder", () => again.items().length > 0);
  raycast.state.confirms = false;
  await again.run("Stop Watching");
  assert.equal((await own.status()).counts.folders, 1);
  raycast.state.confirms = true;
  await again.run("Stop Watching");
  await eventually("where to begin", () => again.screen()?.title === "Where Are Your Pictures?");
});

test("the tools of Raycast AI answer with paths and reasons; their failures are words for a person", async (t) => {
  const raycast = startRaycast(t, daemon().home);
  const found = (await raycast.run("tools/search-memes", { query: "works on my machine", limit: 2 })) as {
    pictures: { name: string; path: string; strong: boolean; why: string }[];
  };
  assert.equal(found.pictures[0]?.path, `${MEMES}works-on-my-machine.jpg`);
  assert.equal(found.pictures[0]?.strong, true);
  assert.ok(found.pictures.length <= 2);
  const library = (await raycast.run("tools/describe-library")) as { pictures: number; folders: { path: string }[] };
  assert.deepEqual([library.pictures, library.folders.length], [18, 1]);
  const down = startRaycast(t, await directory(t));
  await assert.rejects(down.run("tools/search-memes", { query: "dog" }), /Rememe was not found on this computer/);
});
