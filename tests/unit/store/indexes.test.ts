import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "../../../daemon/store/store.ts";
import {
  FAILURE,
  forgetKept,
  forgetMissing,
  found,
  hashOf,
  index,
  isKnown,
  move,
  openLibrary,
  pending,
  picture,
  queue,
  queuePaths,
  removeFolder,
  see,
  vectorOf,
} from "./library.ts";

const OTHER_DIMENSION = 5;

function other(content: string) {
  return picture(content, { embedding: vectorOf(content, OTHER_DIMENSION) });
}

/** The worker goes through the queue with the other model; the content of a file is its name. */
function embedAll(store: Store): void {
  for (const file of queue(store)) store.saveImage(file, other(nameOf(file.path)));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(".png", "");
}

test("the first model is active at once", (t) => {
  const { store } = openLibrary(t, null);
  const { active, target } = store.useModel("a", 8, "auto");
  assert.deepEqual(active, { id: active.id, modelId: "a", modelSetting: "auto", dimension: 8, state: "active" });
  assert.deepEqual(target, active);
  assert.deepEqual(store.activeIndex(), active);
  assert.deepEqual(store.useModel("a", 8, "chosen").active, { ...active, modelSetting: "chosen" });
});

test("4: another model's index is built beside the active one and takes its place when it is complete", async (t) => {
  const library = openLibrary(t);
  const { store } = library;
  const { id } = store.addFolder("/p");
  const cat = index(store, id, "/p/cat.png", "cat", { text: "caption" });
  const dog = index(store, id, "/p/dog.png", "dog");
  const { active, target } = store.useModel("b", OTHER_DIMENSION);
  assert.deepEqual([active.modelId, target.modelId, target.state], ["a", "b", "building"]);
  assert.equal(queue(store).length, 2);
  assert.equal(isKnown(store, hashOf("cat")), false);
  assert.equal(store.linkKnown(pending(store, "/p/cat.png"), hashOf("cat")), false);

  assert.equal(store.saveImage(pending(store, "/p/cat.png"), other("cat")), cat);
  assert.equal(store.activateIfComplete(), false);
  // Searches go on with the old model, over all pictures.
  assert.equal(store.activeIndex()?.modelId, "a");
  assert.deepEqual((await store.nearest(vectorOf("cat"), 5)).map(({ imageId }) => imageId).sort(), [cat, dog]);
  await assert.rejects(store.nearest(vectorOf("cat", OTHER_DIMENSION), 5), /5 numbers/);
  assert.deepEqual(store.embedding(cat), vectorOf("cat"));
  assert.equal(isKnown(store, hashOf("cat")), true);

  const revision = store.revision();
  store.saveImage(pending(store, "/p/dog.png"), other("dog"));
  assert.equal(store.activateIfComplete(), true);
  assert.equal(store.activateIfComplete(), false);
  assert.ok(store.revision() > revision);
  assert.equal(store.activeIndex()?.modelId, "b");
  assert.equal(store.activeIndex()?.state, "active");
  assert.deepEqual(store.embedding(dog), vectorOf("dog", OTHER_DIMENSION));
  assert.equal((await store.nearest(vectorOf("dog", OTHER_DIMENSION), 1))[0]?.imageId, dog);
  await assert.rejects(store.nearest(vectorOf("cat"), 5), /8 numbers/);
  assert.deepEqual(library.rows("SELECT model_id, state FROM indexes"), [
    ["a", "kept"],
    ["b", "active"],
  ]);
});

test("a half built index survives a restart", (t) => {
  const library = openLibrary(t);
  const { id } = library.store.addFolder("/p");
  index(library.store, id, "/p/cat.png", "cat");
  index(library.store, id, "/p/dog.png", "dog");
  library.store.useModel("b", OTHER_DIMENSION);
  library.store.saveImage(pending(library.store, "/p/cat.png"), other("cat"));
  const store = library.reopen();
  assert.equal(store.useModel("b", OTHER_DIMENSION).active.modelId, "a");
  assert.deepEqual(
    queue(store).map(({ path }) => path),
    ["/p/dog.png"],
  );
  embedAll(store);
  assert.equal(store.activateIfComplete(), true);
  assert.equal(library.reopen().activeIndex()?.modelId, "b");
});

