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
