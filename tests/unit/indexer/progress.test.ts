import assert from "node:assert/strict";
import { test } from "node:test";
import { createProgress } from "../../../daemon/indexer/progress.ts";

test("rate and time left follow what was done in the last half minute", () => {
  let now = 0;
  const progress = createProgress(() => now);
  assert.equal(progress.filesPerSecond(), 0);
  assert.equal(progress.secondsLeft(100), null);
  for (let second = 0; second < 10; second++) {
    progress.done(2);
    now += 1_000;
  }
  assert.equal(progress.filesPerSecond(), 2);
  assert.equal(progress.secondsLeft(100), 50);
  assert.equal(progress.secondsLeft(0), 0);
  now += 60_000;
  assert.equal(progress.filesPerSecond(), 0);
  assert.equal(progress.secondsLeft(100), null);
});

test("after a pause the old rate says nothing", () => {
  let now = 0;
  const progress = createProgress(() => now);
  progress.done(100);
  now = 5_000;
  progress.reset();
  assert.equal(progress.secondsLeft(10), null);
});
