import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openImageEncoder } from "../../../daemon/models/image-encoder.ts";
import { imageTensor } from "../../../daemon/models/preprocess.ts";
import { MANIFEST, makeModel, plain } from "./support.ts";

const encoder = await openImageEncoder(makeModel(), { threads: 1 });
after(() => encoder.close());

test("an encoder says what it is", () => {
  assert.equal(encoder.modelId, "tiny-1");
  assert.equal(encoder.dimension, 3);
  assert.equal(encoder.provider, "cpu");
  assert.deepEqual(encoder.spec, MANIFEST.image);
});

test("embeddings come in the order of the pictures, at unit length", async () => {
  const colours = ["#ff0000", "#00ff00", "#0000ff", "#ffffff"];
  const tensors = await Promise.all(colours.map((colour) => imageTensor(plain(colour), encoder.spec)));
  const third = Math.fround(1 / Math.sqrt(3));
  const embeddings = await encoder.encode(tensors);
  assert.deepEqual(embeddings.slice(0, 3), [
    Float32Array.of(1, 0, 0),
    Float32Array.of(0, 1, 0),
    Float32Array.of(0, 0, 1),
  ]);
  for (const value of embeddings[3] as Float32Array) assert.ok(Math.abs(value - third) < 1e-6);
});

test("a batch gives the same as its pictures alone", async () => {
  const tensors = await Promise.all(["#ff8000", "#204080"].map((colour) => imageTensor(plain(colour), encoder.spec)));
  const together = await encoder.encode(tensors);
  const alone = [...(await encoder.encode(tensors.slice(0, 1))), ...(await encoder.encode(tensors.slice(1)))];
  assert.deepEqual(together, alone);
  assert.deepEqual(await encoder.encode([]), []);
});

test("answers that are no numbers, or nothing but zeros, are refused", async () => {
  const fill = (value: number) => [new Float32Array(3 * 64).fill(value)];
  await assert.rejects(encoder.encode(fill(-1)), { code: "model-invalid", message: /image\.onnx .*not finite/ });
  await assert.rejects(encoder.encode(fill(0)), { code: "model-invalid", message: /zeros only/ });
});

test("a tensor of the wrong length is the caller's mistake", async () => {
  await assert.rejects(encoder.encode([new Float32Array(10)]), RangeError);
});
