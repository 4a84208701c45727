// Finding what looks like the picture in Finder, in the clipboard, or one that is chosen; it need not be in the library.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { directory, picture, tree } from "../helpers/pictures.ts";
import { eventually, startRaycast } from "./host/raycast.ts";
import { sharedDaemon } from "./shared-daemon.ts";

const SAMPLES = new URL("../../samples", import.meta.url).pathname;
const daemon = sharedDaemon({ folders: [`${SAMPLES}/places`] });

test("the file selected in Finder, which is in no watched folder", async (t) => {
  const root = await tree(await directory(t), { "my file.png": await picture({ colour: "#2a5db0", top: "#8ec5ff" }) });
  const raycast = startRaycast(t, daemon().home);
  raycast.state.finder = [{ path: join(root, "my file.png") }];
  raycast.state.clipboard = { text: "/never/looked/at.png" };
  const view = raycast.open("find-similar-to-file");
  await eventually("likes", () => view.names().length === 12 && !view.isLoading());
  assert.deepEqual(raycast.toasts(), []);
});

test("Finder is not in front: the picture in the clipboard, as a path, a URL or text", async (t) => {
  const file = `${SAMPLES}/places/sunset-beach.jpg`;
  for (const clipboard of [{ text: "", file }, { text: "", file: pathToFileURL(file).href }, { text: file }]) {
    const raycast = startRaycast(t, daemon().home);
    raycast.state.clipboard = clipboard;
    for (const command of ["find-similar-to-file", "find-similar-to-clipboard"]) {
      const view = raycast.open(command);
      await eventually("the picture itself first", () => view.names()[0] === "sunset-beach.jpg");
      await view.close();
    }
  }
});

test("nothing to start from: one is chosen, or it looks again", async (t) => {
  const raycast = startRaycast(t, daemon().home);
  raycast.state.clipboard = { text: "just words" };
  const view = raycast.open("find-similar-to-clipboard");
  const screen = await eventually("the screen", () => view.screen());
  assert.equal(screen.title, "No Picture in the Clipboard");
  assert.deepEqual(screen.actions, ["Choose Picture", "Look Again"]);
  await view.run("Choose Picture");
  await eventually("the form", () => view.depth() === 2);
  await view.submit({ files: [`${SAMPLES}/places/desert.jpg`] });
  await eventually("the picture itself first", () => view.names()[0] === "desert.jpg");
});

test("a file that is no picture: said so, in the daemon's words", async (t) => {
  const root = await directory(t);
  await writeFile(join(root, "notes.txt"), "no picture");
  const raycast = startRaycast(t, daemon().home);
  raycast.state.finder = [{ path: join(root, "notes.txt") }];
  const view = raycast.open("find-similar-to-file");
  const screen = await eventually("the error", () => view.screen());
  assert.match(screen.title, /notes\.txt|picture/i);
  assert.deepEqual(raycast.toasts(), []);
});
