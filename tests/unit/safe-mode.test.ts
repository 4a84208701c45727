import assert from "node:assert/strict";
import { test } from "node:test";
import { createLog } from "../../daemon/log.ts";
import { createSafeMode, type SafeMode, type SafeModeDeps } from "../../daemon/safe-mode.ts";

interface Played {
  readonly mode: SafeMode;
  readonly done: string[];
}

function play(options: Partial<SafeModeDeps>): Played {
  const done: string[] = [];
  const mode = createSafeMode({
    recentCrashes: 3,
    isAllowed: true,
    signal: new AbortController().signal,
    log: createLog("silent", ""),
    begin: async () => void done.push("begin"),
    forgive: () => void done.push("forgive"),
    ...options,
  });
  return { mode, done };
}

test("two crashes, or a setting, let the work begin", async () => {
  for (const options of [{ recentCrashes: 2 }, { isAllowed: false }]) {
    const { mode, done } = play(options);
    await mode.start();
    assert.equal(mode.isOn, false);
    assert.deepEqual(done, ["begin"]);
    assert.deepEqual(mode.notices(), []);
  }
});

test("three crashes keep the work from beginning, until a person wants it", async (t) => {
  const { mode, done } = play({});
  t.after(() => mode.close());
  await mode.start();
  assert.equal(mode.isOn, true);
  assert.deepEqual(done, []);
  assert.match(mode.notices().join(), /crashed 3 times within 10 minutes.*`rememe resume`/);
  mode.leave();
  mode.leave();
  assert.deepEqual(done, ["forgive", "begin"]);
  assert.deepEqual(mode.notices(), []);
});

test("after a while it is tried again by itself, but not by a daemon that stops", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const stopping = new AbortController();
  const going = play({ pauseMs: 1_000 });
  const stopped = play({ pauseMs: 1_000, signal: stopping.signal });
  await going.mode.start();
  await stopped.mode.start();
  stopping.abort();
  t.mock.timers.tick(1_000);
  assert.deepEqual(going.done, ["forgive", "begin"]);
  assert.deepEqual(stopped.done, []);
});
