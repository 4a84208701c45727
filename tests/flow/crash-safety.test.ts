// The short version of `npm run soak`: daemon and worker are killed while a folder changes, the power is cut, and nothing is lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { soak } from "../soak/soak.ts";

test("2: killed again and again while the folder changes, the library holds every picture exactly once and nothing else", {
  skip: process.platform !== "linux" && "looks into /proc",
}, async () => {
  const result = await soak({ kills: 14, seed: 3, size: 60 });
  assert.deepEqual(
    [result.lost, result.duplicated, result.orphans, result.integrity, result.afterPowerCuts],
    [[], 0, [], "ok", []],
  );
  assert.ok(result.daemonKills > 0 && result.powerCuts > 0, JSON.stringify(result));
  assert.ok(result.pictures > 30);
});
