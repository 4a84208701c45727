// A library that counts as large from 100 pictures on: searched in threads, by sketches.
import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import Database from "better-sqlite3";
import { openForReading } from "../../../daemon/store/database.ts";
import { createFilterSets } from "../../../daemon/store/filter-sets.ts";
import { openStore } from "../../../daemon/store/open.ts";
import type { Store } from "../../../daemon/store/store.ts";
import { createVectorSearch } from "../../../daemon/store/vector-search.ts";
import { index, move, picture, removeFolder, temporaryDirectory, vectorOf } from "./library.ts";

const DIMENSION = 96;

function openLarge(t: TestContext, pictures = 150) {
  const path = join(temporaryDirectory(t), "library.db");
  const open = (): Store => openStore({ path, thumbnailsDirectory: "/thumbnails", largeFrom: 100 });
  let store = open();
  t.after(() => store.endSearches().then(() => store.close()));
  store.useModel("a", DIMENSION);
  const folders = [store.addFolder("/p").id, store.addFolder("/q").id] as const;
  const vectors = new Map<number, Float32Array>();
  const add = (name: string): number => {
    const embedding = vectorOf(name, DIMENSION);
    const inP = vectors.size % 2 === 0;
    const imageId = index(store, folders[inP ? 0 : 1], `${inP ? "/p" : "/q"}/${name}.png`, name, {
      embedding,
      text: `number ${name}`,
      words: [{ start: 0, end: 6, box: [0.25, 0.25, 0.5, 0.5], turns: 0 }],
    });
    vectors.set(imageId, embedding);
    return imageId;
  };
  for (let number = 0; number < pictures; number++) add(`${number}`);
  return {
    path,
    folders,
    vectors,
    add,
    get store() {
      return store;
    },
    /** Closes, does something to the file, opens again. */
    async reopen(between: (db: Database.Database) => void = () => {}) {
      await store.endSearches();
      store.close();
      const db = new Database(path);
      between(db);
      db.close();
      store = open();
    },
    /** Sketches and numbers that there are. */
    derived(): readonly unknown[] {
      const db = new Database(path, { readonly: true });
      const count = (table: string) => db.prepare(`SELECT count(*) FROM ${table}_1`).pluck().get();
      const counts = [count("sketches"), count("numbers")];
      db.close();
      return counts;
    },
  };
}

/** What a comparison with every vector gives. */
function exact(query: Float32Array, vectors: ReadonlyMap<number, Float32Array>, limit: number): readonly number[] {
  const similarity = (vector: Float32Array) => query.reduce((sum, value, at) => sum + value * (vector[at] ?? 0), 0);
  return [...vectors]
    .sort(([a, left], [b, right]) => similarity(right) - similarity(left) || a - b)
    .slice(0, limit)
    .map(([imageId]) => imageId);
}

async function near(store: Store, seed: string, limit = 10, filter = {}): Promise<readonly number[]> {
  return (await store.nearest(vectorOf(seed, DIMENSION), limit, filter)).map(({ imageId }) => imageId);
}

test("(8) who asks when searches have ended is refused: no thread is started that nobody would end", async (t) => {
  const { store } = openLarge(t);
  await store.endSearches();
  await assert.rejects(near(store, "asked"), /the library is being closed/);
  await assert.rejects(store.matchText("number", 1), /the library is being closed/);
});

test("a library that becomes large gets sketches, and its answers stay those of the vectors", async (t) => {
  const library = openLarge(t);
  const { store, vectors, folders } = library;
  const asked = vectorOf("asked", DIMENSION);
  assert.deepEqual(await near(store, "asked"), exact(asked, vectors, 10));
  await store.prepareSearches();
  assert.deepEqual(library.derived(), [150, 150]);
  assert.deepEqual(await near(store, "asked"), exact(asked, vectors, 10));
  const inQ = new Map([...vectors].filter((_, at) => at % 2 === 1));
  assert.deepEqual(await near(store, "asked", 10, { folderId: folders[1] }), exact(asked, inQ, 10));
  assert.deepEqual(await near(store, "asked", 10, { folderId: 99 }), []);
  const [self] = await store.nearest(vectorOf("7", DIMENSION), 1);
  assert.ok(Math.abs((self?.similarity ?? 0) - 1) < 1e-4);
});

