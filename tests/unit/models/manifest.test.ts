import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { AppError } from "../../../daemon/errors.ts";
import { parseManifest, readManifest } from "../../../daemon/models/manifest.ts";
import { MANIFEST, makeDirectory } from "./support.ts";

function fault(change: (manifest: Record<string, Record<string, unknown>>) => void): string {
  const manifest = structuredClone(MANIFEST) as unknown as Record<string, Record<string, unknown>>;
  change(manifest);
  try {
    parseManifest(manifest, "m/manifest.json");
  } catch (error) {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, "model-invalid");
    assert.ok(error.hint);
    return error.message;
  }
  return "accepted";
}

const part = (manifest: Record<string, Record<string, unknown>>, name: string) =>
  manifest[name] as Record<string, unknown>;

test("the three families of models can be described", () => {
  const { image, text } = MANIFEST;
  const { maskInput: _, ...noMask } = text;
  const half = [0.5, 0.5, 0.5] as [number, number, number];
  const siglip2 = {
    ...MANIFEST,
    id: "onnx-community/siglip2-base-patch16-224-ONNX",
    dimension: 768,
    image: { ...image, output: "pooler_output", size: 224, mean: half, deviation: half },
    text: { ...noMask, output: "pooler_output", maxTokens: 64, padId: 0, padToMax: true },
    logitScale: 4.7,
    logitBias: -16.8,
  };
  const siglip = { ...siglip2, image: { ...siglip2.image, kernel: "cubic" } };
  const clip = {
    ...MANIFEST,
    dimension: 512,
    image: { ...image, size: 224, resize: "crop", kernel: "cubic", mean: [0.4815, 0.4578, 0.4082] },
    text: { ...text, file: "onnx/text_model.onnx", maxTokens: 77, padId: 49_407 },
  };
  for (const manifest of [siglip2, siglip, clip]) assert.deepEqual(parseManifest(manifest, "manifest.json"), manifest);
});

test("a fault names the file and the field", () => {
  assert.match(
    fault((m) => delete m.image),
    /^m\/manifest\.json: must have required properties image/,
  );
  assert.match(
    fault((m) => delete part(m, "text").maxTokens),
    /field "text" .*maxTokens/,
  );
  assert.match(
    fault((m) => Object.assign(part(m, "image"), { size: "big" })),
    /field "image\.size" must be integer/,
  );
  assert.match(
    fault((m) => Object.assign(part(m, "image"), { resize: "stretch" })),
    /field "image\.resize"/,
  );
  assert.match(
    fault((m) => Object.assign(part(m, "image"), { deviation: [1, 0, 1] })),
    /field "image\.deviation/,
  );
  assert.match(
    fault((m) => Object.assign(part(m, "image"), { mean: [1, 1] })),
    /field "image\.mean"/,
  );
  assert.match(
    fault((m) => Object.assign(part(m, "image"), { sise: 3 })),
    /field "image" unknown field sise/,
  );
  assert.match(
    fault((m) => Object.assign(m, { dimension: 2.5 })),
    /field "dimension"/,
  );
});

test("a model's files stay inside its directory", () => {
  for (const file of ["/etc/passwd", "../other/image.onnx", "a/../../b.onnx", "..", "\\\\host\\x", ""]) {
    assert.match(
      fault((m) => Object.assign(part(m, "image"), { file })),
      /field "image\.file"/,
      file,
    );
  }
  assert.equal(
    fault((m) => Object.assign(part(m, "image"), { file: "onnx/vision..fp16.onnx" })),
    "accepted",
  );
});

test("a missing or unreadable manifest says so", () => {
  const directory = makeDirectory();
  const expected = { code: "model-invalid", message: /manifest\.json cannot be read/ };
  assert.throws(() => readManifest(directory), expected);
  writeFileSync(join(directory, "manifest.json"), "{ half");
  assert.throws(() => readManifest(directory), expected);
  writeFileSync(join(directory, "manifest.json"), "null");
  assert.throws(() => readManifest(directory), { code: "model-invalid", message: /manifest\.json: must be object/ });
});