test("the same model with another dimension is another index", (t) => {
  const { store } = openLibrary(t);
  const { active, target } = store.useModel("a", OTHER_DIMENSION);
  assert.notEqual(active.id, target.id);
  assert.equal(store.activateIfComplete(), true);
  assert.equal(store.activeIndex()?.dimension, OTHER_DIMENSION);
});

test("a picture that a new model re-embeds comes after those that cannot be found at all", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  index(store, id, "/p/known.png", "known", { at: 99 });
  see(store, id, "/p", "unknown.png");
  store.useModel("b", OTHER_DIMENSION);
  assert.deepEqual(
    queue(store).map(({ path }) => path),
    ["/p/unknown.png", "/p/known.png"],
  );
});

test("one copy brings the new embedding for all", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  index(store, id, "/p/a.png", "same");
  index(store, id, "/p/b.png", "same");
  store.useModel("b", OTHER_DIMENSION);
  assert.equal(queue(store).length, 2);
  store.saveImage(pending(store, "/p/a.png"), other("same"));
  assert.deepEqual(queue(store), []);
  assert.equal(store.activateIfComplete(), true);
});

test("a copy that failed is done when another one brings the embedding", (t) => {
  const library = openLibrary(t);
  const { store } = library;
  const { id } = store.addFolder("/p");
  for (const name of ["a", "b", "c"]) index(store, id, `/p/${name}.png`, "same");
  store.useModel("b", OTHER_DIMENSION);
  for (const name of ["a", "b"]) store.saveFailure(pending(store, `/p/${name}.png`), { ...FAILURE, retryAtMs: 9 }, 5);
  store.retryFailures([pending(store, "/p/c.png").fileId, store.failures(1, 0).failures[0]?.fileId ?? 0]);
  store.saveImage(pending(store, "/p/c.png"), other("same"));
  assert.deepEqual(store.counts(), { folders: 1, files: 3, images: 1, pending: 0, failed: 0, inCloud: 0 });
  assert.deepEqual(library.rows("SELECT * FROM failures"), []);
});

test("going back to the model before costs nothing for the pictures it knows", async (t) => {
  const library = openLibrary(t);
  const { store } = library;
  const { id } = store.addFolder("/p");
  const cat = index(store, id, "/p/cat.png", "cat");
  index(store, id, "/p/dog.png", "dog");
  index(store, id, "/p/owl.png", "owl");
  store.useModel("b", OTHER_DIMENSION);
  store.saveImage(pending(store, "/p/cat.png"), other("cat"));
  store.saveFailure(pending(store, "/p/owl.png"), { ...FAILURE, retryAtMs: null }, 5);
  see(store, id, "/p", "new.png");
  // It can be found at once, and waits for the other model.
  const fresh = store.saveImage(pending(store, "/p/new.png"), picture("new"));
  assert.equal((await store.nearest(vectorOf("new"), 1))[0]?.imageId, fresh);
  assert.deepEqual(store.buildingProgress(), { done: 2, total: 4 });
  store.saveEmbedding(pending(store, "/p/new.png"), hashOf("new"), [vectorOf("new", OTHER_DIMENSION)]);

  const { active, target } = store.useModel("a", 8);
  assert.deepEqual([active.modelId, target.id], ["a", active.id]);
  assert.deepEqual(queue(store), []);
  assert.equal(store.failures(10, 0).total, 0);
  assert.equal(isKnown(store, hashOf("cat")), true);
  assert.equal((await store.nearest(vectorOf("cat"), 1))[0]?.imageId, cat);
  assert.equal(store.buildingProgress(), null);

  // What the half built index has is kept, as well.
  store.useModel("b", OTHER_DIMENSION);
  assert.deepEqual(queuePaths(store).toSorted(), ["/p/dog.png", "/p/owl.png"]);
  embedAll(store);
  assert.equal(store.activateIfComplete(), true);
  store.useModel("a", 8);
  assert.deepEqual(queue(store), []);
  assert.equal(store.activateIfComplete(), true);
  assert.equal(store.activeIndex()?.modelId, "a");
  assert.equal((await store.nearest(vectorOf("cat"), 1))[0]?.imageId, cat);
});