test("pictures that come, go and hide are searched as they are, without making anything anew", async (t) => {
  const library = openLarge(t);
  const { store, vectors, folders } = library;
  await store.prepareSearches();
  const added = library.add("new");
  assert.equal((await near(store, "new", 1))[0], added);
  move(store, "gone", folders[0], "/p", "new.png");
  assert.notEqual((await near(store, "new", 1))[0], added);
  move(store, "returned", folders[0], "/p", "new.png");
  assert.equal((await near(store, "new", 1))[0], added);
  removeFolder(store, folders[0]);
  const left = new Map([...vectors].filter((_, at) => at % 2 === 1));
  assert.deepEqual(await near(store, "new", 200), exact(vectorOf("new", DIMENSION), left, 200));
  assert.deepEqual(library.derived(), [75, 75]);
});

test("hidden and removed pictures take no places in an answer that leaves pictures out", async (t) => {
  const { store, folders, vectors } = openLarge(t);
  // Nearer than all others, and more than are looked at first.
  const crowd = Array.from({ length: 250 }, (_, number) =>
    index(store, folders[0], `/p/near ${number}.png`, `near ${number}`, { embedding: vectorOf("asked", DIMENSION) }),
  );
  await store.prepareSearches();
  const leavesOut = { not: [{ holding: ["unsaid"] }] };
  for (const imageId of crowd) store.mark(imageId, { hidden: true });
  assert.deepEqual(await near(store, "asked", 10, leavesOut), exact(vectorOf("asked", DIMENSION), vectors, 10));
  removeFolder(store, folders[0]);
  const inQ = new Map([...vectors].filter((_, at) => at % 2 === 1));
  assert.deepEqual(await near(store, "asked", 10, leavesOut), exact(vectorOf("asked", DIMENSION), inQ, 10));
});

test("sketches that are missing, stale or damaged cost no answer and are made again", async (t) => {
  const library = openLarge(t);
  const { vectors } = library;
  const expected = exact(vectorOf("asked", DIMENSION), vectors, 10);
  await library.store.prepareSearches();
  const harms: readonly string[] = [
    "DROP TABLE sketches_1",
    "DROP TABLE numbers_1",
    "DELETE FROM sketches_1 WHERE image_id % 3 = 0",
    "UPDATE sketches_1 SET sketch = x'00' WHERE image_id = 9",
    "UPDATE numbers_1 SET numbers = x'0011'",
    "UPDATE indexes SET unsketched_from = 40; DELETE FROM sketches_1 WHERE image_id >= 40",
  ];
  for (const harm of harms) {
    await library.reopen((db) => db.exec(harm));
    assert.deepEqual(await near(library.store, "asked"), expected, harm);
    await library.store.prepareSearches();
    assert.deepEqual(library.derived(), [150, 150], harm);
    assert.deepEqual(await near(library.store, "asked"), expected, harm);
  }
});

test("texts are found and spelling is corrected in the thread as well", async (t) => {
  const { store, folders } = openLarge(t);
  const { id } = store.folders()[0] ?? assert.fail();
  const [best, next] = await store.matchText("number 42", 5, { folderId: id });
  assert.equal(best?.imageId, 43);
  assert.ok((next?.quality ?? 0) < 0.5);
  assert.equal(await store.correctSpelling("numbir 42"), "number 42");
  assert.notEqual((await store.matchText("number 42", 5, { folderId: folders[1] }))[0]?.imageId, 43);
});

test("a search that nobody waits for is not begun; one with a wrong vector is refused; the next is answered", async (t) => {
  const { store } = openLarge(t);
  const stop = new AbortController();
  const first = store.nearest(vectorOf("a", DIMENSION), 5);
  const second = store.nearest(vectorOf("b", DIMENSION), 5, {}, stop.signal);
  stop.abort(new Error("superseded"));
  assert.equal((await first).length, 5);
  await assert.rejects(second, /superseded/);
  await assert.rejects(store.nearest(vectorOf("a", 5), 5), /5 numbers/);
  assert.equal((await near(store, "c", 3)).length, 3);
});

