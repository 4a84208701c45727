import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { numbersOf, sizesFor, sketchOf } from "../../../daemon/store/sketch-form.ts";
import { createSketchMemory } from "../../../daemon/store/sketch-memory.ts";
import { compileKernel, KERNEL } from "../../../scripts/make-scan-kernel.ts";
import { vectorOf } from "./library.ts";

const NO_CENTRE = (dimension: number) => new Float32Array(dimension);

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

test("the kernel is what its source says", async () => {
  assert.deepEqual(new Uint8Array(readFileSync(KERNEL)), new Uint8Array(await compileKernel()));
});

for (const dimension of [1, 8, 30, 768, 1_152]) {
  test(`cosines of ${dimension} dimensions are right to four digits`, () => {
    const memory = createSketchMemory(dimension);
    const query = vectorOf("query", dimension);
    const others = ["a", "b", "c"].map((seed) => vectorOf(seed, dimension));
    const cosines = memory.cosines(numbersOf(query), others.map(numbersOf));
    for (const [index, other] of others.entries()) {
      assert.ok(Math.abs((cosines[index] ?? 2) - dot(query, other)) < 1e-4);
    }
  });

  test(`candidates of ${dimension} dimensions are those that agree in most weighty signs`, () => {
    const memory = createSketchMemory(dimension);
    const query = vectorOf("query", dimension);
    const vectors = Array.from({ length: 333 }, (_, index) => vectorOf(`${index}`, dimension));
    for (const [index, vector] of vectors.entries()) memory.put(index + 1, sketchOf(vector, NO_CENTRE(dimension)));
    const estimate = (imageId: number): number => {
      const vector = vectors[imageId - 1] ?? assert.fail();
      return dot(query, vector.map(Math.sign)) / vector.reduce((sum, value) => sum + Math.abs(value), 0);
    };
    const found = memory.candidates(query, 20);
    assert.equal(found.length, 20);
    const bestEstimates = vectors.map((_, index) => estimate(index + 1)).sort((a, b) => b - a);
    // Lookup tables are rounded: the order is that of the estimates but for near ties.
    const least = Math.min(...found.map(estimate));
    const spread = (bestEstimates[0] ?? 0) - (bestEstimates.at(-1) ?? 0);
    assert.ok(least >= (bestEstimates[19] ?? 0) - 0.05 * spread, `${least} of ${bestEstimates[19]}`);
  });
}

test("dropped pictures are no candidates until they are put again, and a sketch can be replaced", () => {
  const memory = createSketchMemory(64);
  const [a, b] = [vectorOf("a", 64), vectorOf("b", 64)];
  memory.put(1, sketchOf(a, NO_CENTRE(64)));
  memory.put(5_000_000, sketchOf(b, NO_CENTRE(64)));
  assert.deepEqual(memory.candidates(a, 1), [1]);
  memory.drop(1);
  memory.drop(77);
  assert.deepEqual(memory.candidates(a, 5), [5_000_000]);
  memory.put(1, sketchOf(b, NO_CENTRE(64)));
  memory.put(5_000_000, sketchOf(a, NO_CENTRE(64)));
  assert.deepEqual(memory.candidates(a, 1), [5_000_000]);
  assert.deepEqual(
    memory.candidates(a, 5, { count: 2, areCurrent: true, ids: [1, 99], has: (imageId) => imageId === 1 }),
    [1],
  );
});

test("memory grows with the number of pictures: 100 bytes a sketch, eight beside it", () => {
  const { sketchBytes, groups } = sizesFor(768);
  assert.deepEqual([sketchBytes, groups], [98, 192]);
  const memory = createSketchMemory(16);
  for (let imageId = 1; imageId <= 40_000; imageId++)
    memory.put(imageId, Buffer.from([imageId & 255, imageId >> 8, 0, 64]));
  assert.equal(memory.length, 40_000);
  const ones = new Float32Array(16).fill(0.25);
  assert.deepEqual(memory.candidates(ones, 1), [0x7fff]);
});

test("a filter's pictures are the same candidates as a list and one by one, however far down they are", () => {
  const memory = createSketchMemory(64);
  for (let imageId = 1; imageId <= 3_000; imageId++)
    memory.put(imageId, sketchOf(vectorOf(`${imageId}`, 64), NO_CENTRE(64)));
  const query = vectorOf("query", 64);
  const order = memory.candidates(query, 3_000);
  assert.equal(new Set(order).size, 3_000);
  for (const imageIds of [order.slice(-40), order.filter((_, at) => at % 7 === 0), order.slice(0, 5), []]) {
    const wanted = new Set(imageIds);
    const members = { count: wanted.size, areCurrent: true, has: (imageId: number) => wanted.has(imageId) };
    assert.deepEqual(memory.candidates(query, 30, { ...members, ids: null }), imageIds.slice(0, 30));
    assert.deepEqual(memory.candidates(query, 30, { ...members, ids: imageIds }), imageIds.slice(0, 30));
  }
  assert.deepEqual(memory.candidates(query, 30), order.slice(0, 30));
});

test("several threads score what one does, and one goes on without the others", (t) => {
  const alone = createSketchMemory(64);
  const together = createSketchMemory(64, 1);
  t.after(() => together.close());
  for (let imageId = 1; imageId <= 40_000; imageId++) {
    const sketch = sketchOf(vectorOf(`${imageId % 997}`, 64), NO_CENTRE(64));
    for (const memory of [alone, together]) memory.put(imageId, sketch);
  }
  const isSame = (name: string): void =>
    assert.deepEqual(together.candidates(vectorOf(name, 64), 500), alone.candidates(vectorOf(name, 64), 500), name);
  // Helpers join whenever they are up: at first none, later all.
  for (let query = 0; query < 300; query++) isSame(`query ${query}`);
  together.put(40_001, sketchOf(vectorOf("query 1", 64), NO_CENTRE(64)));
  assert.deepEqual(together.candidates(vectorOf("query 1", 64), 1), [40_001]);
  alone.put(40_001, sketchOf(vectorOf("query 1", 64), NO_CENTRE(64)));
  together.close();
  isSame("after the end");
});

test("what has the wrong size is refused", () => {
  const memory = createSketchMemory(64);
  assert.throws(() => memory.put(1, new Uint8Array(7)), /7 bytes/);
  assert.throws(() => memory.cosines(numbersOf(vectorOf("a", 64)), [new Uint8Array(3)]), /3 bytes/);
});