test("a third model replaces the one that was being built", (t) => {
  const library = openLibrary(t);
  const { store } = library;
  const { id } = store.addFolder("/p");
  index(store, id, "/p/cat.png", "cat");
  store.useModel("b", OTHER_DIMENSION);
  store.saveImage(pending(store, "/p/cat.png"), other("cat"));
  store.useModel("c", OTHER_DIMENSION);
  assert.equal(queue(store).length, 1);
  assert.equal(store.activateIfComplete(), false);
  embedAll(store);
  assert.equal(store.activateIfComplete(), true);
  assert.equal(store.activeIndex()?.modelId, "c");
  assert.deepEqual(library.rows("SELECT model_id, state FROM indexes ORDER BY id"), [
    ["a", "kept"],
    ["b", "kept"],
    ["c", "active"],
  ]);
});

test("a picture that the new model cannot embed stays findable by its text and does not hold up the swap", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  index(store, id, "/p/cat.png", "cat");
  const bad = index(store, id, "/p/bad.png", "bad", { text: "caption" });
  store.useModel("b", OTHER_DIMENSION);
  store.saveImage(pending(store, "/p/cat.png"), other("cat"));
  store.saveFailure(pending(store, "/p/bad.png"), { ...FAILURE, retryAtMs: null }, 5);
  assert.deepEqual(await found(store, "caption"), [bad]);
  assert.equal(store.activateIfComplete(), true);
  assert.deepEqual(await found(store, "caption"), [bad]);
  assert.equal(store.embedding(bad), null);
  assert.equal(store.retryFailures(null), 1);
  assert.equal(store.saveImage(pending(store, "/p/bad.png"), other("bad")), bad);
  assert.deepEqual(store.embedding(bad), vectorOf("bad", OTHER_DIMENSION));
});

test("the swap does not wait for an unplugged disk, but is not made for a small part of the library", (t) => {
  const { store } = openLibrary(t);
  const home = store.addFolder("/home");
  const disk = store.addFolder("/disk");
  index(store, home.id, "/home/a.png", "a");
  for (const name of ["b", "c"]) index(store, disk.id, `/disk/${name}.png`, name);
  store.setFolderState(disk.id, "offline");
  store.useModel("b", OTHER_DIMENSION);
  embedAll(store);
  assert.equal(store.activateIfComplete(), false);
  store.setFolderState(disk.id, "online");
  store.saveImage(pending(store, "/disk/b.png"), other("b"));
  assert.equal(store.activateIfComplete(), false);
  store.setFolderState(disk.id, "offline");
  assert.equal(store.activateIfComplete(), true);
  store.setFolderState(disk.id, "online");
  assert.deepEqual(
    queue(store).map(({ path }) => path),
    ["/disk/c.png"],
  );
});

test("a file that was away while another model took over is read again when it returns", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const away = index(store, id, "/p/away.png", "away", { text: "caption" });
  index(store, id, "/p/here.png", "here");
  move(store, "gone", id, "/p", "away.png");
  store.useModel("b", OTHER_DIMENSION);
  embedAll(store);
  assert.equal(store.activateIfComplete(), true);
  move(store, "returned", id, "/p", "away.png");
  assert.deepEqual(await found(store, "caption"), [away]);
  assert.deepEqual(
    queue(store).map(({ path }) => path),
    ["/p/away.png"],
  );
  assert.equal(store.saveImage(pending(store, "/p/away.png"), other("away")), away);
});

test("a picture forgotten while an index is built leaves both", (t) => {
  const library = openLibrary(t);
  const { store } = library;
  const { id } = store.addFolder("/p");
  index(store, id, "/p/cat.png", "cat");
  store.useModel("b", OTHER_DIMENSION);
  embedAll(store);
  removeFolder(store, id);
  assert.deepEqual(library.rows("SELECT (SELECT count(*) FROM vectors_1), (SELECT count(*) FROM vectors_2)"), [[0, 0]]);
});

