import assert from "node:assert/strict";
import { test } from "node:test";
import { collapse, collapseToFirst } from "../../../daemon/search/collapse.ts";

const ranked = [
  { id: 1, score: 0.9 },
  { id: 2, score: 0.89 },
  { id: 3, score: 0.5 },
  { id: 4, score: 0.4 },
];
const grouped = (imageId: number, groupId: number, pixels: number) => ({ imageId, groupId, pixels });

test("of a group the first stays in its place, as its largest picture among equals", () => {
  const groups = [grouped(1, 7, 100), grouped(2, 7, 400), grouped(4, 7, 900)];
  assert.deepEqual(collapse(ranked, groups), [
    { id: 2, score: 0.9 },
    { id: 3, score: 0.5 },
  ]);
});

test("a picture that fits much better is not given up for a larger one, and strangers stay", () => {
  const groups = [grouped(1, 7, 100), grouped(4, 7, 900), grouped(3, 8, 1)];
  assert.deepEqual(
    collapse(ranked, groups).map(({ id }) => id),
    [1, 2, 3],
  );
  assert.equal(collapse(ranked, []), ranked);
});

test("where scores are measured, the first of a group stays, with its own score", () => {
  const groups = [grouped(1, 7, 100), grouped(2, 7, 400), grouped(4, 7, 900)];
  assert.deepEqual(collapseToFirst(ranked, groups), [
    { id: 1, score: 0.9 },
    { id: 3, score: 0.5 },
  ]);
});
