import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import Database from "better-sqlite3";
import { AppError } from "../../../daemon/errors.ts";
import { openStore } from "../../../daemon/store/open.ts";
import { index, openLibrary, temporaryDirectory } from "./library.ts";

/** The error of opening this file as a library. */
function refusal(path: string): AppError {
  try {
    openStore({ path, thumbnailsDirectory: "/thumbnails" }).close();
  } catch (error) {
    assert.ok(error instanceof AppError, String(error));
    assert.ok(error.hint);
    assert.ok(error.message.includes(path));
    return error;
  }
  return assert.fail("the library was opened");
}

/** A closed library with some pictures in it. */
function filledLibrary(t: TestContext): string {
  const { store, path } = openLibrary(t);
  const { id } = store.addFolder("/p");
  for (let number = 0; number < 50; number++) {
    index(store, id, `/p/${number}.png`, `${number}`, { text: "some text ".repeat(50) });
  }
  store.close();
  return path;
}

test("the library is its owner's alone", (t) => {
  const { path } = openLibrary(t);
  for (const file of [path, `${path}-wal`, `${path}-shm`]) assert.equal(statSync(file).mode & 0o777, 0o600, file);
});

test("an empty file becomes a library", (t) => {
  const path = join(temporaryDirectory(t), "library.db");
  writeFileSync(path, "");
  const store = openStore({ path, thumbnailsDirectory: "/thumbnails" });
  assert.equal(store.counts().folders, 0);
  store.close();
});

test("a file that is no database is refused and left as it is", (t) => {
  const path = join(temporaryDirectory(t), "library.db");
  const bytes = Buffer.alloc(100_000, "no database at all ");
  writeFileSync(path, bytes);
  assert.equal(refusal(path).code, "database-corrupt");
  assert.deepEqual(readFileSync(path), bytes);
});

test("a library that was cut off is refused", (t) => {
  const path = filledLibrary(t);
  truncateSync(path, Math.floor(statSync(path).size / 2));
  assert.equal(refusal(path).code, "database-corrupt");
});

test("a library with damaged pages is reported as corrupt at the latest when they are read", async (t) => {
  const path = filledLibrary(t);
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 16_384);
  writeFileSync(path, bytes);
  let thrown: unknown;
  try {
    const store = openStore({ path, thumbnailsDirectory: "/thumbnails" });
    try {
      await store.recentImages(100, 0);
      await store.matchText("some text", 10);
    } finally {
      store.close();
    }
  } catch (error) {
    thrown = error;
  }
  assert.ok(thrown instanceof AppError, String(thrown));
  assert.equal(thrown.code, "database-corrupt");
});

test("another program's database is refused and left as it is", (t) => {
  const path = join(temporaryDirectory(t), "library.db");
  const other = new Database(path);
  other.exec("CREATE TABLE notes (text)");
  other.close();
  const bytes = readFileSync(path);
  const error = refusal(path);
  assert.equal(error.code, "database-corrupt");
  assert.match(error.message, /another program/);
  assert.deepEqual(readFileSync(path), bytes);
});

test("a newer rememe's library is refused and left as it is", (t) => {
  const path = filledLibrary(t);
  const db = new Database(path);
  db.pragma("user_version = 999");
  db.close();
  const bytes = readFileSync(path);
  assert.equal(refusal(path).code, "database-newer");
  assert.deepEqual(readFileSync(path), bytes);
});

test("what is no file, or lies in no directory, is refused with the way out", (t) => {
  const directory = temporaryDirectory(t);
  mkdirSync(join(directory, "library.db"));
  assert.equal(refusal(join(directory, "library.db")).code, "database-unusable");
  assert.equal(refusal(join(directory, "none", "library.db")).code, "database-unusable");
});

test("a library that may not be written is refused with the way out", { skip: process.platform === "win32" }, (t) => {
  const path = filledLibrary(t);
  chmodSync(path, 0o400);
  const isRoot = process.geteuid?.() === 0;
  if (!isRoot) {
    // Our own file: its mode is put right.
    openStore({ path, thumbnailsDirectory: "/thumbnails" }).close();
    return;
  }
  // Root may write anything: be nobody for a moment.
  chmodSync(join(path, ".."), 0o755);
  process.seteuid?.(65_534);
  try {
    assert.equal(refusal(path).code, "database-unusable");
  } finally {
    process.seteuid?.(0);
  }
});

test("opening is the same the second time: nothing is migrated or lost", (t) => {
  const path = filledLibrary(t);
  const schema = (): unknown => {
    const db = new Database(path, { readonly: true });
    const all = db.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY name").all();
    db.close();
    return all;
  };
  const before = schema();
  const store = openStore({ path, thumbnailsDirectory: "/thumbnails" });
  assert.equal(store.counts().images, 50);
  store.close();
  assert.deepEqual(schema(), before);
});
