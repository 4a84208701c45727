// Search Memes as it is built, against the real daemon: what a person types, and what is shown.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startDaemon } from "../helpers/daemon.ts";
import { eventually, startRaycast } from "./host/raycast.ts";

const SAMPLES = new URL("../../samples", import.meta.url).pathname;

test("words find pictures as they are typed", async (t) => {
  const daemon = await startDaemon(t, { folders: [`${SAMPLES}/memes`] });
  await daemon.waitIdle();
  const raycast = startRaycast(t, daemon.home);
  const view = raycast.open("search-memes");
  await eventually("all pictures", () => view.names().length === 18);
  view.type("works on my machine");
  await eventually("the right picture first", () => view.names()[0] === "works-on-my-machine.jpg");
  assert.deepEqual(view.sections(), ["Best Matches"]);
});
