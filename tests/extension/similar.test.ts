// Finding what looks like the picture in Finder, in the clipboard, or one that is chosen; it need not be in the library.
import assert from "node:assert/strict";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { startDaemon } from "../helpers/daemon.ts";
import { directory, picture, tree } from "../helpers/pictures.ts";
import { withoutRootsRights } from "./host/environment.ts";
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

test("of what is selected, folders are passed over", async (t) => {
  const raycast = startRaycast(t, daemon().home);
  raycast.state.finder = [{ path: SAMPLES }, { path: join(SAMPLES, "places/desert.jpg") }];
  const view = raycast.open("find-similar-to-file");
  await eventually("the picture itself first", () => view.names()[0] === "desert.jpg");
});

test("a file that Raycast may read and the daemon may not is handed over", async (t) => {
  const through = withoutRootsRights();
  if (!through) return t.skip("root reads everything, and there is no setpriv");
  const own = await startDaemon(t, { through, folders: [join(SAMPLES, "places")], env: { REMEME_OCR: "false" } });
  await own.waitIdle();
  const root = await tree(await directory(t), { "secret.jpg": await readFile(join(SAMPLES, "places/desert.jpg")) });
  await chmod(join(root, "secret.jpg"), 0);
  const refusal = await own.api("/v1/similar", {
    method: "POST",
    body: JSON.stringify({ path: join(root, "secret.jpg") }),
    headers: { "content-type": "application/json" },
  });
  assert.equal(((await refusal.json()) as { error: { code: string } }).error.code, "folder-unreadable");
  const raycast = startRaycast(t, own.home);
  raycast.state.finder = [{ path: join(root, "secret.jpg") }];
  const view = raycast.open("find-similar-to-file");
  if (process.getuid?.() !== 0) {
    // Nobody but root reads it: then both are refused, and that is said.
    await eventually("the refusal", () => view.screen()?.title.includes("may not read"));
  } else {
    await eventually("the picture itself first", () => view.names()[0] === "desert.jpg");
  }
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
  await view.submit({ files: [] });
  assert.match(raycast.toasts()[0] ?? "", /Choose a picture first/);
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
  assert.equal(screen.actions[0], "Choose Another Picture");
  assert.deepEqual(raycast.toasts(), []);
});
