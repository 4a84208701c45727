import assert from "node:assert/strict";
import { test } from "node:test";
import { parseManifest } from "../../../daemon/models/manifest.ts";
import {
  DEFAULT_MODEL,
  downloadSize,
  filesOf,
  publishedManifest,
  publishedModel,
} from "../../../daemon/models/published.ts";
import { PUBLISHED_MODELS } from "../../../daemon/models/published-models.ts";

test("every entry of the catalog makes a valid manifest for every choice of data types", () => {
  for (const model of PUBLISHED_MODELS) {
    for (const image of model.image) {
      for (const text of model.text) {
        const types = { image: image.dataType, text: text.dataType };
        const manifest = publishedManifest(model, types);
        assert.deepEqual(parseManifest(structuredClone(manifest), model.name), manifest);
        assert.deepEqual([manifest.image.file, manifest.text.file], [image.path, text.path]);
      }
    }
  }
});

test("files are pinned: commit, size and hash have the form they must have, or are left to the hub", () => {
  for (const model of PUBLISHED_MODELS) {
    assert.match(model.repository, /^[\w-]+\/[\w.-]+$/);
    if (model.revision !== null) assert.match(model.revision, /^[0-9a-f]{40}$/);
    for (const file of [...model.files, ...model.image, ...model.text]) {
      assert.ok(file.sizeBytes === null || file.sizeBytes > 0, file.path);
      if (file.sha256 !== null) assert.match(file.sha256, /^[0-9a-f]{64}$/, file.path);
      assert.doesNotMatch(file.path, /\.\.|^\//);
    }
    const names = model.files.map((file) => file.path);
    for (const needed of ["config.json", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json"]) {
      assert.ok(names.includes(needed), `${model.name} lacks ${needed}`);
    }
  }
});

test("the default may be used by anybody and is pinned down to the last byte", () => {
  const model = publishedModel(DEFAULT_MODEL);
  assert.ok(model && !model.isResearchOnly && model.revision);
  assert.ok(filesOf(model).every((file) => file.sizeBytes !== null && file.sha256 !== null));
  const { bytes, isExact } = downloadSize(model);
  assert.ok(isExact && bytes > 100e6 && bytes < 900e6, `${bytes}`);
});

test("a model is found by its name and by its repository", () => {
  for (const model of PUBLISHED_MODELS) {
    assert.equal(publishedModel(model.name), model);
    assert.equal(publishedModel(model.repository), model);
  }
  assert.equal(publishedModel("siglip3"), undefined);
  const names = PUBLISHED_MODELS.flatMap((model) => [model.name, model.repository]);
  assert.equal(new Set(names).size, names.length);
});

test("data types that change the embeddings make another index, others do not", () => {
  const clip = publishedModel("clip-vit-base-patch32");
  assert.ok(clip);
  const id = (image: "fp32" | "fp16" | "q8", text: "fp32" | "q8") => publishedManifest(clip, { image, text }).id;
  assert.equal(id("fp16", "fp32"), id("fp32", "q8"));
  assert.notEqual(id("q8", "fp32"), id("fp32", "fp32"));
  assert.throws(() => filesOf(clip, { image: "q4f16", text: "fp32" }), /clip-vit-base-patch32 does not come in q4f16/);
});

test("an export of one file for both towers is fetched once", () => {
  const tiny = publishedModel("tinyclip-vit-40m-32");
  assert.ok(tiny);
  assert.equal(filesOf(tiny).filter((file) => file.path.endsWith(".onnx")).length, 1);
  const { image, text } = publishedManifest(tiny);
  assert.equal(image.file, text.file);
  assert.deepEqual(Object.keys(image.companions ?? {}), ["input_ids", "attention_mask"]);
  assert.deepEqual(text.companions, { pixel_values: { type: "float32", shape: [1, 3, 224, 224] } });
});

test("research-only models say so", () => {
  const research = PUBLISHED_MODELS.filter((model) => model.isResearchOnly);
  assert.deepEqual(
    research.map((model) => model.name),
    ["mobileclip-s2", "mobileclip-s0"],
  );
  for (const model of research) assert.match(model.licence, /research only/);
});
