import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { type OnBattery, paceFor } from "../../../daemon/power/pace.ts";
import { createPoliteness, POLL_MS } from "../../../daemon/power/politeness.ts";
import { PLUGGED_IN, type Power } from "../../../daemon/power/power.ts";

test("how hard it works follows from the power and from what the user wants", () => {
  const speed = (power: Partial<Power>, onBattery: OnBattery = "slow") =>
    paceFor({ ...PLUGGED_IN, ...power }, onBattery).speed;
  assert.equal(speed({}), "full");
  assert.equal(speed({ isOnBattery: true, batteryPercent: 80 }), "slow");
  assert.equal(speed({ isOnBattery: true, batteryPercent: 80 }, "wait"), "arrivals");
  assert.equal(speed({ isOnBattery: true, batteryPercent: 19 }), "arrivals");
  assert.equal(speed({ isOnBattery: true, batteryPercent: null }), "slow");
  assert.equal(speed({ batteryPercent: 5 }), "full", "it is being charged");
  assert.equal(speed({ isSaving: true }), "arrivals");
  assert.equal(speed({ isHot: true }), "arrivals");
  for (const power of [{ isOnBattery: true }, { isSaving: true }, { isHot: true }])
    assert.equal(speed(power, "full"), "full");
});

test("the reason is told whenever it is not full", () => {
  assert.match(paceFor({ ...PLUGGED_IN, isOnBattery: true }, "slow").why ?? "", /On battery.*slowly.*onBattery/);
  assert.match(paceFor({ ...PLUGGED_IN, isOnBattery: true, batteryPercent: 7 }, "slow").why ?? "", /at 7 %/);
  assert.match(paceFor({ ...PLUGGED_IN, isSaving: true }, "slow").why ?? "", /Low power mode/);
  assert.match(paceFor({ ...PLUGGED_IN, isHot: true }, "slow").why ?? "", /hot/);
  assert.equal(paceFor(PLUGGED_IN, "slow").why, null);
});

test("the system is asked once a minute, and only while somebody wants to know", async () => {
  let asked = 0;
  let changes = 0;
  let now = 0;
  const pace = createPoliteness({
    onBattery: "slow",
    probe: async () => {
      asked++;
      return { ...PLUGGED_IN, isOnBattery: asked > 1 };
    },
    log: { info: () => {} },
    onChange: () => changes++,
    elapsed: () => now,
  });
  assert.equal(asked, 0);
  assert.equal(pace().speed, "full");
  pace();
  await setImmediate();
  assert.deepEqual([asked, changes], [1, 0]);
  now = POLL_MS;
  pace();
  await setImmediate();
  assert.deepEqual([asked, changes, pace().speed], [2, 1, "slow"]);
});
