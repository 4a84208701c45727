import assert from "node:assert/strict";
import { test } from "node:test";
import { openForReading } from "../../../daemon/store/database.ts";
import { createFilterSets } from "../../../daemon/store/filter-sets.ts";
import { type PictureSet, pictureSet } from "../../../daemon/store/picture-set.ts";
import type { SearchFilter } from "../../../daemon/store/store.ts";
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
  const list = `${many} SELECT image_id FROM many UNION ALL ${short.sql}`;
  const long = { ...short, sql: list, list };
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

test("what an index lists is read at once unless it is very much; all of it when all is asked for, and then remembered", (t) => {
  const { store, path } = openLibrary(t);
  store.addFolder("/p");
  const db = openForReading(path);
  t.after(() => db.close());
  const sets = createFilterSets(db);
  const numbers = (upTo: number, known: PictureSet["known"]): PictureSet => {
    const sql = `WITH RECURSIVE many (image_id) AS (SELECT 1 UNION ALL SELECT image_id + 1 FROM many WHERE image_id < ${upTo}) SELECT image_id FROM many`;
    return { sql, list: sql, parameters: [], known, showsHidden: true };
  };
  assert.equal(sets.members(numbers(20_000, "listed"))?.count, 20_000);
  assert.equal(sets.members(numbers(20_001, "listed")), null);
  assert.equal(sets.all(numbers(20_001, "listed")).count, 20_001);
  assert.equal(sets.members(numbers(20_001, "listed"))?.count, 20_001);
  assert.equal(sets.members(numbers(30_000, "whole"))?.count, 30_000);
  assert.equal(sets.members(numbers(3, "singly")), null);
  assert.equal(sets.all(numbers(50_001, "singly")).ids, null, "all pictures are gone through as quickly");
});

test("of a filter that only leaves pictures out, those are known instead of all the others", (t) => {
  const { store, path } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const [cat, dog, both] = ["cat", "dog", "cat and dog"].map((text, number) =>
    index(store, id, `/p/${number}.png`, `${number}`, { text }),
  ) as [number, number, number];
  const db = openForReading(path);
  t.after(() => db.close());
  const sets = createFilterSets(db);
  const passing = (filter: SearchFilter): readonly number[] => {
    const set = pictureSet(filter) ?? assert.fail();
    const members = sets.members(set) ?? assert.fail();
    const ids = [cat, dog, both].filter((imageId) => members.has(imageId));
    // As the condition of a statement says it.
    const told = db.prepare<unknown[], number>(`${set.sql} ORDER BY 1`).pluck();
    assert.deepEqual(told.all(...set.parameters), ids);
    assert.equal(members.count, Math.max(1, ids.length));
    assert.deepEqual(sets.all(set).count, members.count);
    return ids;
  };
  assert.deepEqual(passing({ not: [{ holding: ["cat"] }] }), [dog]);
  assert.deepEqual(passing({ and: [{ not: [{ holding: ["cat and"] }] }] }), [cat, dog]);
  assert.deepEqual(passing({ not: [{ folderId: id }] }), []);
  assert.deepEqual(passing({ folderId: id, not: [{ holding: ["dog"] }] }), [cat]);
  assert.equal(pictureSet({ folderId: id, not: [{ holding: ["dog"] }] })?.but?.leftOut.length, 1);
  const many = ["cat and", "2", "3", "4", "5"].map((text) => ({ holding: [text] }));
  assert.deepEqual(passing({ not: many }), [cat, dog]);
  assert.deepEqual(
    [4, 5].map((count) => pictureSet({ not: many.slice(0, count) })?.but?.leftOut.length),
    [4, undefined],
    "more are not remembered, and read as one",
  );
  const leavesOut = pictureSet({ not: [{ holding: ["cat"] }] }) ?? assert.fail();
  assert.equal(sets.members(leavesOut)?.areCurrent, false, "whoever asks sees to hidden pictures");
});

test("what is asked one by one is read while nobody asks, a little at a time", (t) => {
  const { store, path } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const db = openForReading(path);
  t.after(() => db.close());
  const images = Array.from({ length: 6 }, (_, number) => index(store, id, `/p/${number}.png`, `${number}`));
  const sets = createFilterSets(db);
  assert.equal(sets.readAhead(), false, "nothing was asked");
  const set = pictureSet({ minBytes: 1 }) ?? assert.fail();
  store.mark(images[2] ?? 0, { hidden: true });
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

test("asked for single pictures, a filter tells those that it leaves out as well", (t) => {
  const { store, path } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const images = ["cat", "dog", "fox"].map((text, number) => index(store, id, `/p/${text}.png`, `${number}`, { text }));
  const db = openForReading(path);
  t.after(() => db.close());
  const sets = createFilterSets(db);
  const filters: readonly SearchFilter[] = [
    { minBytes: 1, not: [{ holding: ["dog"] }] },
    { minBytes: 1, not: [{ holding: ["dog"] }, { minBytes: 1, holding: ["fox"] }] },
    { minBytes: 1 },
    { kinds: ["photo"] },
    { not: [{ kinds: ["photo"] }] },
    { not: [{ minBytes: 1 }] },
    { not: [{ minBytes: 1, holding: ["cat"] }, { kinds: ["gif"] }, { not: [{ holding: ["fox"] }] }] },
  ];
  for (const filter of filters) {
    const set = pictureSet(filter) ?? assert.fail();
    const { passes, parameters, lets } = sets.asking(set);
    const asked = db
      .prepare<unknown[], number>(`SELECT 1 FROM json_each(json_array(?)) AS one WHERE ${passes("one.value")}`)
      .pluck();
    const passing = images.filter(
      (imageId) => asked.get(imageId, ...parameters) !== undefined && (lets?.(imageId) ?? true),
    );
    const told = db.prepare<unknown[], number>(`${set.sql} ORDER BY 1`).pluck();
    assert.deepEqual(passing, told.all(...set.parameters), JSON.stringify(filter));
    while (sets.readAhead());
    const known = sets.members(set) ?? sets.all(set);
    assert.deepEqual(images.filter(known.has), passing, JSON.stringify(filter));
  }
});
