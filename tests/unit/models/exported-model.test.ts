// Directories in the usual ONNX export layout, good ones and all kinds of bad ones.
import assert from "node:assert/strict";
import { copyFileSync, cpSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { resolveModel } from "../../../daemon/models/catalog.ts";
import { CLIP_DEVIATION, CLIP_MEAN } from "../../../daemon/models/families.ts";
import { openImageEncoder } from "../../../daemon/models/image-encoder.ts";
import type { ModelManifest } from "../../../daemon/models/manifest.ts";
import { openTextEncoder } from "../../../daemon/models/text-encoder.ts";
import { createGraph } from "../../../scripts/palette/onnx.ts";
import { REFERENCE, type ReferenceFamily } from "./reference.ts";
import { makeDirectory } from "./support.ts";

const ONE_THREAD = { threads: 1 };

function copyOf(family: ReferenceFamily): string {
  const directory = makeDirectory();
  cpSync(join(REFERENCE, `${family}-tiny`), directory, { recursive: true });
  return directory;
}

function change(directory: string, name: string, fields: object): void {
  const path = join(directory, name);
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), ...fields }));
}

const read = (directory: string): ModelManifest => resolveModel(directory).manifest;
const refused = (message: RegExp) => ({ code: "model-invalid", message, hint: /./ });

test("CLIP: crop, bicubic, CLIP's mean; the projected outputs; no padding", () => {
  const { image, text, dimension } = read(copyOf("clip"));
  assert.deepEqual(image, {
    file: "onnx/vision_model.onnx",
    input: "pixel_values",
    output: "image_embeds",
    size: 32,
    resize: "crop",
    kernel: "cubic",
    mean: CLIP_MEAN,
    deviation: CLIP_DEVIATION,
  });
  assert.deepEqual([text.output, text.maxTokens, text.padToMax, text.lowerCase], ["text_embeds", 77, false, true]);
  assert.equal(text.removePunctuation, undefined);
  assert.equal(text.maskInput, undefined, "this export takes none");
  assert.equal(dimension, 24);
});

test("SigLIP: squash, bicubic, a half; the pooled outputs; punctuation out, padded with its closing token", () => {
  const { image, text, dimension } = read(copyOf("siglip"));
  assert.deepEqual(
    [image.resize, image.kernel, image.mean, image.output],
    ["squash", "cubic", [0.5, 0.5, 0.5], "pooler_output"],
  );
  assert.deepEqual([text.padId, text.padToMax, text.maxTokens, text.removePunctuation], [1, true, 64, true]);
  assert.equal(dimension, 40);
});

test("SigLIP 2 calls itself siglip and is told by its tokenizer: bilinear, small letters, punctuation stays", () => {
  const { image, text } = read(copyOf("siglip2"));
  assert.deepEqual([image.kernel, text.padId, text.lowerCase, text.removePunctuation], ["linear", 0, true, undefined]);
  assert.deepEqual([text.maxTokens, text.padToMax], [64, true]);
});

test("the name of the embeddings' space follows the files and how they are used", () => {
  const directory = copyOf("siglip");
  const { id } = read(directory);
  assert.match(id, /^local\/model-\w+@[0-9a-f]{8}$/);
  assert.equal(read(directory).id, id);
  change(directory, "preprocessor_config.json", { resample: 2 });
  assert.notEqual(read(directory).id, id);
  change(directory, "preprocessor_config.json", { resample: 3 });
  assert.equal(read(directory).id, id);
  copyFileSync(join(REFERENCE, "siglip2-tiny/onnx/vision_model.onnx"), join(directory, "onnx/vision_model.onnx"));
  assert.notEqual(read(directory).id, id);
});

