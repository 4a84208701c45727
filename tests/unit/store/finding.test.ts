import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { index, openLibrary, vectorOf } from "./library.ts";

test("in a small library what was given up is not begun, and others have their turn between two searches", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  index(store, id, "/p/cat.png", "cat");
  const order: string[] = [];
  const note = (name: string) => () => void order.push(name);
  const controller = new AbortController();
  const { signal } = controller;
  const first = store.matchText("cat", 10, {}).then(note("first"));
  const givenUp = [
    store.matchText("cat", 10, {}, signal),
    store.correctSpelling("catt", signal),
    store.nearest(vectorOf("cat"), 10, {}, signal),
    store.page([1], [1], signal),
    store.recentImages(10, 0, {}, undefined, signal),
  ];
  const last = store.matchText("cat", 10).then(note("last"));
  // As a closed connection is told: by an event, after all requests that had come were begun.
  const event = setImmediate().then(() => {
    order.push("event");
    controller.abort();
  });
  for (const search of givenUp) await assert.rejects(search, { name: "AbortError" });
  await Promise.all([first, last, event]);
  assert.equal(order.at(-1), "last");
});

test("a search that fails does not keep the next one from its turn", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const cat = index(store, id, "/p/cat.png", "cat");
  await assert.rejects(store.nearest(Float32Array.of(1), 10));
  assert.deepEqual(
    (await store.matchText("cat", 10)).map(({ imageId }) => imageId),
    [cat],
  );
});
