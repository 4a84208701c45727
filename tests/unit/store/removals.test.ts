// What is large goes in steps; a process that is killed between two of them leaves what the next one finishes.
import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openStore } from "../../../daemon/store/open.ts";
import type { IndexedImage, Store } from "../../../daemon/store/store.ts";
import {
  FAILURE,
  forgetKept,
  forgetMissing,
  found,
  index,
  type Library,
  move,
  openLibrary,
  picture,
  queue,
  removeFolder,
  see,
  vectorOf,
} from "./library.ts";

const COUNT = 7;
const names = Array.from({ length: COUNT }, (_, number) => `n${number}`);
const boxes = [{ start: 0, end: 4, box: [0, 0, 1, 1], turns: 0 }] as const;

interface Filled {
  readonly library: Library;
  readonly doomed: number;
  readonly kept: number;
}

/** Two roots; one picture is in both. */
function filled(t: TestContext): Filled {
  const library = openLibrary(t, "a", "/thumbnails", { forgottenAtOnce: 2, queuedAtOnce: 2 });
  const { store } = library;
  const doomed = store.addFolder("/p").id;
  const kept = store.addFolder("/q").id;
  for (const name of names) index(store, doomed, `/p/${name}.png`, name, { text: `text ${name}`, words: boxes });
  index(store, kept, "/q/stays.png", "stays", { text: "text stays", words: boxes });
  index(store, kept, "/q/shared.png", names[0] ?? "");
  see(store, doomed, "/p", "waiting.png");
  return { library, doomed, kept };
}

/** The library as a process that is killed now leaves it, opened by the next one. */
function afterKill(t: TestContext, { directory, path }: Library, number: number): Store {
  const copy = join(directory, `killed-${number}`);
  mkdirSync(copy);
  for (const end of ["", "-wal"]) if (existsSync(path + end)) copyFileSync(path + end, join(copy, `library.db${end}`));
  const store = openStore({ path: join(copy, "library.db"), thumbnailsDirectory: "/thumbnails", now: () => 2_000 });
  t.after(() => store.close());
  return store;
}

async function assertOnlyKept(store: Store): Promise<void> {
  assert.deepEqual(store.counts(), { folders: 1, files: 2, images: 2, pending: 0, failed: 0, inCloud: 0 });
  assert.equal((await found(store, "text")).length, 2);
  assert.deepEqual(await found(store, "n3"), []);
  assert.deepEqual((await store.recentImages(10, 0)).map(({ path }) => path).toSorted(), [
    "/q/shared.png",
    "/q/stays.png",
  ]);
  assert.equal((await store.nearest(vectorOf("n3"), 10)).length, 2);
  for (const name of names.slice(1)) assert.equal(store.hasThumbnail(`${name}.webp`), false);
  const { wrongCounters, strayVectors, strayTexts, forgotten, withoutVector, damage } = await store.inspect();
  assert.deepEqual(
    { wrongCounters, strayVectors, strayTexts, forgotten, withoutVector, damage },
    { wrongCounters: 0, strayVectors: [], strayTexts: [], forgotten: [], withoutVector: [], damage: [] },
  );
}

test("4: the pictures that another model lacks come into the queue in steps, wherever a kill interrupts them; no swap before", async (t) => {
  const library = openLibrary(t, "a", "/thumbnails", { queuedAtOnce: 2 });
  const { store } = library;
  const { id } = store.addFolder("/p");
  for (const name of names) index(store, id, `/p/${name}.png`, name);
  store.useModel("b", 5);
  assert.deepEqual(store.buildingProgress(), { done: 0, total: COUNT });
  const killed = [afterKill(t, library, 0)];
  // What is queued already is done before the rest is queued: most of them.
  store.queueSome();
  for (const file of queue(store)) store.saveImage(file, ofOtherModel(file.path));
  assert.equal(store.activateIfComplete(), false, "what is not queued yet is not complete");
  index(store, id, "/p/late.png", "late");
  while (store.queueSome()) killed.push(afterKill(t, library, killed.length));
  assert.ok(killed.length > 2, `${killed.length} steps`);
  assert.deepEqual(store.buildingProgress(), { done: 4, total: COUNT + 1 });
  for (const next of [store, ...killed]) {
    assert.equal(next.activeIndex()?.modelId, "a");
    next.useModel("b", 5);
    while (next.queueSome());
    for (const file of queue(next)) next.saveImage(file, ofOtherModel(file.path));
    assert.equal(next.activateIfComplete(), true);
    assert.equal((await next.nearest(vectorOf("n3", 5), 10)).length, next.counts().images);
  }
});

