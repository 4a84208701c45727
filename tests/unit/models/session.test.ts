import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { resolveModel } from "../../../daemon/models/catalog.ts";
import { openImageEncoder } from "../../../daemon/models/image-encoder.ts";
import type { ModelManifest } from "../../../daemon/models/manifest.ts";
import { openTextEncoder } from "../../../daemon/models/text-encoder.ts";
import { MANIFEST, makeModel } from "./support.ts";

const ONE_THREAD = { threads: 1 };

function refused(message: RegExp) {
  return { name: "AppError", code: "model-invalid", message, hint: /./ };
}

test("a missing file is named", async () => {
  const model = makeModel();
  rmSync(join(model.directory, "image.onnx"));
  await assert.rejects(openImageEncoder(model, ONE_THREAD), refused(/image\.onnx cannot be loaded/));
});

test("a truncated or foreign file is named", async () => {
  const model = makeModel();
  const path = join(model.directory, "text.onnx");
  const whole = readFileSync(path);
  for (const content of [whole.subarray(0, whole.length / 2), Buffer.from("<html>not found</html>"), Buffer.alloc(0)]) {
    writeFileSync(path, content);
    await assert.rejects(openTextEncoder(model, ONE_THREAD), refused(/text\.onnx/));
  }
});

test("names of inputs and outputs are checked when the model is opened", async () => {
  const opened = (text: Partial<ModelManifest["text"]>) =>
    openTextEncoder(makeModel({ text: { ...MANIFEST.text, ...text } }), ONE_THREAD);
  await assert.rejects(
    opened({ idsInput: "ids" }),
    refused(/text\.onnx has no input "ids"; it has input_ids, attention_mask/),
  );
  await assert.rejects(opened({ output: "pooler_output" }), refused(/no output "pooler_output"; it has text_embeds/));
  const { maskInput: _, ...noMask } = MANIFEST.text;
  const unnamed = openTextEncoder(makeModel({ text: noMask }), ONE_THREAD);
  await assert.rejects(unnamed, refused(/needs an input "attention_mask" that the manifest does not name/));
});

test("a dimension that the file contradicts is refused when the model is opened", async () => {
  const wrong = openTextEncoder(makeModel({ dimension: 4 }), ONE_THREAD);
  await assert.rejects(wrong, refused(/text\.onnx gives 3 values per input, but the manifest says dimension 4/));
});

test("a dimension that only an answer shows is refused when the model is opened, too", async () => {
  const opened = openImageEncoder(makeModel({ dimension: 4 }), ONE_THREAD);
  await assert.rejects(opened, refused(/image\.onnx gives 3 values per input, but the manifest says dimension 4/));
});

test("input that the file cannot take is the model's fault, in words", async () => {
  const palette = resolveModel("auto");
  const image = { ...palette.manifest.image, size: 64 };
  const opened = openImageEncoder({ ...palette, manifest: { ...palette.manifest, image } }, ONE_THREAD);
  await assert.rejects(opened, refused(/image\.onnx cannot take its input/));
});
