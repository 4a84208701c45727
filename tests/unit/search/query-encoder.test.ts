import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { type Child, ChildDied } from "../../../daemon/child.ts";
import { type InstalledModel, resolveModel } from "../../../daemon/models/catalog.ts";
import { createQueryEncoder } from "../../../daemon/search/query-encoder.ts";
import type { EncodeText } from "../../../daemon/worker/protocol.ts";

interface Asked {
  readonly text: string;
  readonly model: string;
  resolve(vector: Float32Array | null): void;
  reject(error: Error): void;
}

/** A child that answers when it is told to. */
function fakeChild() {
  const asked: Asked[] = [];
  const child: Child = {
    ask: (question) =>
      new Promise((resolve, reject) => {
        const { text, model } = question as EncodeText;
        asked.push({ text, model: model.directory, resolve, reject });
      }),
    pid: () => 1,
    stop: async () => {},
  };
  return { child, asked, texts: () => asked.map(({ text }) => text) };
}

const VECTOR = Float32Array.of(1);
const modelAt = (directory: string): InstalledModel => ({ ...resolveModel("auto"), directory });

test("letters typed quickly: only the text that is being encoded and the last one cost anything", async () => {
  const { child, asked, texts } = fakeChild();
  const encoder = createQueryEncoder(child, () => modelAt("a"));
  const typed = ["c", "ca", "cat", "cats"].map((text) => {
    const controller = new AbortController();
    return { controller, vector: encoder.text(text, controller.signal) };
  });
  await setImmediate();
  for (const { controller, vector } of typed.slice(0, -1)) {
    vector.catch(() => {});
    controller.abort();
  }
  asked[0]?.resolve(VECTOR);
  await setImmediate();
  assert.deepEqual(texts(), ["c", "cats"]);
  asked[1]?.resolve(VECTOR);
  assert.equal(await typed.at(-1)?.vector, VECTOR);
  await assert.rejects(typed[1]?.vector ?? Promise.resolve(), { name: "AbortError" });
  // What was encoded although nobody waited is known all the same.
  assert.equal(await encoder.text("C "), VECTOR);
  assert.equal(asked.length, 2);
});

test("a text that was given up by one is encoded for another, once for all who ask", async () => {
  const { child, asked, texts } = fakeChild();
  const encoder = createQueryEncoder(child, () => modelAt("a"));
  const first = encoder.text("dog");
  const controller = new AbortController();
  const givenUp = encoder.text("cat", controller.signal);
  givenUp.catch(() => {});
  const wanted = [encoder.text("cat"), encoder.text("cat")];
  controller.abort();
  await setImmediate();
  asked[0]?.resolve(null);
  assert.equal(await first, null);
  await setImmediate();
  asked[1]?.resolve(VECTOR);
  assert.deepEqual(await Promise.all(wanted), [VECTOR, VECTOR]);
  assert.deepEqual(texts(), ["dog", "cat"]);
});

test("who waits for a child that hangs is told with the first, and the next one is encoded", async () => {
  const { child, asked } = fakeChild();
  const encoder = createQueryEncoder(child, () => modelAt("a"));
  const waiting = [encoder.text("dog"), encoder.text("cat")];
  await setImmediate();
  asked[0]?.reject(new ChildDied("query was ended by SIGKILL", true));
  for (const vector of waiting) await assert.rejects(vector, { code: "encoder-unavailable" });
  const next = encoder.text("dog");
  await setImmediate();
  asked[1]?.resolve(VECTOR);
  assert.equal(await next, VECTOR);
});

test("vectors are remembered for each model, those of the last 500 texts", async () => {
  const { child, asked } = fakeChild();
  let model = "a";
  const encoder = createQueryEncoder(child, () => modelAt(model));
  const ask = async (text: string): Promise<boolean> => {
    const before = asked.length;
    const vector = encoder.text(text);
    await setImmediate();
    asked[before]?.resolve(VECTOR);
    await vector;
    return asked.length > before;
  };
  assert.ok(await ask("dog  on FIRE"));
  assert.ok(!(await ask(" Dog on fire")));
  model = "b";
  assert.ok(await ask("dog on fire"));
  assert.equal(asked.at(-1)?.model, "b");
  for (let at = 0; at < 499; at++) await ask(String(at));
  assert.ok(!(await ask("dog on fire")));
  await ask("one more");
  assert.ok(await ask("0"));
  assert.ok(!(await ask("dog on fire")));
});
