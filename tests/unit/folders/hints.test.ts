import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createHints, type HintBatch, type HintOptions } from "../../../daemon/folders/hints.ts";

/** Hints with a clock that the test moves. */
function collecting(t: TestContext, options: Partial<HintOptions> = {}) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const batches: HintBatch[] = [];
  const hints = createHints({ onBatch: (batch) => void batches.push(batch), ...options });
  const shown = () =>
    batches.map(({ root, directories, trees }) => [
      root,
      [...directories].sort().join(" "),
      [...trees].sort().join(" "),
    ]);
  return { hints, batches, shown, pass: (ms: number) => t.mock.timers.tick(ms) };
}

test("many hints in one directory become one scan of it, once it is quiet", (t) => {
  const { hints, shown, pass } = collecting(t);
  for (let i = 0; i < 100; i++) hints.add({ root: "/r", path: `/r/a/${i}.jpg` });
  pass(199);
  hints.add({ root: "/r", path: "/r/b.jpg" });
  pass(199);
  assert.deepEqual(shown(), []);
  pass(1);
  assert.deepEqual(shown(), [["/r", "/r /r/a", ""]]);
  pass(10_000);
  assert.equal(shown().length, 1);
});

test("hints that never stop are delivered after the longest wait", (t) => {
  const { hints, shown, pass } = collecting(t);
  for (let i = 0; i < 30; i++) {
    hints.add({ root: "/r", path: "/r/a.jpg" });
    pass(100);
  }
  assert.equal(shown().length, 1);
});

test("a clock that is set back delays nothing", (t) => {
  const { hints, shown, pass } = collecting(t);
  t.mock.timers.setTime(1e12);
  hints.add({ root: "/r", path: "/r/a.jpg" });
  t.mock.method(Date, "now", () => 0);
  hints.add({ root: "/r", path: "/r/a.jpg" });
  pass(200);
  assert.equal(shown().length, 1);
});

test("directories are looked at with all that is below; what a tree covers is left out", (t) => {
  const { hints, shown, pass } = collecting(t);
  hints.add({ root: "/r", path: "/r/a/b/c", directory: true });
  hints.add({ root: "/r", path: "/r/a/b/c/d/e.jpg" });
  hints.add({ root: "/r", path: "/r/a/b", directory: true });
  hints.add({ root: "/r", path: "/r/a/b/x.jpg" });
  hints.add({ root: "/r", path: "/r/a/bc/x.jpg" });
  hints.add({ root: "/r", path: "/r/a/x.jpg" });
  pass(200);
  assert.deepEqual(shown(), [["/r", "/r/a /r/a/bc", "/r/a/b"]]);
});

test("changed rules mean the whole tree around them", (t) => {
  const { hints, shown, pass } = collecting(t);
  hints.add({ root: "/r", path: "/r/a/.rememeignore" });
  hints.add({ root: "/r", path: "/r/b/.nomedia" });
  pass(200);
  assert.deepEqual(shown(), [["/r", "", "/r/a /r/b"]]);
});

test("too many places become one scan of the root", async (t) => {
  const { hints, shown, pass } = collecting(t, { maxPlaces: 3 });
  for (const name of ["a", "b", "c"]) hints.add({ root: "/r", path: `/r/${name}/x.jpg` });
  pass(200);
  await Promise.resolve();
  for (const name of ["a", "b", "c", "d", "e"]) hints.add({ root: "/r", path: `/r/${name}/x.jpg` });
  pass(200);
  assert.deepEqual(shown(), [
    ["/r", "/r/a /r/b /r/c", ""],
    ["/r", "", "/r"],
  ]);
});

test("a hint for the root is a scan of all of it; hints from elsewhere are dropped", (t) => {
  const { hints, shown, pass } = collecting(t);
  hints.add({ root: "/r", path: "/r/a/x.jpg" });
  hints.add({ root: "/r", path: "/r" });
  hints.add({ root: "/r", path: "/rr/x.jpg" });
  hints.add({ root: "/r", path: "/x.jpg" });
  pass(200);
  assert.deepEqual(shown(), [["/r", "", "/r"]]);
});

test("roots do not wait for each other, and a dropped one is silent", (t) => {
  const { hints, shown, pass } = collecting(t);
  hints.add({ root: "/r", path: "/r/a.jpg" });
  hints.add({ root: "/gone", path: "/gone/a.jpg" });
  pass(150);
  hints.add({ root: "/s", path: "/s/a.jpg" });
  hints.drop("/gone");
  pass(50);
  assert.deepEqual(shown(), [["/r", "/r", ""]]);
  pass(150);
  assert.deepEqual(shown().at(-1), ["/s", "/s", ""]);
});

test("while a batch is being scanned, hints are collected for the next one", async (t) => {
  const scans: (() => void)[] = [];
  const seen: string[] = [];
  const onBatch = ({ directories }: HintBatch): Promise<void> => {
    seen.push([...directories].sort().join(" "));
    return new Promise((resolve) => scans.push(resolve));
  };
  const { hints, pass } = collecting(t, { onBatch });
  hints.add({ root: "/r", path: "/r/a/x.jpg" });
  pass(200);
  hints.add({ root: "/r", path: "/r/b/x.jpg" });
  pass(5_000);
  hints.add({ root: "/r", path: "/r/c/x.jpg" });
  pass(5_000);
  assert.deepEqual(seen, ["/r/a"]);
  scans.pop()?.();
  await new Promise((resolve) => setImmediate(resolve));
  pass(200);
  assert.deepEqual(seen, ["/r/a", "/r/b /r/c"]);
});

test("8: nothing is delivered after close", (t) => {
  const { hints, shown, pass } = collecting(t);
  hints.add({ root: "/r", path: "/r/a.jpg" });
  hints.close();
  hints.add({ root: "/r", path: "/r/b.jpg" });
  pass(10_000);
  assert.deepEqual(shown(), []);
});
