import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openTextEncoder } from "../../../daemon/models/text-encoder.ts";
import { MANIFEST, makeModel } from "./support.ts";

const encoder = await openTextEncoder(makeModel(), { threads: 1 });
after(() => encoder.close());

test("words become an embedding of unit length", async () => {
  assert.deepEqual(await encoder.encode("Blue"), Float32Array.of(0, 0, 1));
  assert.deepEqual(await encoder.encode("red red red"), Float32Array.of(1, 0, 0));
  const mixed = (await encoder.encode("red green")) as Float32Array;
  assert.ok(Math.abs(Math.hypot(...mixed) - 1) < 1e-6 && mixed[0] === mixed[1]);
});

test("words the model knows nothing of give null", async () => {
  for (const text of ["zebra", "", "   ", "🦄", "\u0000"])
    assert.equal(await encoder.encode(text), null, JSON.stringify(text));
});

test("padding that the mask hides changes nothing", async () => {
  const padded = await openTextEncoder(makeModel({ text: { ...MANIFEST.text, padToMax: true } }), { threads: 1 });
  assert.deepEqual(await padded.encode("green"), await encoder.encode("green"));
  await padded.close();
});

test("ten thousand characters are as good as any text", async () => {
  assert.deepEqual(await encoder.encode("red ".repeat(2_500)), Float32Array.of(1, 0, 0));
  assert.equal(await encoder.encode("x".repeat(10_000)), null);
});
