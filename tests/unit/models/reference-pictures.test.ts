// Our tensors against those of the original image processors (Python, Pillow), for pictures of every kind.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { FAMILIES } from "../../../daemon/models/families.ts";
import type { ImageSpec } from "../../../daemon/models/manifest.ts";
import { imageTensor } from "../../../daemon/models/preprocess.ts";
import { decode, fromPixels } from "../../../daemon/worker/decode.ts";
import { likeness, PICTURES, REFERENCE, readSquares, tensorOf } from "./reference.ts";

const KINDS = ["squash-linear", "squash-cubic", "crop-cubic", "crop-linear"] as const;
/** libvips and Pillow shrink in different steps; enlarging is our own and agrees to the byte. */
const CLOSE = 0.9998;
/** libvips takes inks through a colour profile, Pillow subtracts them from white. */
const CLOSE_IN_PRINT = 0.93;

function specOf(kind: string, size: number): ImageSpec {
  const [resize, kernel] = kind.split("-") as [ImageSpec["resize"], ImageSpec["kernel"]];
  return { ...FAMILIES.siglip2.image, file: "image.onnx", size, resize, kernel };
}

async function tensor(name: string, spec: ImageSpec): Promise<Float32Array> {
  const image = await decode(readFileSync(join(REFERENCE, "pictures", name)), 400e6);
  return imageTensor(fromPixels(image), spec);
}

for (const kind of KINDS) {
  test(`${kind}: tall, wide, tiny, huge, grey, palette, alpha, 16-bit, CMYK and turned pictures as Pillow makes them`, async () => {
    const spec = specOf(kind, PICTURES.sheetSize);
    const squares = await readSquares(`sheet-${kind}.png`, spec.size);
    assert.equal(squares.length, PICTURES.names.length);
    for (const [at, name] of PICTURES.names.entries()) {
      const cosine = likeness(await tensor(name, spec), tensorOf(squares[at] as Uint8Array, spec));
      const least = name === "cmyk.jpg" ? CLOSE_IN_PRINT : CLOSE;
      assert.ok(cosine > least, `${name}: ${cosine.toFixed(6)}`);
    }
  });
}

test("pictures smaller than the model's square agree to the byte, give or take one", async () => {
  for (const kind of KINDS) {
    const spec = specOf(kind, PICTURES.sheetSize);
    const squares = await readSquares(`sheet-${kind}.png`, spec.size);
    for (const name of ["tiny.png", "palette.png"]) {
      const expected = tensorOf(squares[PICTURES.names.indexOf(name)] as Uint8Array, spec);
      const actual = await tensor(name, spec);
      const apart = actual.map((value, at) => Math.abs(value - (expected[at] as number)) * 127.5);
      assert.ok(Math.max(...apart) < 1.5, `${kind} ${name}: ${Math.max(...apart)}`);
    }
  }
});

test("the real size agrees even better", async () => {
  for (const kind of ["squash-linear", "crop-cubic"]) {
    const spec = specOf(kind, PICTURES.realSize);
    const [square] = await readSquares(`real-${kind}.png`, spec.size);
    const cosine = likeness(await tensor("photo.jpg", spec), tensorOf(square as Uint8Array, spec));
    assert.ok(cosine > 0.9999, `${kind}: ${cosine}`);
  }
});

test("numbers are scaled and shifted as the original processors do it", async () => {
  for (const family of ["siglip", "clip"] as const) {
    const spec: ImageSpec = { ...FAMILIES[family].image, file: "image.onnx", size: PICTURES.realSize };
    const expected = PICTURES.samples[family] ?? [];
    const actual = await tensor("photo.jpg", spec);
    const step = Math.floor((3 * spec.size ** 2) / 40);
    assert.ok(expected.length > 30);
    for (const [at, value] of expected.entries()) {
      const apart = Math.abs(value - (actual[at * step] as number));
      assert.ok(apart < 0.1, `${family} ${at}: ${apart}`);
    }
  }
});