test("a kept index is forgotten after its grace period, and the third at once", (t) => {
  const library = openLibrary(t);
  const { store } = library;
  const { id } = store.addFolder("/p");
  index(store, id, "/p/cat.png", "cat");
  for (const [at, model] of ["b", "c", "d"].entries()) {
    library.setNow(100 * (at + 1));
    store.useModel(model, OTHER_DIMENSION);
    embedAll(store);
    assert.equal(store.activateIfComplete(), true);
  }
  const kept = () => library.rows("SELECT model_id FROM indexes WHERE state = 'kept' ORDER BY id").flat();
  assert.deepEqual(kept(), ["a", "b", "c"]);
  assert.equal(forgetKept(store, 0), 1);
  assert.deepEqual(kept(), ["b", "c"]);
  assert.equal(forgetKept(store, 250), 1);
  assert.deepEqual(kept(), ["c"]);
  // The clock was set back: it counts from now on.
  library.setNow(50);
  assert.equal(forgetKept(store, 40), 0);
  library.setNow(100);
  assert.equal(forgetKept(store, 60), 1);
  assert.equal(library.rows("SELECT name FROM sqlite_schema WHERE sql LIKE '%USING vec0%'").length, 1);
});

test("a kept index takes part when pictures go, and lacks only what came since when it is wanted again", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  index(store, id, "/p/cat.png", "cat");
  index(store, id, "/p/dog.png", "dog");
  store.useModel("b", OTHER_DIMENSION);
  embedAll(store);
  store.activateIfComplete();
  move(store, "gone", id, "/p", "cat.png");
  forgetMissing(store, 10 ** 15);
  see(store, id, "/p", "new.png");
  embedAll(store);
  const { active, target } = store.useModel("a", 8);
  assert.deepEqual([active.modelId, target.modelId, target.state], ["b", "a", "building"]);
  assert.deepEqual(queuePaths(store), ["/p/new.png"]);
  assert.equal(store.knowledge(hashOf("new"), target.id), "lacks-embedding");
  const file = pending(store, "/p/new.png");
  assert.equal(file.indexId, target.id);
  assert.ok(store.saveEmbedding(file, hashOf("new"), [vectorOf("new")]));
  assert.equal(store.activateIfComplete(), true);
  assert.deepEqual((await store.nearest(vectorOf("cat"), 9)).length, 2);
});

test("new files are read for the other model at once when the active one's is gone", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  index(store, id, "/p/cat.png", "cat");
  see(store, id, "/p", "new.png");
  const { active } = store.useModel("b", OTHER_DIMENSION, "auto", true);
  assert.equal(pending(store, "/p/new.png").indexId, active.id);
  const { target } = store.useModel("b", OTHER_DIMENSION, "auto", false);
  assert.equal(pending(store, "/p/new.png").indexId, target.id);
  store.saveImage(pending(store, "/p/new.png"), other("new"));
  assert.deepEqual(queuePaths(store), ["/p/cat.png"]);
});

test("what was read for an index that is gone is not stored, and read again", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  index(store, id, "/p/cat.png", "cat");
  store.useModel("b", OTHER_DIMENSION);
  const file = pending(store, "/p/cat.png");
  // Nothing is in it, so nothing is kept.
  store.useModel("c", OTHER_DIMENSION);
  assert.equal(store.saveImage(file, other("cat")), null);
  assert.equal(store.saveEmbedding(file, hashOf("cat"), [vectorOf("cat", OTHER_DIMENSION)]), null);
  assert.deepEqual(queuePaths(store), ["/p/cat.png"]);
});

test("an embedding alone is not stored for a picture that is not there whole", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  see(store, id, "/p", "cat.png");
  assert.equal(store.knowledge(hashOf("cat"), pending(store, "/p/cat.png").indexId), "unknown");
  assert.equal(store.saveEmbedding(pending(store, "/p/cat.png"), hashOf("cat"), [vectorOf("cat")]), null);
  assert.deepEqual(queuePaths(store), ["/p/cat.png"]);
});
