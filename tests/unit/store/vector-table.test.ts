import assert from "node:assert/strict";
import { test } from "node:test";
import { index, move, openLibrary, vectorOf } from "./library.ts";

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, position) => sum + value * (b[position] ?? 0), 0);
}

test("the nearest pictures are those of a comparison with every one, hidden ones and other folders left out", async (t) => {
  const { store } = openLibrary(t);
  const folders = [store.addFolder("/p"), store.addFolder("/q")];
  const all = Array.from({ length: 300 }, (_, number) => {
    const folder = folders[number % 2] ?? assert.fail();
    const imageId = index(store, folder.id, `${folder.path}/${number}.png`, `${number}`);
    return { imageId, number, folder, vector: vectorOf(`${number}`) };
  });
  const compare = async (query: Float32Array, limit: number, among: typeof all) => {
    const expected = among
      .map(({ imageId, vector }) => ({ imageId, similarity: cosine(query, vector) }))
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, limit);
    const folderId = among.every(({ folder }) => folder === folders[1]) ? { folderId: folders[1]?.id ?? 0 } : {};
    const hits = await store.nearest(query, limit, folderId);
    assert.deepEqual(
      hits.map(({ imageId }) => imageId),
      expected.map(({ imageId }) => imageId),
    );
    for (const [position, { similarity }] of hits.entries()) {
      assert.ok(Math.abs(similarity - (expected[position]?.similarity ?? 2)) < 1e-5);
    }
  };
  const queries = ["x", "y", "z"].map((seed) => vectorOf(seed));
  for (const query of queries) {
    await compare(query, 1, all);
    await compare(query, 25, all);
    await compare(query, 400, all);
    await compare(
      query,
      25,
      all.filter(({ folder }) => folder === folders[1]),
    );
  }
  const hidden = all.filter(({ number }) => number % 3 === 0);
  for (const { number, folder } of hidden) move(store, "gone", folder.id, folder.path, `${number}.png`);
  const visible = all.filter((each) => !hidden.includes(each));
  for (const query of queries) {
    await compare(query, 25, visible);
    await compare(
      query,
      25,
      visible.filter(({ folder }) => folder === folders[1]),
    );
  }
});

test("a picture is nearest to itself, with a similarity of one; its opposite has minus one", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const self = index(store, id, "/p/a.png", "a");
  const opposite = index(store, id, "/p/b.png", "b", { embedding: vectorOf("a").map((value) => -value) });
  const [first, last] = await store.nearest(vectorOf("a"), 5);
  assert.equal(first?.imageId, self);
  assert.ok(Math.abs((first?.similarity ?? 0) - 1) < 1e-6);
  assert.equal(last?.imageId, opposite);
  assert.ok(Math.abs((last?.similarity ?? 0) + 1) < 1e-6);
});

test("odd limits give short answers, not errors", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  index(store, id, "/p/a.png", "a");
  for (const [limit, length] of [
    [0, 0],
    [-3, 0],
    [1.5, 1],
    [1_000_000, 1],
  ] as const) {
    assert.equal((await store.nearest(vectorOf("a"), limit)).length, length);
  }
  assert.deepEqual(await store.nearest(vectorOf("a"), 5, { folderId: 77 }), []);
});

test("a view into a larger buffer is read from where it begins", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const both = new Float32Array([...vectorOf("x"), ...vectorOf("a")]);
  const imageId = index(store, id, "/p/a.png", "a", { embedding: both.subarray(8) });
  assert.deepEqual(store.embedding(imageId), vectorOf("a"));
  assert.equal(store.embedding(99), null);
});
