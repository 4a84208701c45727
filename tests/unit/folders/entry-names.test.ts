import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createWatchFilter,
  excludedDirectories,
  isIgnoredDirectoryName,
  isPictureName,
} from "../../../daemon/folders/entry-names.ts";

test("pictures are known by their extension, whatever its case", () => {
  const native = ["jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "avif", "avifs", "tif", "tiff", "svg"];
  for (const extension of [...native, "heic", "heif", "jxl", "psd", "bmp", "dib", "nef", "cr2", "dng"]) {
    assert.ok(isPictureName(`cat.${extension}`), extension);
    assert.ok(isPictureName(`CAT.${extension.toUpperCase()}`), extension);
  }
});

test("videos and PDF files count where they are wanted", () => {
  const wanted = { videos: true, pdfs: true };
  assert.deepEqual([isPictureName("a.MP4", wanted), isPictureName("a.PDF", wanted)], [true, true]);
  assert.equal(isPictureName(".a.pdf", wanted), false);
  assert.equal(isPictureName("a.pdf", { ...wanted, pdfs: false }), false);
  assert.equal(isPictureName("a.mp4", { ...wanted, videos: false }), false);
});

test("hidden files, partial downloads and other kinds are no pictures", () => {
  const others = [
    ".hidden.jpg",
    "._cat.jpg",
    ".jpg",
    "cat.jpg.crdownload",
    "cat.jpg.part",
    "cat.jpg.download",
    "cat.jpg.tmp",
  ];
  for (const name of [...others, "cat.pdf", "cat", "jpg", "cat.jpg~", "cat.txt"]) {
    assert.equal(isPictureName(name), false, name);
  }
});

test("hidden directories, packages and systems' own directories are not entered", () => {
  const packages = [
    "Photos Library.photoslibrary",
    "Old.APLibrary",
    "Cat Previews.lrdata",
    "Chess.app",
    "cache.noindex",
  ];
  const system = [
    "@eaDir",
    "node_modules",
    "$RECYCLE.BIN",
    "System Volume Information",
    "lost+found",
    ".git",
    ".Trashes",
  ];
  for (const name of [...packages, ...system, "cat.jpg.download"]) assert.ok(isIgnoredDirectoryName(name), name);
  for (const name of ["memes", "app", "photoslibrary", "2024.06", "downloads", "100% cats"]) {
    assert.equal(isIgnoredDirectoryName(name), false, name);
  }
});

test("the home's Library is left out on macOS only", () => {
  assert.deepEqual([...excludedDirectories("/own", "darwin", "/Users/cat")], ["/own", "/Users/cat/Library"]);
  assert.deepEqual([...excludedDirectories("/own", "linux", "/home/cat")], ["/own"]);
});

test("the watch filter goes by the names below the root, and never by the root's own", () => {
  const ignores = createWatchFilter("/r/.dot/x.app/rememe");
  const root = "/r/.dot/x.app";
  const directory = { isDirectory: () => true };
  const file = { isDirectory: () => false };
  assert.equal(ignores(root, root, directory), false);
  assert.equal(ignores(root, "/r", directory), false);
  assert.equal(ignores(root, `${root}/a.jpg`), false);
  assert.equal(ignores(root, `${root}/a.jpg`, file), false);
  assert.equal(ignores(root, `${root}/a.jpg`, directory), false);
  assert.equal(ignores(root, `${root}/sub`), false);
  assert.equal(ignores(root, `${root}/sub`, directory), false);
  assert.equal(ignores(root, `${root}/a.txt`, file), true);
  assert.equal(ignores(root, `${root}/.hidden`), true);
  assert.equal(ignores(root, `${root}/sub/.git/deep/a.jpg`, file), true);
  assert.equal(ignores(root, `${root}/rememe`, directory), true);
  assert.equal(ignores(root, `${root}/rememe/thumbnails/a.jpg`, file), true);
});

test("files that hold rules pass the watch filter", () => {
  const ignores = createWatchFilter("/own");
  for (const name of [".rememeignore", ".nomedia", ".metadata_never_index"]) {
    assert.equal(ignores("/r", `/r/sub/${name}`), false);
    assert.equal(ignores("/r", `/r/sub/${name}`, { isDirectory: () => false }), false);
    assert.equal(ignores("/r", `/r/.git/${name}`), true);
  }
});
