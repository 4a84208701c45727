import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { PALETTE_DIRECTORY, resolveModel } from "../../../daemon/models/catalog.ts";
import { withBatchOfOne } from "../../../daemon/models/fixed-batch.ts";
import { checkProvider } from "../../../daemon/models/provider-check.ts";
import { candidate, providerConfig } from "../../../daemon/models/providers.ts";

test("CoreML is worth trying on Apple Silicon only; a provider that is named, everywhere", () => {
  assert.deepEqual(
    [candidate("auto", "darwin", "arm64"), candidate("auto", "darwin", "x64"), candidate("auto", "linux", "arm64")],
    ["coreml", null, null],
  );
  assert.deepEqual([candidate("cpu", "darwin", "arm64"), candidate("webgpu", "linux", "x64")], [null, "webgpu"]);
  assert.deepEqual(providerConfig("coreml"), [{ name: "coreml", coreMlFlags: 0x30 }, "cpu"]);
});

test("an ONNX file with a batch of one is the same network", async () => {
  const { manifest, directory } = resolveModel(PALETTE_DIRECTORY);
  const { input, output, size, file } = manifest.image;
  const original = readFileSync(join(directory, file));
  const fixed = withBatchOfOne(original, input);
  const [before, after] = await Promise.all([original, fixed].map((bytes) => InferenceSession.create(bytes)));
  const shape = (session: InferenceSession | undefined) => {
    const port = session?.inputMetadata.find(({ name }) => name === input);
    return port?.isTensor ? port.shape : null;
  };
  assert.deepEqual([typeof shape(before)?.[0], shape(after)], ["string", [1, 3, size, size]]);
  const data = Float32Array.from({ length: 3 * size * size }, (_, at) => (at % 255) / 255);
  const run = async (session: InferenceSession | undefined) =>
    (await session?.run({ [input]: new Tensor("float32", data, [1, 3, size, size]) }))?.[output]?.data;
  assert.deepEqual(await run(after), await run(before));
});

test("what is no ONNX file, is cut off, or lacks the input is refused", () => {
  const bytes = readFileSync(join(PALETTE_DIRECTORY, "image.onnx"));
  assert.throws(() => withBatchOfOne(bytes, "nothing"), RangeError);
  assert.throws(() => withBatchOfOne(bytes.subarray(0, 1_000), "pixel_values"), RangeError);
  assert.throws(() => withBatchOfOne(Buffer.from("<html>not a model</html>"), "pixel_values"), RangeError);
  assert.throws(() => withBatchOfOne(new Uint8Array(), "pixel_values"), RangeError);
});

test("the check compares a provider with the CPU; one that is not on this machine is an error", async (t) => {
  const model = resolveModel(PALETTE_DIRECTORY);
  const { agreement, ms, cpuMs } = await checkProvider(model, "cpu", 1);
  assert.ok(Math.abs(agreement - 1) < 1e-5 && ms > 0 && cpuMs > 0);
  if (process.platform === "darwin") return t.skip("CoreML is here");
  await assert.rejects(checkProvider(model, "coreml", 1), /coreml/);
});
