import assert from "node:assert/strict";
import { test } from "node:test";
import { relevanceOf } from "../bench/relevance.ts";

const of = (ranking: string, relevant: string) => ({ ranking: [...ranking], relevant: new Set(relevant) });

test("measures of a ranking are those of the textbook", () => {
  const perfect = relevanceOf([of("abc", "a")]);
  assert.deepEqual(perfect, { queries: 1, recallAt1: 1, recallAt5: 1, recallAt10: 1, ndcgAt10: 1, mrr: 1 });
  const third = relevanceOf([of("xxa".replace("xx", "xy"), "a")]);
  assert.deepEqual([third.recallAt1, third.recallAt5, third.mrr], [0, 1, 1 / 3]);
  assert.equal(third.ndcgAt10, 1 / Math.log2(4));
  const two = relevanceOf([of("axb", "abz")]);
  assert.equal(two.recallAt5, 2 / 3);
  assert.equal(two.recallAt1, 1);
});

test("nothing relevant found counts as nothing, and means are over queries", () => {
  const { recallAt10, ndcgAt10, mrr } = relevanceOf([of("xyz", "a"), of("a", "a")]);
  assert.deepEqual([recallAt10, ndcgAt10, mrr], [0.5, 0.5, 0.5]);
});
