import assert from "node:assert/strict";
import { test } from "node:test";
import { found, index, openLibrary, queue, queuePaths, removeFolder, see } from "./library.ts";

test("a new folder is online, empty and never scanned; its state and scan are kept", (t) => {
  const { store } = openLibrary(t);
  const folder = store.addFolder("/home/ann/Pictures");
  assert.deepEqual(folder, {
    id: folder.id,
    path: "/home/ann/Pictures",
    state: "online",
    addedAtMs: 1_000,
    lastScanAtMs: null,
    files: 0,
    pending: 0,
    failed: 0,
  });
  store.setFolderState(folder.id, "denied");
  store.setFolderScanned(folder.id, 5_000);
  assert.deepEqual(store.folders(), [{ ...folder, state: "denied", lastScanAtMs: 5_000 }]);
});

test("the same folder cannot be added twice, and an unknown one cannot be removed", (t) => {
  const { store } = openLibrary(t);
  store.addFolder("/p");
  assert.throws(() => store.addFolder("/p"), { name: "AppError", code: "folder-exists" });
  assert.equal(store.folders().length, 1);
  assert.throws(() => removeFolder(store, 99), { name: "AppError", code: "folder-not-found" });
});

test("a folder takes over the roots inside it, with their pictures, and leaves its neighbours alone", (t) => {
  const { store } = openLibrary(t);
  const inner = store.addFolder("/p/memes");
  const deep = store.addFolder("/p/memes.old/deep");
  const beside = store.addFolder("/photos");
  const before = store.addFolder("/p-2");
  const cat = index(store, inner.id, "/p/memes/cat.png", "cat");
  see(store, deep.id, "/p/memes.old/deep", "dog.png");
  index(store, beside.id, "/photos/sea.png", "sea");
  index(store, before.id, "/p-2/hill.png", "hill");

  const outer = store.addFolder("/p");

  assert.deepEqual(
    store.folders().map(({ path, files, pending }) => [path, files, pending]),
    [
      ["/p", 2, 1],
      ["/p-2", 1, 0],
      ["/photos", 1, 0],
    ],
  );
  assert.equal(outer.files, 2);
  assert.equal(store.image(cat)?.folderId, outer.id);
  assert.deepEqual(queuePaths(store), ["/p/memes.old/deep/dog.png"]);
  assert.equal(store.knownFiles(outer.id, "/p/memes").size, 1);
  assert.deepEqual(store.knownDirectories(outer.id, "/p"), ["/p/memes", "/p/memes.old/deep"]);
});

test("the root of the file system takes over everything", (t) => {
  const { store } = openLibrary(t);
  const inner = store.addFolder("/p");
  see(store, inner.id, "/p", "a.png");
  const outer = store.addFolder("/");
  see(store, outer.id, "/", "b.png");
  assert.deepEqual(
    store.folders().map(({ path, files }) => [path, files]),
    [["/", 2]],
  );
  assert.deepEqual([...queuePaths(store)].sort(), ["/b.png", "/p/a.png"]);
  assert.deepEqual(store.knownDirectories(outer.id, "/"), ["/", "/p"]);
});

test("removing a folder forgets its pictures at once, but not those that another folder holds as well", async (t) => {
  const library = openLibrary(t);
  const { store } = library;
  const first = store.addFolder("/first");
  const second = store.addFolder("/second");
  const gone = index(store, first.id, "/first/alone.png", "alone");
  const shared = index(store, first.id, "/first/early.png", "shared");
  index(store, second.id, "/second/late.png", "shared");
  see(store, first.id, "/first", "waiting.png");
  const revision = store.revision();

  assert.deepEqual(removeFolder(store, first.id), ["alone.webp"]);

  assert.deepEqual(
    store.folders().map(({ path }) => path),
    ["/second"],
  );
  assert.equal(store.image(gone), null);
  assert.deepEqual(store.image(shared)?.paths, ["/second/late.png"]);
  assert.deepEqual(await found(store, "alone"), []);
  assert.deepEqual(await found(store, "early"), []);
  assert.deepEqual(await found(store, "late"), [shared]);
  assert.ok(store.revision() > revision);
  assert.deepEqual(queue(store), []);
  assert.deepEqual(store.counts(), { folders: 1, files: 1, images: 1, pending: 0, failed: 0, inCloud: 0 });
  assert.deepEqual(library.rows("SELECT (SELECT count(*) FROM vectors_1), (SELECT count(*) FROM words)"), [[1, 1]]);
});

test("removing a folder reports a thumbnail only when no other picture shows it", (t) => {
  const { store } = openLibrary(t);
  const first = store.addFolder("/first");
  const second = store.addFolder("/second");
  index(store, first.id, "/first/a.png", "a", { thumbnail: "same.webp" });
  index(store, second.id, "/second/b.png", "b", { thumbnail: "same.webp" });
  assert.deepEqual(removeFolder(store, first.id), []);
  assert.equal(store.hasThumbnail("same.webp"), true);
  assert.deepEqual(removeFolder(store, second.id), ["same.webp"]);
  assert.equal(store.hasThumbnail("same.webp"), false);
});

test("what a worker still brings for a removed folder is not stored", (t) => {
  const { store } = openLibrary(t);
  const folder = store.addFolder("/p");
  see(store, folder.id, "/p", "a.png");
  const [file] = queue(store);
  assert.ok(file);
  removeFolder(store, folder.id);
  const again = store.addFolder("/p");
  see(store, again.id, "/p", "a.png");
  assert.equal(store.linkKnown(file, "0".repeat(64)), false);
  assert.equal(store.knownFiles(again.id, "/p").get("a.png")?.fileId === file.fileId, false);
  // A scan that was under way reports into nothing.
  see(store, folder.id, "/p", "late.png");
  assert.deepEqual(queuePaths(store), ["/p/a.png"]);
});

test("a folder inside a watched one is refused, even when both were checked before either was added", (t) => {
  const { store } = openLibrary(t);
  store.addFolder("/p/ä");
  assert.throws(() => store.addFolder("/p/ä/sub"), { name: "AppError", code: "folder-inside" });
  assert.throws(() => store.addFolder("/p/ä"), { name: "AppError", code: "folder-exists" });
  assert.equal(store.addFolder("/p/ä sibling").files, 0);
  store.addFolder("/");
  assert.throws(() => store.addFolder("/q"), { name: "AppError", code: "folder-inside" });
  assert.deepEqual(
    store.folders().map(({ path }) => path),
    ["/"],
  );
});
