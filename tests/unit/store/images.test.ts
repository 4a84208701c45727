import assert from "node:assert/strict";
import { test } from "node:test";
import {
  FAILURE,
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
  removeFolder,
  see,
  seen,
  vectorOf,
} from "./library.ts";

test("a saved picture is there with everything: row, vector, text, thumbnail", async (t) => {
  const library = openLibrary(t);
  const { store } = library;
  const { id } = store.addFolder("/p");
  library.setNow(2_000);
  const image = index(store, id, "/p/trip/cat.png", "cat", { at: 5_000_000, text: "hello\nthere", frames: 3 });
  assert.deepEqual(store.image(image), {
    id: image,
    path: "/p/trip/cat.png",
    name: "cat.png",
    folderId: id,
    format: "png",
    width: 640,
    height: 480,
    frames: 3,
    sizeBytes: 100,
    modifiedAtMs: 5,
    offline: false,
    copies: 1,
    favourite: false,
    hidden: false,
    tags: [],
    thumbnailUrl: `/v1/images/${image}/thumbnail?v=${hashOf("cat").slice(0, 16)}-${(2_000).toString(36)}`,
    thumbnailPath: "/thumbnails/cat.webp",
    text: "hello\nthere",
    contentHash: hashOf("cat"),
    indexedAtMs: 2_000,
    paths: ["/p/trip/cat.png"],
  });
  assert.deepEqual(store.embedding(image), vectorOf("cat"));
  assert.deepEqual(await found(store, "hello"), [image]);
  assert.equal(store.hasThumbnail("cat.webp"), true);
  assert.equal(isKnown(store, hashOf("cat")), true);
  assert.equal(isKnown(store, hashOf("dog")), false);
});

test("a file that changed, or went, while it was read is not stored", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  see(store, id, "/p", "a.png", "b.png", "c.png");
  const [a, b, c] = ["a", "b", "c"].map((name) => pending(store, `/p/${name}.png`));
  assert.ok(a && b && c);
  see(store, id, "/p", seen("a.png", 2), seen("b.png", 1, 101));
  store.forgetFile(c.fileId);
  for (const file of [a, b, c]) {
    assert.equal(store.saveImage(file, picture("content")), null);
    assert.equal(store.linkKnown(file, hashOf("content")), false);
  }
  assert.equal(isKnown(store, hashOf("content")), false);
  assert.equal(store.counts().images, 0);
  assert.equal(queue(store).length, 2);
});

test("a file that went missing while it was read keeps its picture for its return", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  see(store, id, "/p", "a.png");
  const file = pending(store, "/p/a.png");
  move(store, "gone", id, "/p", "a.png");
  const image = store.saveImage(file, picture("content", { text: "caption" }));
  assert.ok(image);
  assert.deepEqual(await found(store, "caption"), []);
  assert.equal(store.counts().images, 0);
  move(store, "returned", id, "/p", "a.png");
  assert.deepEqual(await found(store, "caption"), [image]);
  assert.deepEqual(queue(store), []);
});

test("the same content twice is one picture with two files", (t) => {
  const library = openLibrary(t);
  const { store } = library;
  const { id } = store.addFolder("/p");
  see(store, id, "/p", seen("a.png", 1), seen("b.png", 2));
  const [b, a] = queue(store);
  assert.ok(a && b);
  const image = store.saveImage(a, picture("same", { text: "first reading" }));
  assert.equal(store.saveImage(b, picture("same", { text: "second reading" })), image);
  assert.equal(store.saveImage(b, picture("same")), image);
  assert.deepEqual(store.image(image ?? 0)?.paths, ["/p/b.png", "/p/a.png"]);
  assert.equal(store.image(image ?? 0)?.text, "first reading");
  assert.deepEqual(store.counts(), { folders: 1, files: 2, images: 1, pending: 0, failed: 0, inCloud: 0 });
  assert.deepEqual(library.rows("SELECT count(*) FROM vectors_1"), [[1]]);
});

