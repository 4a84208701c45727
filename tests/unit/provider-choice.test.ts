import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ChildDied } from "../../daemon/child.ts";
import { createLog } from "../../daemon/log.ts";
import { PALETTE_DIRECTORY, resolveModel } from "../../daemon/models/catalog.ts";
import type { ProviderCheck } from "../../daemon/models/provider-check.ts";
import { createProviderChoice } from "../../daemon/provider-choice.ts";
import { until } from "../helpers/daemon.ts";

const PALETTE = resolveModel(PALETTE_DIRECTORY);
const MODEL = { ...PALETTE, directory: "/models/some" };
const GOOD: ProviderCheck = { agreement: 0.9999, ms: 10, cpuMs: 100 };

function setUp(t: TestContext, check: () => Promise<ProviderCheck>, more: { isForced?: boolean; file?: string } = {}) {
  const directory = mkdtempSync(join(tmpdir(), "rememe-choice-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const { isForced = false, file = join(directory, "providers.json") } = more;
  let checks = 0;
  const choice = createProviderChoice({
    candidate: "coreml",
    isForced,
    file,
    log: createLog("silent"),
    signal: new AbortController().signal,
    check: () => {
      checks++;
      return check();
    },
    onChange: () => {},
  });
  return { choice, file, checks: () => checks };
}

async function decided(t: TestContext, check: () => Promise<ProviderCheck>, isForced = false) {
  const { choice } = setUp(t, check, { isForced });
  choice.consider(MODEL);
  assert.equal(choice.of(MODEL), "cpu", "the CPU until the other one was tried");
  assert.match(choice.reason(MODEL) ?? "", /coreml is being tried/);
  await until("it is decided", async () => !/being tried/.test(choice.reason(MODEL) ?? ""));
  return { provider: choice.of(MODEL), reason: choice.reason(MODEL) };
}

test("faster and in agreement: used", async (t) => {
  assert.deepEqual(await decided(t, async () => GOOD), { provider: "coreml", reason: null });
});

test("slower: not used, unless a person asked for it by name", async (t) => {
  const slow = async () => ({ ...GOOD, ms: 250 });
  const { provider, reason } = await decided(t, slow);
  assert.equal(provider, "cpu");
  assert.match(reason ?? "", /slower than the CPU \(250\.0 instead of 100\.0 ms a picture\)/);
  assert.equal((await decided(t, slow, true)).provider, "coreml");
});

test("other embeddings, or none at all: never used, also when asked for", async (t) => {
  for (const agreement of [0.99, -1, Number.NaN]) {
    const { provider, reason } = await decided(t, async () => ({ ...GOOD, agreement }), true);
    assert.equal(provider, "cpu");
    assert.match(reason ?? "", /differ from the CPU's/);
  }
});

test("crashed, hung, refused: not used, with what happened", async (t) => {
  const failing = (error: Error) => decided(t, () => Promise.reject(error));
  assert.match((await failing(new ChildDied("x", false, "SIGABRT"))).reason ?? "", /it crashed/);
  assert.match((await failing(new ChildDied("x", true))).reason ?? "", /took too long/);
  assert.match((await failing(new Error("no such thing."))).reason ?? "", /not used: no such thing\.$/);
});

test("what was found out is remembered, a damaged file only means to try again", async (t) => {
  const first = setUp(t, async () => GOOD);
  first.choice.consider(MODEL);
  await until("it is decided", async () => first.choice.of(MODEL) === "coreml");
  const second = setUp(t, () => Promise.reject(new Error("not again")), { file: first.file });
  second.choice.consider(MODEL);
  assert.deepEqual([second.choice.of(MODEL), second.checks()], ["coreml", 0]);
  second.choice.distrust(MODEL, "it was bad");
  assert.deepEqual([second.choice.of(MODEL), second.choice.reason(MODEL)], ["cpu", "coreml is not used: it was bad."]);
  for (const damaged of ["{", "[]", "null", '{"a": 1}']) {
    writeFileSync(first.file, damaged);
    const third = setUp(t, async () => GOOD, { file: first.file });
    third.choice.consider(MODEL);
    assert.equal(third.checks(), 1);
  }
});

test("the starter model stays on the CPU", async (t) => {
  const { choice, checks } = setUp(t, async () => GOOD);
  choice.consider(PALETTE);
  assert.deepEqual([checks(), choice.of(PALETTE), choice.reason(PALETTE)], [0, "cpu", null]);
});
