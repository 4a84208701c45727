import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createProgress } from "../../../daemon/indexer/progress.ts";

test("rate and time left follow what was done lately", () => {
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
  now += 120_001;
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

test("more work counts at once: ten thousand files that are copied in are no surprise of a minute later", () => {
  let now = 0;
  const progress = createProgress(() => now);
  for (let second = 0; second < 10; second++) {
    progress.done(10);
    now += 1_000;
  }
  assert.equal(progress.secondsLeft(100), 10);
  assert.equal(progress.secondsLeft(10_100), 1_010);
  assert.equal(progress.secondsLeft(50), 5);
});

/** Runs files of these many milliseconds one after the other, asking twice a second; what was said, each with the time. */
function said(filesMs: readonly number[]): { atMs: number; left: number }[] {
  let now = 0;
  let pending = filesMs.length;
  const progress = createProgress(() => now);
  const answers: { atMs: number; left: number }[] = [];
  for (const ms of filesMs) {
    const doneAt = Math.round(now) + ms;
    while (Math.floor(now / 500) < Math.floor(doneAt / 500)) {
      now = (Math.floor(now / 500) + 1) * 500;
      const left = progress.secondsLeft(pending);
      if (left !== null) answers.push({ atMs: now, left });
    }
    now = doneAt;
    progress.done(1);
    pending--;
  }
  return answers;
}

test("the time left never jumps, however different the files are", () => {
  const files = fc.array(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 20_000 })), {
    minLength: 20,
    maxLength: 400,
  });
  fc.assert(
    fc.property(files, (filesMs) => {
      const answers = said(filesMs);
      for (const [index, { atMs, left }] of answers.entries()) {
        const before = answers[index - 1];
        if (!before || atMs - before.atMs > 500) continue;
        // Half a second on the clock, a tenth of itself in a second (one second at least), and a second for rounding up.
        const allowed = 0.5 + 0.5 * Math.max(1, 0.1 * before.left) + 1;
        assert.ok(Math.abs(left - before.left) <= allowed, `${before.left} → ${left}`);
      }
    }),
    { numRuns: 60 },
  );
});

test("a wrong first guess is corrected: half way through, the time left is right within a fifth", () => {
  // Thirty files that are copies of known ones, then pictures of half a second each.
  const filesMs = [...Array.from({ length: 30 }, () => 70), ...Array.from({ length: 600 }, () => 500)];
  const total = filesMs.reduce((sum, ms) => sum + ms);
  const middle = said(filesMs).find(({ atMs }) => atMs >= total / 2);
  assert.ok(middle);
  const truth = (total - middle.atMs) / 1_000;
  assert.ok(Math.abs(middle.left - truth) <= truth / 5, `${middle.left} against ${truth}`);
});