test("a picture that cannot be stored whole is not stored at all", (t) => {
  const library = openLibrary(t);
  const { store } = library;
  const { id } = store.addFolder("/p");
  see(store, id, "/p", "a.png");
  const file = pending(store, "/p/a.png");
  assert.throws(() => store.saveImage(file, picture("content", { embedding: vectorOf("content", 5) })), /5 numbers/);
  assert.deepEqual(library.rows("SELECT count(*) FROM images"), [[0]]);
  assert.deepEqual(library.rows("SELECT count(*) FROM words"), [[0]]);
  assert.deepEqual(queue(store), [file]);
  assert.ok(store.saveImage(file, picture("content")));
});

test("nothing is stored before a model is chosen", async (t) => {
  const { store } = openLibrary(t, null);
  const { id } = store.addFolder("/p");
  see(store, id, "/p", "a.png");
  const file = pending(store, "/p/a.png");
  assert.equal(isKnown(store, hashOf("content")), false);
  assert.equal(store.linkKnown(file, hashOf("content")), false);
  assert.throws(() => store.saveImage(file, picture("content")), /useModel/);
  assert.equal(store.activeIndex(), null);
  assert.equal(store.activateIfComplete(), false);
  assert.deepEqual(await store.nearest(vectorOf("x"), 5), []);
});

test("a missing file is forgotten after its grace period, and its picture with it", (t) => {
  const library = openLibrary(t);
  const { store } = library;
  const { id } = store.addFolder("/p");
  index(store, id, "/p/gone.png", "gone");
  const copied = index(store, id, "/p/one.png", "copied");
  index(store, id, "/p/two.png", "copied");
  see(store, id, "/p", "broken.png");
  store.saveFailure(pending(store, "/p/broken.png"), { ...FAILURE, retryAtMs: 9 }, 1);
  library.setNow(10_000);
  move(store, "gone", id, "/p", "gone.png", "two.png", "broken.png");

  assert.deepEqual(forgetMissing(store, 10_000), []);
  assert.equal(isKnown(store, hashOf("gone")), true);
  assert.equal(store.hasThumbnail("gone.webp"), true);
  assert.deepEqual(forgetMissing(store, 10_001), ["gone.webp"]);

  assert.equal(isKnown(store, hashOf("gone")), false);
  assert.deepEqual([...store.knownFiles(id, "/p").keys()], ["one.png"]);
  assert.deepEqual(store.image(copied)?.paths, ["/p/one.png"]);
  const left = "SELECT (SELECT count(*) FROM vectors_1), (SELECT count(*) FROM words), (SELECT count(*) FROM failures)";
  assert.deepEqual(library.rows(left), [[1, 1, 0]]);
  assert.deepEqual(forgetMissing(store, 10 ** 12), []);
});

test("files missing on an unplugged disk are kept until it is back", (t) => {
  const library = openLibrary(t);
  const { store } = library;
  const { id } = store.addFolder("/p");
  const image = index(store, id, "/p/a.png", "content");
  move(store, "gone", id, "/p", "a.png");
  for (const state of ["offline", "denied"] as const) {
    store.setFolderState(id, state);
    assert.deepEqual(forgetMissing(store, 10 ** 12), [], state);
  }
  store.setFolderState(id, "online");
  move(store, "returned", id, "/p", "a.png");
  assert.deepEqual(
    store.images([image]).map(({ path }) => path),
    ["/p/a.png"],
  );
});

test("a picture that lost its last file to an edit is remembered for the grace period", async (t) => {
  const library = openLibrary(t);
  const { store } = library;
  const { id } = store.addFolder("/p");
  const old = index(store, id, "/p/a.png", "old");
  library.setNow(10_000);
  index(store, id, "/p/a.png", "new", { at: 2 });
  // The edit is undone: nothing is embedded again.
  see(store, id, "/p", seen("a.png", 3));
  library.setNow(20_000);
  assert.equal(store.linkKnown(pending(store, "/p/a.png"), hashOf("old")), true);
  assert.equal(store.image(old)?.path, "/p/a.png");
  assert.deepEqual(forgetMissing(store, 20_000), []);
  assert.deepEqual(forgetMissing(store, 20_001), ["new.webp"]);
  assert.equal(store.image(old)?.path, "/p/a.png");
  assert.deepEqual(await found(store, "a"), [old]);
});

