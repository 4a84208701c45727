import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import Database from "better-sqlite3";
import { index, openLibrary } from "./library.ts";

test("what was written is copied from the log into the library by a thread", async (t) => {
  const { store, path } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const db = new Database(path);
  t.after(() => db.close());
  const logged = () =>
    (db.pragma("wal_checkpoint(NOOP)") as { log: number; checkpointed: number }[])[0] ?? assert.fail();
  for (let number = 0; number < 60; number++) {
    index(store, id, `/p/${number}.png`, `${number}`, { text: `a long text ${number} `.repeat(8_000) });
  }
  // Far too little for SQLite to do it by itself.
  assert.equal(logged().checkpointed, 0);
  assert.ok(logged().log > 250);
  const deadline = performance.now() + 20_000;
  while (logged().checkpointed < 250 && performance.now() < deadline) await wait(20);
  assert.ok(logged().checkpointed >= 250);
  await store.endSearches();
  assert.equal(store.images([1]).length, 1);
});
