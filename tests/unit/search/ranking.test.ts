import assert from "node:assert/strict";
import { test } from "node:test";
import { rank, STRONG, visualStrength } from "../../../daemon/search/ranking.ts";

const scale = { floor: 0.1, certain: 0.3, weight: 0.8 };
const text = (imageId: number, quality: number) => ({ imageId, quality });
const looks = (imageId: number, similarity: number) => ({ imageId, similarity });
const order = (...rankings: Parameters<typeof rank>) => rank(...rankings).map(({ id }) => id);

test("likeness counts from nothing at the floor to the model's weight at the certain cosine", () => {
  assert.equal(visualStrength(0.05, scale), 0);
  assert.equal(visualStrength(0.1, scale), 0);
  assert.ok(Math.abs(visualStrength(0.2, scale) - 0.4) < 1e-9);
  assert.equal(visualStrength(0.9, scale), 0.8);
});

test("an exact text wins over a fair likeness, a strong likeness over half of the words, both over either", () => {
  const exact = text(1, 0.95);
  const half = text(2, 0.2);
  assert.deepEqual(order([exact, half], [looks(3, 0.2), looks(4, 0.29)], scale), [1, 4, 3, 2]);
  assert.deepEqual(order([exact, text(5, 0.95)], [looks(5, 0.15)], scale), [5, 1]);
});

test("weak evidence alone is no strong match", () => {
  const [best] = rank([text(1, 0.2)], [looks(2, 0.13)], scale);
  assert.ok(best && best.score < STRONG);
  assert.ok((rank([], [looks(2, 0.25)], scale)[0]?.score ?? 0) >= STRONG);
});

test("what looks like something unwanted counts less, however much it looks like the words", () => {
  assert.deepEqual(order([], [looks(1, 0.3), looks(2, 0.2)], scale, { unwanted: new Map([[1, 0.9]]) }), [2, 1]);
  assert.deepEqual(order([], [looks(1, 0.3)], scale, { unwanted: new Map([[1, 1]]) }), []);
});

test("what was used for such words comes sooner among what matches, and is no match by itself", () => {
  const used = [
    { imageId: 9, score: 1 },
    { imageId: 7, score: 5 },
  ];
  assert.deepEqual(order([text(4, 0.5), text(9, 0.5)], [], scale, { used }), [9, 4]);
  assert.deepEqual(order([text(4, 0.95), text(9, 0.2)], [], scale, { used }), [4, 9], "not over a much better match");
});

test("ties are broken the same way every time", () => {
  assert.deepEqual(order([text(9, 0.5), text(4, 0.5)], [], scale), [4, 9]);
  assert.deepEqual(order([], [], scale), []);
});
