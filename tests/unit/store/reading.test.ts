import assert from "node:assert/strict";
import { test } from "node:test";
import { index, openLibrary, see, seen } from "./library.ts";

test("recent pictures come newest first, copies once, page by page", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const other = store.addFolder("/q");
  const old = index(store, id, "/p/old.png", "old", { at: 10 });
  const copied = index(store, id, "/p/first.png", "copied", { at: 5 });
  const middle = index(store, other.id, "/q/middle.png", "middle", { at: 20 });
  index(store, other.id, "/q/second.png", "copied", { at: 30 });
  see(store, id, "/p", seen("unread.png", 99));
  const ids = (limit: number, offset: number, folderId?: number) =>
    store.recentImages(limit, offset, folderId === undefined ? {} : { folderId }).map((image) => image.id);
  assert.deepEqual(ids(10, 0), [copied, middle, old]);
  assert.deepEqual(ids(2, 0), [copied, middle]);
  assert.deepEqual(ids(2, 2), [old]);
  assert.deepEqual(ids(2, 9), []);
  assert.deepEqual(ids(0, 0), []);
  assert.deepEqual(ids(10, 0, id), [old, copied]);
  assert.deepEqual(ids(10, 0, other.id), [copied, middle]);
});

test("pictures come in the order asked for, without those that are gone", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const a = index(store, id, "/p/a.png", "a");
  const b = index(store, id, "/p/b.png", "b");
  assert.deepEqual(
    store.images([b, 999, a]).map((image) => image.id),
    [b, a],
  );
  assert.deepEqual([...store.texts([b, 999]).keys()], [b]);
  assert.equal(store.image(999), null);
});

test("a picture without a thumbnail says so", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const image = index(store, id, "/p/a.png", "a", { thumbnail: "" });
  assert.equal(store.image(image)?.thumbnailPath, null);
});

test("an empty library counts nothing, and its size is that of its files", (t) => {
  const { store } = openLibrary(t);
  assert.deepEqual(store.counts(), { folders: 0, files: 0, images: 0, pending: 0, failed: 0 });
  assert.deepEqual(store.failures(10, 0), { failures: [], total: 0 });
  assert.deepEqual(store.recentImages(10, 0), []);
  assert.deepEqual(store.matchText("anything", 10), []);
  assert.equal(store.nextRetryAtMs(), null);
  assert.ok(store.sizeBytes() > 10_000);
});

test("the revision grows when a picture becomes findable, and only then", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const start = store.revision();
  see(store, id, "/p", "a.png");
  assert.equal(store.revision(), start);
  index(store, id, "/p/a.png", "a");
  const shown = store.revision();
  assert.ok(shown > start);
  store.setFolderScanned(id, 5);
  assert.equal(store.revision(), shown);
});