test("a picture on an unplugged disk is shown as offline, unless a copy can be read", async (t) => {
  const { store } = openLibrary(t);
  const disk = store.addFolder("/disk");
  const home = store.addFolder("/home");
  const image = index(store, disk.id, "/disk/a.png", "content", { at: 9 });
  store.setFolderState(disk.id, "offline");
  assert.equal(store.image(image)?.offline, true);
  assert.equal(store.counts().images, 1);
  assert.deepEqual(await found(store, "a"), [image]);
  index(store, home.id, "/home/b.png", "content", { at: 1 });
  assert.equal(store.image(image)?.offline, false);
  assert.deepEqual(store.image(image)?.paths, ["/home/b.png", "/disk/a.png"]);
});

test("what went missing in a future that the clock has left again is forgotten a grace period from now", (t) => {
  const library = openLibrary(t);
  const { store } = library;
  const { id } = store.addFolder("/p");
  index(store, id, "/p/a.png", "a");
  library.setNow(10 ** 12);
  move(store, "gone", id, "/p", "a.png");
  library.setNow(50_000);
  assert.deepEqual(forgetMissing(store, 40_000), []);
  library.setNow(60_000);
  assert.deepEqual(forgetMissing(store, 50_001), ["a.webp"]);
});

test("other bytes with the same pixels are the same picture, and what was said of either holds for it", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const one = index(store, id, "/p/one.png", "one", { pixelHash: "pixels" });
  const two = index(store, id, "/p/two.png", "two", { pixelHash: null });
  store.mark(one, { tags: ["One"] });
  store.mark(two, { favourite: true, tags: ["Two"] });
  store.recordUse(two, "copy", "words");
  move(store, "gone", id, "/p", "two.png");
  forgetMissing(store, Number.MAX_SAFE_INTEGER);

  see(store, id, "/p", "three.png");
  const file = pending(store, "/p/three.png");
  assert.equal(store.knowledge(hashOf("two"), file.indexId, null), "unknown");
  assert.equal(store.knowledge(hashOf("two"), file.indexId, "pixels"), "whole");
  assert.equal(store.linkKnown(file, hashOf("two"), "pixels"), true);
  assert.equal(isKnown(store, hashOf("two")), true, "from now on its bytes tell");
  assert.equal(store.imageOfContent(hashOf("two")), one);
  const { tags, favourite, copies } = store.image(one) ?? assert.fail();
  assert.deepEqual([tags, favourite, copies], [["One", "Two"], true, 2]);
  assert.deepEqual(
    store.uses().map(({ imageId }) => imageId),
    [one],
  );
});

test("two files with the same new pixels that are read at the same time become one picture", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  see(store, id, "/p", "a.png", "b.png");
  const [a, b] = [pending(store, "/p/a.png"), pending(store, "/p/b.png")];
  const first = store.saveImage(a, picture("a", { pixelHash: "same" }));
  assert.equal(store.saveImage(b, picture("b", { pixelHash: "same" })), first);
  assert.equal(store.counts().images, 1);
});

test("a picture that comes back in other bytes still has its marks; without marks its other names are forgotten with it", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const one = index(store, id, "/p/one.png", "one", { pixelHash: "pixels" });
  store.mark(one, { favourite: true });
  assert.equal(index(store, id, "/p/one.png", "edited", { at: 2, pixelHash: "pixels" }), one);
  removeFolder(store, id);
  const again = store.addFolder("/p");
  const back = index(store, again.id, "/p/one.png", "edited", { pixelHash: "pixels" });
  assert.equal(store.image(back)?.favourite, true);
  assert.equal(store.image(back)?.contentHash, hashOf("one"));

  store.mark(back, { favourite: false });
  removeFolder(store, again.id);
  const last = index(store, store.addFolder("/p").id, "/p/one.png", "edited", { pixelHash: "pixels" });
  assert.equal(store.image(last)?.contentHash, hashOf("edited"));
});
