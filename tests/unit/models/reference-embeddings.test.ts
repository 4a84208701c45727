// Our embeddings against those of PyTorch, from randomly initialised models in the usual export layout.
import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type InstalledModel, resolveModel } from "../../../daemon/models/catalog.ts";
import { openImageEncoder } from "../../../daemon/models/image-encoder.ts";
import { openTextEncoder } from "../../../daemon/models/text-encoder.ts";
import { likeness, REFERENCE, REFERENCE_FAMILIES, type ReferenceFamily, readReference, tensorOf } from "./reference.ts";
import { makeDirectory } from "./support.ts";

interface Embeddings {
  readonly pictures: Readonly<Record<string, { readonly square: string; readonly embedding: readonly number[] }>>;
  readonly texts: Readonly<Record<string, readonly number[]>>;
}
const EXPECTED = readReference<Record<ReferenceFamily, Embeddings>>("embeddings.json");
const SAME = 0.9999;
const ONE_THREAD = { threads: 1 };

async function agrees(model: InstalledModel, { pictures, texts }: Embeddings): Promise<void> {
  const images = await openImageEncoder(model, ONE_THREAD);
  const tensors = Object.values(pictures).map(({ square }) => tensorOf(Buffer.from(square, "hex"), images.spec));
  const embeddings = await images.encode(tensors);
  for (const [at, [name, { embedding }]] of Object.entries(pictures).entries()) {
    const cosine = likeness(embeddings[at] as Float32Array, embedding);
    assert.ok(cosine > SAME, `${name}: ${cosine}`);
  }
  await images.close();
  const words = await openTextEncoder(model, ONE_THREAD);
  for (const [text, embedding] of Object.entries(texts)) {
    const cosine = likeness((await words.encode(text)) as Float32Array, embedding);
    assert.ok(cosine > SAME, `"${text}": ${cosine}`);
  }
  await words.close();
}

test("the references differ from each other, so that agreeing means something", () => {
  for (const family of REFERENCE_FAMILIES) {
    const { pictures, texts } = EXPECTED[family];
    for (const group of [Object.values(pictures).map((picture) => picture.embedding), Object.values(texts)]) {
      for (const [at, one] of group.entries()) {
        for (const other of group.slice(at + 1))
          assert.ok(likeness(one, other) < 0.995, `${family} ${likeness(one, other)}`);
      }
    }
  }
});

for (const family of REFERENCE_FAMILIES) {
  test(`${family}: pictures and texts have PyTorch's embeddings`, () =>
    agrees(resolveModel(join(REFERENCE, `${family}-tiny`)), EXPECTED[family]));
}

test("an export of one file for both towers gives the same", async () => {
  const directory = makeDirectory();
  cpSync(join(REFERENCE, "clip-tiny"), directory, { recursive: true });
  for (const tower of ["vision", "text"]) rmSync(join(directory, `onnx/${tower}_model.onnx`));
  const model = resolveModel(directory);
  assert.deepEqual([model.manifest.image.file, model.manifest.text.file], ["onnx/model.onnx", "onnx/model.onnx"]);
  await agrees(model, EXPECTED.clip);
});