test("another model's index gets sketches of its own", async (t) => {
  const library = openLarge(t);
  await library.store.prepareSearches();
  const { store } = library;
  store.useModel("b", 32);
  for (let file = store.nextPending(1, new Set())[0]; file; file = store.nextPending(1, new Set())[0]) {
    const name = file.path.slice(3, -4);
    store.saveImage(file, picture(name, { embedding: vectorOf(name, 32) }));
  }
  assert.equal(store.activateIfComplete(), true);
  const asked = vectorOf("7", 32);
  const before = (await store.nearest(asked, 1))[0]?.imageId;
  await store.prepareSearches();
  assert.equal((await store.nearest(asked, 1))[0]?.imageId, before);
});

test("the rows that candidates are scored by are read ahead, step by step to the end", async (t) => {
  const library = openLarge(t);
  await library.store.prepareSearches();
  const db = openForReading(library.path);
  t.after(() => db.close());
  const search = createVectorSearch(db, createFilterSets(db));
  assert.equal(search.warm(0), null);
  search.prepare();
  assert.deepEqual(search.warm(0), { last: 150, bytes: 150 * DIMENSION * 2 });
  assert.deepEqual(search.warm(140), { last: 150, bytes: 10 * DIMENSION * 2 });
  assert.equal(search.warm(150), null);
});

test("what answers show of pictures is read in a thread, and is what the store tells itself", async (t) => {
  const { store, folders } = openLarge(t);
  const ids = [7, 3, 99, 4_000];
  assert.ok(store.texts([3]).get(3)?.ocrBoxes.length);
  assert.deepEqual(await store.page(ids, [3, 7]), { images: store.images(ids), texts: store.texts([3, 7]) });
  const newest = await store.recentImages(5, 2, { folderId: folders[1] }, new Set([2]));
  assert.equal(newest.length, 5);
  assert.deepEqual(newest, store.images(newest.map(({ id }) => id)));
  assert.ok(newest.every(({ id, folderId }) => id !== 2 && folderId === folders[1]));
});

for (const pictures of [20, 150]) {
  test(`a scene in the middle is found, by the best of its picture's vectors, among ${pictures} pictures`, async (t) => {
    const library = openLarge(t, pictures);
    const { store, folders, vectors } = library;
    const scene = (name: string) => ({ frame: 7, atMs: null, thumbnail: name, embedding: vectorOf(name, DIMENSION) });
    // So many scenes that they fill the list of the best vectors.
    const crowd = Array.from({ length: 40 }, (_, number) => ({
      ...scene(`crowd ${number}`),
      embedding: Float32Array.from(vectorOf("crowd", DIMENSION)),
    }));
    const add = (name: string, scenes: readonly ReturnType<typeof scene>[]): number =>
      index(store, folders[0], `/p/${name}.gif`, name, { embedding: vectorOf(name, DIMENSION), frames: 99, scenes });
    const clip = add("clip", [scene("middle"), scene("end")]);
    const crowded = add("crowded", crowd);
    await store.prepareSearches();

    const [best] = await store.nearest(vectorOf("end", DIMENSION), 1);
    assert.deepEqual([best?.imageId, best?.scene], [clip, 2]);
    assert.deepEqual(store.scene(clip, 2), { frame: 7, atMs: null, thumbnailPath: "/thumbnails/end" });
    const [itself] = await store.nearest(vectorOf("clip", DIMENSION), 1);
    assert.deepEqual([itself?.imageId, itself && "scene" in itself], [clip, false]);
    const filtered = await store.nearest(vectorOf("end", DIMENSION), 3, { folderId: folders[0] });
    assert.deepEqual([filtered[0]?.imageId, filtered[0]?.scene], [clip, 2]);

    const near = await store.nearest(vectorOf("crowd", DIMENSION), 10);
    assert.deepEqual(
      [near.length, near[0]?.imageId, new Set(near.map(({ imageId }) => imageId)).size],
      [10, crowded, 10],
    );

    assert.equal(store.mark(clip, { hidden: true }), true);
    const hidden = await store.nearest(vectorOf("end", DIMENSION), 5);
    assert.ok(!hidden.some(({ imageId }) => imageId === clip));
    assert.equal(hidden.length, 5);

    const thumbnails = removeFolder(store, folders[0]);
    assert.ok(["middle", "end"].every((name) => thumbnails.includes(name)));
    const left = await store.nearest(vectorOf("end", DIMENSION), 300);
    assert.equal(left.length, Math.floor(vectors.size / 2));
    const found = await store.inspect();
    assert.deepEqual([found.strayVectors, found.unfitSketches], [[], []]);
  });
}
