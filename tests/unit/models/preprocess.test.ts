import assert from "node:assert/strict";
import { test } from "node:test";
import sharp, { type Sharp } from "sharp";
import type { ImageSpec } from "../../../daemon/models/manifest.ts";
import { imageTensor } from "../../../daemon/models/preprocess.ts";
import { drawn, MANIFEST, plain } from "./support.ts";

const SPEC: ImageSpec = MANIFEST.image;
const AREA = SPEC.size ** 2;

/** Red, green and blue at a pixel, 0 to 255. */
function pixel(tensor: Float32Array, x: number, y: number): number[] {
  return [0, 1, 2].map((channel) => Math.round((tensor[channel * AREA + y * SPEC.size + x] as number) * 255));
}

async function colourOf(image: Sharp): Promise<number[]> {
  const tensor = await imageTensor(image, SPEC);
  assert.equal(tensor.length, 3 * AREA);
  return pixel(tensor, 4, 4);
}

function near(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  const isNear = actual.every((value, index) => Math.abs(value - (expected[index] as number)) <= tolerance);
  assert.ok(isNear, `[${actual}] is not within ${tolerance} of [${expected}]`);
}

test("values are normalised with the mean and deviation of their channel, plane by plane", async () => {
  const spec: ImageSpec = { ...SPEC, mean: [0.5, 0.25, 0], deviation: [0.5, 0.25, 2] };
  const tensor = await imageTensor(plain("#ff8000"), spec);
  for (let at = 0; at < AREA; at++) {
    assert.ok(Math.abs((tensor[at] as number) - 1) < 1e-6);
    assert.ok(Math.abs((tensor[AREA + at] as number) - (128 / 255 - 0.25) / 0.25) < 1e-6);
    assert.equal(tensor[2 * AREA + at], 0);
  }
});

test("grey, grey with alpha, and indexed pictures become three channels", async () => {
  const grey = await plain("#808080").toColourspace("b-w").png().toBuffer();
  assert.equal((await sharp(grey).metadata()).channels, 1);
  assert.deepEqual(await colourOf(sharp(grey)), [128, 128, 128]);
  const greyAlpha = await plain("#808080").toColourspace("b-w").ensureAlpha(1).png().toBuffer();
  assert.equal((await sharp(greyAlpha).metadata()).channels, 2);
  assert.deepEqual(await colourOf(sharp(greyAlpha)), [128, 128, 128]);
  const indexed = await plain("#2040c0").png({ palette: true }).toBuffer();
  near(await colourOf(sharp(indexed)), [0x20, 0x40, 0xc0], 2);
});

test("transparent parts are white, half transparent ones half white", async () => {
  const alpha = (value: number) =>
    sharp({ create: { width: 20, height: 20, channels: 4, background: { r: 255, g: 0, b: 0, alpha: value } } }).png();
  assert.deepEqual(await colourOf(sharp(await alpha(0).toBuffer())), [255, 255, 255]);
  near(await colourOf(sharp(await alpha(0.5).toBuffer())), [255, 127, 127], 1);
  assert.deepEqual(await colourOf(sharp(await alpha(1).toBuffer())), [255, 0, 0]);
});

test("16 bits per channel become 8", async () => {
  const rgb = await plain("#4080c0").toColourspace("rgb16").png().toBuffer();
  assert.equal((await sharp(rgb).metadata()).depth, "ushort");
  near(await colourOf(sharp(rgb)), [0x40, 0x80, 0xc0], 1);
  const grey = await plain("#404040").toColourspace("grey16").png().toBuffer();
  assert.equal((await sharp(grey).metadata()).depth, "ushort");
  near(await colourOf(sharp(grey)), [0x40, 0x40, 0x40], 1);
});

test("CMYK becomes sRGB", async () => {
  const cmyk = await plain("#20a040").toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer();
  assert.equal((await sharp(cmyk).metadata()).space, "cmyk");
  near(await colourOf(sharp(cmyk)), [0x20, 0xa0, 0x40], 30);
});

test("squash keeps all of a tall picture, crop its middle", async () => {
  const bands = ["red", "lime", "blue"].map(
    (fill, at) => `<rect y="${at * 33.4}" width="100" height="33.4" fill="${fill}"/>`,
  );
  const tall = await drawn(bands.join(""), 60, 180).png().toBuffer();
  const squashed = await imageTensor(sharp(tall), SPEC);
  const cropped = await imageTensor(sharp(tall), { ...SPEC, resize: "crop" });
  near(pixel(squashed, 4, 0), [255, 0, 0], 4);
  near(pixel(squashed, 4, 4), [0, 255, 0], 4);
  near(pixel(squashed, 4, 7), [0, 0, 255], 4);
  for (const y of [1, 4, 6]) near(pixel(cropped, 4, y), [0, 255, 0], 4);
});

test("a picture that the caller has turned upright stays upright", async () => {
  const halves = `<rect width="50" height="100" fill="red"/><rect x="50" width="50" height="100" fill="blue"/>`;
  // Orientation 6: the camera was held so that the stored left side is the top.
  const turned = await drawn(halves).jpeg({ quality: 95 }).withMetadata({ orientation: 6 }).toBuffer();
  const tensor = await imageTensor(sharp(turned).autoOrient(), SPEC);
  near(pixel(tensor, 1, 1), [255, 0, 0], 8);
  near(pixel(tensor, 6, 1), [255, 0, 0], 8);
  near(pixel(tensor, 1, 6), [0, 0, 255], 8);
});

test("the kernel is the manifest's: only cubic overshoots at an edge", async () => {
  const edge = await sharp(Uint8Array.from([64, 64, 192, 192]), { raw: { width: 4, height: 1, channels: 1 } })
    .png()
    .toBuffer();
  const range = async (kernel: ImageSpec["kernel"]) => {
    const values = (await imageTensor(sharp(edge), { ...SPEC, size: 16, kernel })).map((value) =>
      Math.round(value * 255),
    );
    return [Math.min(...values), Math.max(...values)];
  };
  assert.deepEqual(await range("linear"), [64, 192]);
  const [least, most] = await range("cubic");
  assert.ok((least as number) < 64 && (most as number) > 192);
});
