// The built extension where Vicinae runs it: with what that launcher has of the host's edge.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, startRaycast } from "./host/raycast.ts";
import { all } from "./host/renderer.ts";
import { asInVicinae } from "./host/vicinae.ts";
import { sharedDaemon } from "./shared-daemon.ts";

const MEMES = new URL("../../samples/memes/", import.meta.url).pathname;
const MEME = "works-on-my-machine.jpg";
const daemon = sharedDaemon({ folders: [MEMES] });

test("every command works there; what the launcher lacks is left out", async (t) => {
  let missing: readonly string[] = [];
  const vicinae = startRaycast(t, daemon().home, {}, (standIn) => {
    const host = asInVicinae(standIn);
    missing = host.missing;
    return host.api;
  });
  const view = vicinae.open("search-memes", { fallbackText: "works on my machine" });
  await eventually("the picture", () => view.names()[0] === MEME && !view.isLoading());
  assert.ok(missing.includes("Action.ToggleQuickLook"), missing.join(" "));
  assert.ok(view.actions().includes("Show in Finder") && !view.actions().includes("Quick Look"));
  await view.run("Paste to Active App");
  assert.deepEqual(vicinae.calls("Clipboard.paste")[0]?.[1], { file: `${MEMES}${MEME}` });
  await view.run("Show Details");
  await eventually("the details", () => view.depth() === 2 && view.node.type === "Detail");

  vicinae.state.clipboard = { text: `${MEMES}${MEME}` };
  for (const command of ["find-similar-to-file", "find-similar-to-clipboard"]) {
    const similar = vicinae.open(command);
    await eventually("the picture itself first", () => similar.names()[0] === MEME);
  }
  const library = vicinae.open("library");
  await eventually("the folder", () => library.names()[0] === "memes");
  const save = vicinae.open("add-clipboard-picture");
  await eventually("the form", () => save.node.type === "Form");
  const menu = vicinae.open("indexing-status");
  await eventually("the state", () => all(menu.node, "MenuBarExtra.Item").length > 3);

  await vicinae.run("random-meme");
  await vicinae.run("paste-best-match", { arguments: { words: "works on my machine" } });
  await vicinae.run("paste-best-match", { arguments: { words: "xyzzy plugh" } });
  assert.equal(vicinae.calls("Clipboard.paste").length, 3);
  assert.match(vicinae.toasts().at(-1) ?? "", /Open Search Memes/, missing.join(" "));
});
