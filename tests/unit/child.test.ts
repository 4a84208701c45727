import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Child, ChildDied, createChild } from "../../daemon/child.ts";
import { AppError } from "../../daemon/errors.ts";
import { createLog } from "../../daemon/log.ts";
import { until } from "../helpers/daemon.ts";

const LIMIT_MS = 20_000;

function child(
  t: TestContext,
  options: {
    idleMs?: () => number;
    onNeed?: (isNeeded: boolean) => void;
    answer?: (question: unknown) => Promise<unknown>;
  } = {},
): Child {
  const made = createChild({
    name: "child",
    entry: new URL("../fixtures/talking-child", import.meta.url),
    args: [],
    idleMs: () => 60_000,
    temporary: join(tmpdir(), "rememe-child-test"),
    log: createLog("silent"),
    ...options,
  });
  t.after(() => made.stop());
  return made;
}

test("starts on the first request, answers many at once, and carries typed arrays and bigints", async (t) => {
  const one = child(t);
  assert.equal(one.pid(), null);
  const values = [new Float32Array([1.5, 2]), 2n ** 60n, "x".repeat(1e6)];
  const answers = await Promise.all(values.map((value) => one.ask({ say: "echo", value }, LIMIT_MS)));
  assert.deepEqual(answers, values);
  assert.notEqual(one.pid(), null);
});

test("the child can ask back while it is being asked", async (t) => {
  const one = child(t, { answer: async (question) => `${question}!` });
  assert.equal(await one.ask({ say: "ask-back", value: "known" }, LIMIT_MS), "known!");
});

test("an error for people arrives with code and hint", async (t) => {
  await assert.rejects(child(t).ask({ say: "throw" }, LIMIT_MS), (error) => {
    assert.ok(error instanceof AppError);
    assert.deepEqual([error.code, error.message, error.hint], ["model-invalid", "the model is broken", "get another"]);
    return true;
  });
});

test("a crash rejects everything that was asked, and the next request gets a fresh child", async (t) => {
  const one = child(t);
  await one.ask({ say: "echo" }, LIMIT_MS);
  const pid = one.pid();
  const asked = await Promise.allSettled([one.ask({ say: "crash" }, LIMIT_MS), one.ask({ say: "echo" }, LIMIT_MS)]);
  assert.ok(asked[0].status === "rejected" && asked[0].reason instanceof ChildDied && !asked[0].reason.timedOut);
  assert.equal(await one.ask({ say: "echo", value: 1 }, LIMIT_MS), 1);
  assert.notEqual(one.pid(), pid);
});

test("a child that hangs is killed at the time limit", async (t) => {
  await assert.rejects(child(t).ask({ say: "hang" }, 300), (error) => error instanceof ChildDied && error.timedOut);
});

test("an idle child goes away, and stop() ends one that hangs", async (t) => {
  const needed: boolean[] = [];
  const onNeed = (isNeeded: boolean) => void needed.push(isNeeded);
  const idle = child(t, { idleMs: () => 10, onNeed });
  await idle.ask({ say: "echo" }, LIMIT_MS);
  await until("the child is gone", async () => idle.pid() === null);
  assert.deepEqual(needed.splice(0), [true, false]);
  const hanging = child(t, { onNeed });
  const asked = hanging.ask({ say: "hang" }, LIMIT_MS);
  const [ended] = await Promise.allSettled([asked, hanging.stop()]);
  assert.equal(ended.status, "rejected");
  assert.deepEqual(needed, [true], "it was ended, not done with");
});
