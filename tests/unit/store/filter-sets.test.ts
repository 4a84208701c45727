import assert from "node:assert/strict";
import { test } from "node:test";
import { openForReading } from "../../../daemon/store/database.ts";
import { createFilterSets } from "../../../daemon/store/filter-sets.ts";
import { pictureSet } from "../../../daemon/store/picture-set.ts";
import { index, openLibrary } from "./library.ts";

test("a short list of a filter's pictures is never old, a long one some seconds at most", (t) => {
  const { store, path } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const db = openForReading(path);
  t.after(() => db.close());
  let nowMs = 0;
  const sets = createFilterSets(db, () => nowMs);
  const short = pictureSet({ folderId: id }) ?? assert.fail();
  const many = `WITH RECURSIVE many (image_id) AS (SELECT 1001 UNION ALL SELECT image_id + 1 FROM many WHERE image_id < 7000)`;
  const long = { ...short, sql: `${many} SELECT image_id FROM many UNION ALL ${short.sql}` };
  const inLong = (imageId: number) => sets.all(long).has(imageId);
  index(store, id, "/p/1.png", "1");
  assert.deepEqual(sets.members(short)?.ids, [1]);
  assert.equal(sets.members(short)?.areCurrent, true);
  assert.equal(sets.all(long).areCurrent, false);
  assert.equal(sets.all(long).count, 6_001);
  assert.equal(inLong(1), true);
  assert.equal(inLong(7_000), true);
  index(store, id, "/p/2.png", "2");
  assert.deepEqual(sets.members(short)?.ids, [1, 2]);
  assert.equal(sets.members(short)?.has(2), true);
  nowMs += 1_000;
  assert.equal(inLong(2), false);
  nowMs += 3_000;
  assert.equal(inLong(2), true);
});

test("of what is slow to read no more than a few thousand pictures are, unless all are asked for", (t) => {
  const { store, path } = openLibrary(t);
  store.addFolder("/p");
  const db = openForReading(path);
  t.after(() => db.close());
  const sets = createFilterSets(db);
  const count = (upTo: number, each: string) => ({
    sql: `WITH RECURSIVE many (image_id) AS (SELECT 1 UNION ALL SELECT image_id + 1 FROM many WHERE image_id < ${upTo}) SELECT image_id FROM many WHERE ${each}`,
    parameters: [],
    isSlow: false,
    showsHidden: true,
  });
  const slow = count(6_000, "length(hex(randomblob(5000))) > image_id * 0");
  assert.equal(sets.members(slow), null);
  assert.equal(sets.all(slow).count, 6_000);
  assert.equal(sets.members(slow)?.count, 6_000, "what was read is remembered");
  assert.equal(sets.members({ ...slow, parameters: [], isSlow: true })?.count, 6_000);
  assert.equal(sets.members(count(100_001, "true")), null, "too many, however quick");
  assert.equal(sets.all(count(100_001, "true")).ids, null, "all pictures are gone through as quickly");
});

test("what is asked one by one is read while nobody asks, a little at a time", (t) => {
  const { store, path } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const db = openForReading(path);
  t.after(() => db.close());
  const images = Array.from({ length: 6 }, (_, number) => index(store, id, `/p/${number}.png`, `${number}`));
  const sets = createFilterSets(db);
  assert.equal(sets.readAhead(), false, "nothing was asked");
  // Slow, and more than a few: each picture 1,100 times.
  const often = `WITH RECURSIVE times (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM times WHERE n < 1100)
    SELECT files.image_id FROM files JOIN times WHERE length(hex(randomblob(5000))) > n * 0 AND files.image_id <> ${images[2]}`;
  const set = { sql: often, parameters: [], isSlow: false, showsHidden: true };
  assert.equal(sets.members(set), null);
  assert.equal(sets.members(set), null, "not read anew for each search");
  while (sets.readAhead());
  const members = sets.members(set) ?? assert.fail("it was not remembered");
  assert.equal(members.count, 5);
  assert.deepEqual(
    images.map((imageId) => members.has(imageId)),
    [true, true, false, true, true, true],
  );
  assert.equal(sets.readAhead(), false);
});