test("going back to the model before while the queue for another is being made leaves nothing in it", (t) => {
  const library = openLibrary(t, "a", "/thumbnails", { queuedAtOnce: 2 });
  const { store } = library;
  const { id } = store.addFolder("/p");
  for (const name of names) index(store, id, `/p/${name}.png`, name);
  store.useModel("b", 5);
  store.queueSome();
  store.saveFailure(queue(store)[0] ?? assert.fail(), { ...FAILURE, retryAtMs: 9 }, 5);
  store.useModel("a", 8);
  while (store.queueSome());
  const { pending, failed } = store.counts();
  assert.deepEqual([pending, failed, store.failures(9, 0).total], [0, 0, 0]);
});

function ofOtherModel(path: string): IndexedImage {
  const content = path.slice("/p/".length, -".png".length);
  return picture(content, { embedding: vectorOf(content, 5) });
}

test("a removed folder is unknown and its pictures are shown nowhere, at once; they are forgotten wherever a kill interrupts it", async (t) => {
  const { library, doomed, kept } = filled(t);
  const { store } = library;
  const [gone = 0] = await found(store, "n3");
  const [shared = 0] = await found(store, "n0");
  store.removeFolder(doomed);
  assert.equal(store.image(gone), null);
  assert.deepEqual(store.images([gone]), []);
  assert.deepEqual(store.image(shared)?.paths, ["/q/shared.png"]);
  assert.deepEqual([...store.texts([gone, shared]).keys()], [shared]);
  assert.equal((await store.recentImages(10, 0)).length, 2);
  for (let throws = 0; throws < 20; throws++) assert.equal(store.randomImage()?.folderId, kept);
  assert.deepEqual(
    store.folders().map(({ path }) => path),
    ["/q"],
  );
  assert.deepEqual(queue(store), []);
  assert.throws(() => store.removeFolder(doomed), { code: "folder-not-found" });
  const killed = [afterKill(t, library, 0)];
  while (store.hideFiles()) killed.push(afterKill(t, library, killed.length));
  assert.deepEqual(await found(store, "n3"), []);
  while (store.forgetFiles()) killed.push(afterKill(t, library, killed.length));
  assert.equal(store.counts().images, 2);
  assert.deepEqual(await found(store, "n3"), []);
  const thumbnails: string[] = [];
  for (let some = store.forgetMissing(1); some !== null; some = store.forgetMissing(1)) {
    thumbnails.push(...some);
    killed.push(afterKill(t, library, killed.length));
  }
  assert.deepEqual(
    thumbnails.toSorted(),
    names.slice(1).map((name) => `${name}.webp`),
  );
  assert.ok(killed.length > COUNT, `${killed.length} steps`);
  await assertOnlyKept(store);
  for (const next of killed) {
    while (next.hideFiles());
    while (next.forgetFiles());
    forgetMissing(next, 1);
    await assertOnlyKept(next);
  }
});

