import assert from "node:assert/strict";
import { test } from "node:test";
import { createFrecency, type Use } from "../../../daemon/search/frecency.ts";

const NOW = 1_800_000_000_000;
const DAY_MS = 24 * 3_600_000;
const use = (imageId: number, query: string, daysAgo = 0, kind: Use["kind"] = "copy"): Use => ({
  imageId,
  kind,
  query,
  usedAtMs: NOW - daysAgo * DAY_MS,
});
const scores = (q: string, ...uses: Use[]) =>
  createFrecency(
    () => uses,
    () => NOW,
  )(q).map(({ imageId, score }) => [imageId, Math.round(score * 100) / 100]);

test("one copy now after the same words is 1, looking counts half, three weeks halve it", () => {
  assert.deepEqual(scores("dog fire", use(1, "Dog  FIRE")), [[1, 1]]);
  assert.deepEqual(scores("dog fire", use(1, "dog fire", 0, "open")), [[1, 0.5]]);
  assert.deepEqual(scores("dog fire", use(1, "dog fire", 21)), [[1, 0.5]]);
  assert.deepEqual(scores("dog fire", use(1, "dog fire", 365)), [], "faded");
});

test("the share of common words counts, half-typed words too, in any order and case", () => {
  assert.deepEqual(scores("fire dog", use(1, "dog fire"), use(2, "dog"), use(3, "cat")), [
    [1, 1],
    [2, 0.5],
  ]);
  assert.deepEqual(scores("dog fi", use(1, "dog fire")), [[1, 1]]);
  assert.deepEqual(scores("do fire", use(1, "dog fire")), [[1, 0.33]], "only the last word is half typed");
});

test("uses add up, and a clock that went back does no harm", () => {
  assert.deepEqual(scores("dog", use(1, "dog"), use(1, "dog"), use(2, "dog", -900)), [
    [1, 2],
    [2, 1],
  ]);
  assert.deepEqual(scores("", use(1, "dog")), []);
});
