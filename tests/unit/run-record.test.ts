import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { LOOP_MS, openRunRecord, type RunRecord } from "../../daemon/run-record.ts";

const BOOT = 1_000_000_000_000;
const START = BOOT + 3_600_000;
const SILENT = { warn: () => {} };

function recordFile(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "rememe-runs-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, "runs.json");
}

/** A run that begins so many milliseconds after the first. */
function opener(path: string): (afterMs: number, bootedAtMs?: number) => RunRecord {
  return (afterMs, bootedAtMs = BOOT) => openRunRecord(path, SILENT, START + afterMs, bootedAtMs);
}

test("a run that ended as it should is no crash", (t) => {
  const run = opener(recordFile(t));
  run(0).endWell();
  const next = run(1_000);
  assert.equal(next.isAfterCrash, false);
  assert.equal(next.recentCrashes, 0);
});

test("runs that ended in any other way are counted for ten minutes", (t) => {
  const run = opener(recordFile(t));
  run(0);
  assert.equal(run(1_000).recentCrashes, 1);
  const third = run(2_000);
  assert.equal(third.recentCrashes, 2);
  assert.equal(third.isAfterCrash, true);
  third.endWell();
  assert.equal(run(LOOP_MS + 1_500).recentCrashes, 1);
});

test("the machine's own end is a crash to mend after, but not one to count", (t) => {
  const run = opener(recordFile(t));
  run(0);
  const afterPowerCut = run(60_000, START + 30_000);
  assert.equal(afterPowerCut.isAfterCrash, true);
  assert.equal(afterPowerCut.recentCrashes, 0);
});

test("what is forgiven counts no more, also for later runs", (t) => {
  const run = opener(recordFile(t));
  run(0);
  run(1_000);
  run(2_000).forgive();
  assert.equal(run(3_000).recentCrashes, 1);
});

test("a clock that was set back leaves no crashes of the future", (t) => {
  const run = opener(recordFile(t));
  run(100_000);
  run(101_000);
  assert.equal(run(0).recentCrashes, 1);
});

test("a run knows that the one before had the query encoder loaded, until it is no longer needed or the machine is started anew", (t) => {
  const run = opener(recordFile(t));
  const first = run(0);
  assert.equal(first.hadEncoder, false);
  first.encoderNeeded(true);
  first.endWell();
  const second = run(1_000);
  assert.equal(second.hadEncoder, true);
  second.endWell();
  assert.equal(run(3_700_000, START + 3_600_000).hadEncoder, false);
  second.encoderNeeded(false);
  assert.equal(run(2_000).hadEncoder, false);
});

test("a damaged record, or one that cannot be written, is no reason not to start", (t) => {
  const path = recordFile(t);
  for (const text of ["", "{", "[]", "null", '{"crashesMs": "many", "runningSinceMs": "now"}']) {
    writeFileSync(path, text);
    assert.equal(opener(path)(0).recentCrashes, 0, text);
  }
  const warnings: unknown[] = [];
  openRunRecord(join(path, "not/a/directory.json"), { warn: (what: unknown) => warnings.push(what) }, START, BOOT);
  assert.equal(warnings.length, 1);
});
