import assert from "node:assert/strict";
import { test } from "node:test";
import { FAILURE, found, index, move, openLibrary, pending, picture, queue, queuePaths, see, seen } from "./library.ts";

test("known files are those of one directory, by name, exact to the nanosecond and the last bit of the inode", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const extreme = { name: "a.png", sizeBytes: 2 ** 40, modifiedNs: 1_700_000_000_123_456_789n, inode: 2n ** 64n - 1n };
  const future = { name: "b.png", sizeBytes: 0, modifiedNs: 2n ** 63n + 5n, inode: 2n ** 63n };
  const past = { name: "c.png", sizeBytes: 1, modifiedNs: -1_000_000_001n, inode: 0n };
  see(store, id, "/p", extreme, future, past);
  see(store, id, "/p/inner", "d.png");

  const known = store.knownFiles(id, "/p");
  assert.deepEqual([...known.keys()].sort(), ["a.png", "b.png", "c.png"]);
  for (const file of [extreme, future, past]) {
    const { fileId, ...rest } = known.get(file.name) ?? assert.fail();
    assert.ok(fileId > 0);
    assert.deepEqual(rest, { ...file, missing: false, inCloud: false });
  }
  assert.equal(store.knownFiles(id, "/elsewhere").size, 0);
});

test("very many known files are told a part at a time, in the order of their names", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const names = Array.from({ length: 2_400 }, (_, number) => `${number} 🐱 é.png`);
  see(store, id, "/p", ...names);
  see(store, id, "/p/inner", "zzz.png");
  const told: string[] = [];
  let parts = 0;
  for (let part = store.knownFiles(id, "/p"); part.size > 0; part = store.knownFiles(id, "/p", told.at(-1))) {
    told.push(...part.keys());
    parts++;
  }
  assert.deepEqual(told, names.toSorted());
  assert.equal(parts, 3);
});

test("known directories hold present files only, and stop at the root's own subtree", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const other = store.addFolder("/q");
  for (const directory of ["/p", "/p/a", "/p/a/deep", "/p/a b", "/p/a0", "/p/b", "/p/c"])
    see(store, id, directory, "x.png");
  see(store, other.id, "/q", "x.png");
  move(store, "gone", id, "/p/b", "x.png");
  assert.deepEqual(store.knownDirectories(id, "/p"), ["/p", "/p/a", "/p/a b", "/p/a/deep", "/p/a0", "/p/c"]);
  assert.deepEqual(store.knownDirectories(id, "/p/a"), ["/p/a", "/p/a/deep"]);
  assert.deepEqual(store.knownDirectories(id, "/p/none"), []);
});

test("a picture whose file is gone is hidden everywhere, and back as it was when the file returns", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const cat = index(store, id, "/p/cat.png", "cat", { text: "hello there" });
  const dog = index(store, id, "/p/dog.png", "dog");
  const query = store.embedding(cat) ?? assert.fail();
  const revision = store.revision();

  move(store, "gone", id, "/p", "cat.png");
  assert.equal(store.image(cat), null);
  assert.deepEqual(
    store.images([cat, dog]).map(({ id: imageId }) => imageId),
    [dog],
  );
  assert.deepEqual([...store.texts([cat, dog]).keys()], [dog]);
  assert.deepEqual(await found(store, "hello"), []);
  assert.deepEqual(await found(store, "cat"), []);
  assert.deepEqual(
    (await store.nearest(query, 10)).map(({ imageId }) => imageId),
    [dog],
  );
  assert.deepEqual(
    (await store.recentImages(10, 0)).map(({ id: imageId }) => imageId),
    [dog],
  );
  assert.deepEqual(store.counts(), { folders: 1, files: 1, images: 1, pending: 0, failed: 0, inCloud: 0 });
  assert.equal(store.knownFiles(id, "/p").get("cat.png")?.missing, true);
  assert.ok(store.revision() > revision);

  move(store, "returned", id, "/p", "cat.png");
  assert.deepEqual(queuePaths(store), []);
  assert.deepEqual(await found(store, "hello"), [cat]);
  assert.deepEqual(await found(store, "cat"), [cat]);
  assert.equal((await store.nearest(query, 1))[0]?.imageId, cat);
  assert.equal(store.counts().images, 2);
});

test("a renamed file keeps its picture without being embedded, and is found by its new name only", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const image = index(store, id, "/p/before.png", "content", { text: "caption" });
  store.applyChanges({
    folderId: id,
    directory: "/p",
    seen: [seen("after.png")],
    returned: [],
    gone: [store.knownFiles(id, "/p").get("before.png")?.fileId ?? assert.fail()],
  });
  assert.equal(store.linkKnown(pending(store, "/p/after.png"), picture("content").contentHash), true);
  assert.deepEqual(await found(store, "before"), []);
  assert.deepEqual(await found(store, "after"), [image]);
  assert.deepEqual(await found(store, "caption"), [image]);
  assert.deepEqual(store.image(image)?.paths, ["/p/after.png"]);
  assert.deepEqual(queuePaths(store), []);
});

test("a copy adds its name and folder to the picture, and takes them along when it goes", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/home/ann/Pictures");
  const image = index(store, id, "/home/ann/Pictures/one.png", "content");
  see(store, id, "/home/ann/Pictures/travel", seen("two.png", 9));
  assert.equal(store.linkKnown(queue(store)[0] ?? assert.fail(), picture("content").contentHash), true);
  assert.deepEqual(store.texts([image]).get(image), {
    ocr: "",
    ocrBoxes: new Uint8Array(0),
    names: ["two", "one"],
    folders: ["Pictures/travel", "Pictures"],
    tags: [],
  });
  assert.deepEqual(await found(store, "one"), [image]);
  assert.deepEqual(await found(store, "two"), [image]);
  assert.deepEqual(await found(store, "travel"), [image]);
  assert.equal(store.image(image)?.copies, 2);

  move(store, "gone", id, "/home/ann/Pictures/travel", "two.png");
  assert.deepEqual(await found(store, "one"), [image]);
  assert.deepEqual(await found(store, "two"), []);
  assert.deepEqual(await found(store, "travel"), []);
  assert.equal(store.image(image)?.copies, 1);
});

test("a changed file shows the picture it held until the new one is stored", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const old = index(store, id, "/p/a.png", "old", { text: "ancient words" });
  see(store, id, "/p", seen("a.png", 2));
  assert.deepEqual(await found(store, "ancient"), [old]);
  const fresh = store.saveImage(pending(store, "/p/a.png"), picture("new", { text: "modern words" }));
  assert.notEqual(fresh, old);
  assert.deepEqual(await found(store, "words"), [fresh]);
  assert.equal(store.image(old), null);
  assert.equal(store.counts().images, 1);
});

test("a changed file that cannot be read no longer shows the picture it held", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const old = index(store, id, "/p/a.png", "old", { text: "ancient words" });
  see(store, id, "/p", seen("a.png", 2));
  store.saveFailure(pending(store, "/p/a.png"), { ...FAILURE, retryAtMs: null }, 5);
  assert.deepEqual(await found(store, "ancient"), []);
  assert.equal(store.image(old), null);
  assert.deepEqual(store.counts(), { folders: 1, files: 1, images: 0, pending: 0, failed: 1, inCloud: 0 });
});