test("a large folder is taken over in steps, its pictures are found throughout, wherever a kill interrupts it", async (t) => {
  const { library, doomed } = filled(t);
  const { store } = library;
  const outer = store.addFolder("/");
  const isOver = (next: Store): void => {
    assert.deepEqual(
      next.folders().map(({ id, path, files, pending }) => [id, path, files, pending]),
      [[outer.id, "/", COUNT + 3, 1]],
    );
    assert.equal(next.knownFiles(outer.id, "/p").size, COUNT + 1);
  };
  assert.throws(() => store.addFolder("/p"), { code: "folder-inside" });
  assert.throws(() => store.removeFolder(doomed), { code: "folder-not-found" });
  const killed = [afterKill(t, library, 0)];
  do {
    assert.equal((await store.recentImages(20, 0)).length, COUNT + 1);
    assert.equal(queue(store).length, 1);
    assert.equal(store.counts().files, COUNT + 3);
    killed.push(afterKill(t, library, killed.length));
  } while (store.takeFiles());
  assert.ok(killed.length > 3, `${killed.length} steps`);
  for (const next of [store, ...killed]) {
    while (next.takeFiles());
    isOver(next);
  }
});

test("a folder that is removed while it takes another over takes that with it", async (t) => {
  const { library } = filled(t);
  const { store } = library;
  const outer = store.addFolder("/");
  removeFolder(store, outer.id);
  assert.equal(store.takeFiles(), false);
  assert.deepEqual(store.counts(), { folders: 0, files: 0, images: 0, pending: 0, failed: 0, inCloud: 0 });
  assert.equal((await store.recentImages(10, 0)).length, 0);
  assert.deepEqual(library.rows("SELECT id FROM folders"), []);
});

test("pictures that were missing for long go in steps, wherever a kill interrupts them", async (t) => {
  const { library, doomed } = filled(t);
  const { store } = library;
  move(store, "gone", doomed, "/p", ...names.map((name) => `${name}.png`), "waiting.png");
  library.setNow(9_000);
  const killed: Store[] = [];
  while (store.forgetMissing(8_000) !== null) killed.push(afterKill(t, library, killed.length));
  assert.ok(killed.length > COUNT / 2);
  for (const next of [store, ...killed]) {
    forgetMissing(next, 8_000);
    removeFolder(next, doomed);
    await assertOnlyKept(next);
  }
});

test("a folder that is added again while it is being forgotten has its pictures back, none is read anew", async (t) => {
  const { library, doomed } = filled(t);
  const { store } = library;
  store.removeFolder(doomed);
  store.hideFiles();
  store.forgetFiles();
  const again = store.addFolder("/p");
  see(store, again.id, "/p", ...names.map((name) => `${name}.png`));
  while (store.forgetFiles());
  for (const file of queue(store)) {
    const name = file.path.slice("/p/".length, -".png".length);
    assert.equal(store.linkKnown(file, picture(name).contentHash), true, name);
  }
  assert.deepEqual(forgetMissing(store, 1), []);
  assert.equal(store.counts().images, COUNT + 1);
  assert.equal((await found(store, "n3")).length, 1);
  removeFolder(store, again.id);
  await assertOnlyKept(store);
});

test("an index that nobody uses goes in steps, wherever a kill interrupts it; the same model begins a new one meanwhile", async (t) => {
  const { library, doomed } = filled(t);
  const { store } = library;
  removeFolder(store, doomed);
  store.useModel("b", 5);
  while (store.queueSome());
  for (const file of queue(store)) {
    const content = file.path.includes("shared") ? (names[0] ?? "") : "stays";
    store.saveImage(file, picture(content, { text: `text ${content}`, embedding: vectorOf(content, 5) }));
  }
  assert.equal(store.activateIfComplete(), true);
  library.setNow(9_000);
  assert.equal(store.forgetKept(8_000), 1);
  assert.deepEqual(
    store.knownIndexes().map(({ modelId, state }) => [modelId, state]),
    [["b", "active"]],
  );
  const killed = [afterKill(t, library, 0)];
  while (store.dropSome()) killed.push(afterKill(t, library, killed.length));
  assert.ok(killed.length > 1);
  for (const next of [store, ...killed]) {
    assert.equal((await next.nearest(vectorOf("stays", 5), 10)).length, 2);
    assert.equal(next.useModel("a", 8).target.state, "building");
    assert.equal(forgetKept(next, 8_000), 0);
    assert.deepEqual((await next.inspect()).strayVectors, []);
    assert.equal(next.knownIndexes().length, 2);
  }
  assert.deepEqual(library.rows("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'vectors_1%'"), [[0]]);
});
