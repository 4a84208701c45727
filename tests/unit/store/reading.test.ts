import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "../../../daemon/store/store.ts";
import { hashOf, index, move, openLibrary, pending, picture, see, seen } from "./library.ts";

test("recent pictures come newest first, copies once, page by page", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const other = store.addFolder("/q");
  const old = index(store, id, "/p/old.png", "old", { at: 10 });
  const copied = index(store, id, "/p/first.png", "copied", { at: 5 });
  const middle = index(store, other.id, "/q/middle.png", "middle", { at: 20 });
  index(store, other.id, "/q/second.png", "copied", { at: 30 });
  see(store, id, "/p", seen("unread.png", 99));
  const ids = async (limit: number, offset: number, folderId?: number) =>
    (await store.recentImages(limit, offset, folderId === undefined ? {} : { folderId })).map((image) => image.id);
  assert.deepEqual(await ids(10, 0), [copied, middle, old]);
  assert.deepEqual(await ids(2, 0), [copied, middle]);
  assert.deepEqual(await ids(2, 2), [old]);
  assert.deepEqual(await ids(2, 9), []);
  assert.deepEqual(await ids(0, 0), []);
  assert.deepEqual(await ids(10, 0, id), [old, copied]);
  assert.deepEqual(await ids(10, 0, other.id), [copied, middle]);
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

test("a random picture is one that can be opened, as long as there is one", (t) => {
  const { store } = openLibrary(t);
  const away = store.addFolder("/away");
  for (let at = 0; at < 40; at++) index(store, away.id, `/away/${at}.png`, `away ${at}`);
  store.setFolderState(away.id, "offline");
  assert.equal(store.randomImage()?.offline, true);
  const { id } = store.addFolder("/p");
  const here = index(store, id, "/p/here.png", "here");
  for (const filter of [{}, { minPixels: 1 }]) {
    for (let thrown = 0; thrown < 10; thrown++) assert.equal(store.randomImage(filter)?.id, here);
  }
});

test("a picture without a thumbnail says so", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const image = index(store, id, "/p/a.png", "a", { thumbnail: "" });
  assert.equal(store.image(image)?.thumbnailPath, null);
});

test("an empty library counts nothing, and its size is that of its files", async (t) => {
  const { store } = openLibrary(t);
  assert.deepEqual(store.counts(), { folders: 0, files: 0, images: 0, pending: 0, failed: 0, inCloud: 0 });
  assert.deepEqual(store.failures(10, 0), { failures: [], total: 0 });
  assert.deepEqual(await store.recentImages(10, 0), []);
  assert.deepEqual(await store.matchText("anything", 10), []);
  assert.equal(store.nextRetryAtMs(), null);
  assert.ok(store.sizeBytes() > 10_000);
});

test("the revision grows with everything that a list of pictures shows, and only then", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  let last = store.revision();
  const grew = (): boolean => {
    const before = last;
    last = store.revision();
    return last > before;
  };
  const link = (path: string) => assert.ok(store.linkKnown(pending(store, path), hashOf("a")));

  see(store, id, "/p", "a.png");
  assert.equal(grew(), false, "a file that waits");
  index(store, id, "/p/a.png", "a");
  assert.ok(grew(), "a picture can be found");
  store.setFolderScanned(id, 5);
  assert.equal(grew(), false, "a scan without changes");
  see(store, id, "/p", "copy.png");
  link("/p/copy.png");
  assert.ok(grew(), "a copy");
  move(store, "gone", id, "/p", "copy.png");
  assert.ok(grew(), "a copy is gone");
  store.applyChanges({ folderId: id, directory: "/p", seen: [seen("b.png")], returned: [], gone: [fileId(store, id)] });
  link("/p/b.png");
  assert.ok(grew(), "a new name");
  see(store, id, "/p", seen("b.png", 99));
  link("/p/b.png");
  assert.ok(grew(), "a new date");
  store.setFolderState(id, "offline");
  assert.ok(grew(), "the disk is gone");
  store.setFolderState(id, "denied");
  assert.equal(grew(), false, "still not there");
  store.setFolderState(id, "online");
  assert.ok(grew(), "the disk is back");
});

function fileId(store: Store, folderId: number): number {
  return store.knownFiles(folderId, "/p").get("a.png")?.fileId ?? assert.fail();
}

test("times before 1970 and after 2262 are told as they are", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const day = (date: string): number => {
    const ms = Date.parse(date);
    see(store, id, "/p", { name: `${date}.png`, sizeBytes: 1, modifiedNs: BigInt(ms) * 1_000_000n, inode: 1n });
    const image = store.saveImage(pending(store, `/p/${date}.png`), picture(date)) ?? assert.fail();
    return (store.image(image)?.modifiedAtMs ?? Number.NaN) - ms;
  };
  for (const date of ["1901-12-14", "1969-07-20", "2026-01-02", "2262-01-01", "2262-05-01", "2446-05-10"]) {
    assert.equal(day(date), 0, date);
  }
});

test("a thumbnail's address is its own", (t) => {
  const library = openLibrary(t);
  const { store } = library;
  const { id } = store.addFolder("/p");
  const urls = ["a", "b"].map((content) => {
    const image = index(store, id, `/p/${content}.png`, content);
    return new URL(store.image(image)?.thumbnailUrl ?? "", "http://localhost").searchParams.get("v");
  });
  assert.equal(new Set(urls).size, 2);
});