test("whole numbers are preferred to halves, halves to eight bits", () => {
  const directory = copyOf("siglip");
  const onnx = (name: string) => join(directory, "onnx", name);
  copyFileSync(onnx("vision_model.onnx"), onnx("vision_model_quantized.onnx"));
  copyFileSync(onnx("vision_model.onnx"), onnx("vision_model_fp16.onnx"));
  assert.equal(read(directory).image.file, "onnx/vision_model.onnx");
  rmSync(onnx("vision_model.onnx"));
  assert.equal(read(directory).image.file, "onnx/vision_model_fp16.onnx");
  rmSync(onnx("vision_model_fp16.onnx"));
  assert.equal(read(directory).image.file, "onnx/vision_model_quantized.onnx");
});

test("models without normalising, and with other scales, become the same arithmetic", () => {
  const directory = copyOf("clip");
  change(directory, "preprocessor_config.json", { do_normalize: false, resample: 2 });
  assert.deepEqual(read(directory).image.deviation, [1, 1, 1]);
  change(directory, "preprocessor_config.json", {
    do_normalize: true,
    do_rescale: false,
    image_mean: [127.5, 127.5, 127.5],
    image_std: [255, 255, 255],
  });
  assert.deepEqual(
    [read(directory).image.mean, read(directory).image.deviation],
    [
      [0.5, 0.5, 0.5],
      [1, 1, 1],
    ],
  );
});

test("a manifest.json goes first", () => {
  const directory = copyOf("siglip");
  const manifest = { ...read(directory), id: "mine-1" };
  writeFileSync(join(directory, "manifest.json"), JSON.stringify(manifest));
  assert.equal(read(directory).id, "mine-1");
});

test("each missing file is named", () => {
  for (const name of [
    "preprocessor_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "onnx/vision_model.onnx",
    "onnx/text_model.onnx",
  ]) {
    const directory = copyOf("siglip");
    rmSync(join(directory, name));
    assert.throws(() => read(directory), refused(new RegExp(`${name.replace(".", "\\.")} is missing`)), name);
  }
  const broken = copyOf("siglip");
  writeFileSync(join(broken, "config.json"), "{ half");
  assert.throws(() => read(broken), refused(/config\.json cannot be read/));
});

test("an ONNX file cut anywhere, or that is none, is named before it is loaded", () => {
  const directory = copyOf("siglip");
  const path = join(directory, "onnx/vision_model.onnx");
  const whole = readFileSync(path);
  for (const share of [0.999, 0.75, 0.5, 0.1, 0.001, 0]) {
    truncateSync(path, Math.floor(whole.length * share));
    assert.throws(() => read(directory), refused(/vision_model\.onnx is (cut off|not an ONNX model)/), `${share}`);
    writeFileSync(path, whole);
  }
  writeFileSync(path, "<html>404 not found</html>");
  assert.throws(() => read(directory), refused(/vision_model\.onnx is/));
  writeFileSync(path, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
  assert.throws(() => read(directory), { code: "model-invalid", message: /Git LFS pointer/, hint: /git lfs pull/ });
});

test("weights kept beside the file are named when they are missing", () => {
  const directory = copyOf("siglip");
  const path = join(directory, "onnx/text_model.onnx");
  writeFileSync(path, withWeightsBeside(readFileSync(path), "text_model.onnx_data"));
  const expected = {
    code: "model-invalid",
    message: /text_model\.onnx keeps its weights in text_model\.onnx_data, which is missing/,
    hint: /beside/,
  };
  assert.throws(() => read(directory), expected);
  writeFileSync(join(directory, "onnx/text_model.onnx_data"), "weights");
  assert.doesNotThrow(() => read(directory));
});

test("towers, sizes and tokenizers that do not belong together are told apart", async () => {
  const towers = copyOf("siglip");
  copyFileSync(join(REFERENCE, "clip-tiny/onnx/text_model.onnx"), join(towers, "onnx/text_model.onnx"));
  assert.throws(
    () => read(towers),
    refused(/vision_model\.onnx gives 40 values per picture, but .*text_model\.onnx 24 per text/),
  );
  const size = copyOf("siglip");
  change(size, "preprocessor_config.json", { size: { height: 48, width: 48 } });
  assert.throws(() => read(size), refused(/takes pictures of 32 pixels, but preprocessor_config\.json says 48/));
  const tokenizer = copyOf("siglip");
  copyFileSync(join(REFERENCE, "clip-tiny/tokenizer.json"), join(tokenizer, "tokenizer.json"));
  await assert.rejects(
    openTextEncoder(resolveModel(tokenizer), ONE_THREAD),
    refused(/tokenizer\.json has \d+ words, but onnx\/text_model\.onnx knows \d+/),
  );
});

test("answers that are no numbers name the file", async () => {
  const directory = copyOf("siglip");
  writeFileSync(join(directory, "onnx/vision_model.onnx"), nothingButNaN());
  const encoder = await openImageEncoder(resolveModel(directory), ONE_THREAD);
  await assert.rejects(
    encoder.encode([new Float32Array(3 * 32 * 32).fill(1)]),
    refused(/vision_model\.onnx answers with values that are not finite/),
  );
  await encoder.close();
});

test("what rememe cannot do is refused with the field", () => {
  const cases: readonly (readonly [string, object, RegExp])[] = [
    ["config.json", { model_type: "blip" }, /config\.json says model_type "blip"/],
    ["preprocessor_config.json", { resample: 1 }, /preprocessor_config\.json: resample 1/],
    ["preprocessor_config.json", { size: { height: 32, width: 16 } }, /size is not a square/],
    [
      "preprocessor_config.json",
      { size: { shortest_edge: 40 }, do_center_crop: true, crop_size: 32 },
      /shrunk to 40 and cut to 32/,
    ],
  ];
  for (const [file, fields, message] of cases) {
    const directory = copyOf("siglip");
    change(directory, file, fields);
    assert.throws(() => read(directory), refused(message));
  }
  const outputs = copyOf("siglip");
  renameSync(join(outputs, "onnx/vision_model.onnx"), join(outputs, "onnx/text_model.onnx"));
  cpSync(join(REFERENCE, "siglip-tiny/onnx/vision_model.onnx"), join(outputs, "onnx/vision_model.onnx"));
  assert.throws(() => read(outputs), refused(/text_model\.onnx has no input input_ids; it has pixel_values/));
});

/** Square roots of negative numbers, 40 per picture. */
function nothingButNaN(): Uint8Array {
  const graph = createGraph();
  const mean = graph.node("Flatten", [graph.node("GlobalAveragePool", ["pixel_values"])], { axis: 1 });
  const negative = graph.node("MatMul", [mean, graph.floats([3, 40], Array<number>(120).fill(-1))]);
  graph.node("Sqrt", [negative], {}, "pooler_output");
  return graph.encode(
    "nothing",
    [{ name: "pixel_values", type: "float32", shape: ["batch", 3, "height", "width"] }],
    [{ name: "pooler_output", type: "float32", shape: ["batch", 40] }],
  );
}

/** The model with one more set of weights, which lie in another file. */
function withWeightsBeside(model: Uint8Array, location: string): Uint8Array {
  const message = (field: number, content: Uint8Array) =>
    Buffer.concat([Buffer.from([field * 8 + 2]), length(content.length), content]);
  const entry = Buffer.concat([message(1, Buffer.from("location")), message(2, Buffer.from(location))]);
  const weights = Buffer.concat([message(8, Buffer.from("elsewhere")), message(13, entry)]);
  // A message that comes twice is merged, so the graph of this one adds to the first. Readers that look at one graph only see the first.
  const graph = firstGraph(model);
  const added = message(5, weights);
  return Buffer.concat([
    model.subarray(0, graph.start),
    Buffer.from([7 * 8 + 2]),
    length(graph.content.length + added.length),
    graph.content,
    added,
    model.subarray(graph.end),
  ]);
}

function firstGraph(model: Uint8Array): { start: number; content: Uint8Array; end: number } {
  for (let at = 0; at < model.length; ) {
    const start = at;
    const key = model[at++] as number;
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = model[at++] as number;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    if (key === 7 * 8 + 2) return { start, content: model.subarray(at, at + value), end: at + value };
    if (key % 8 === 2) at += value;
  }
  throw new Error("no graph");
}

function length(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}
