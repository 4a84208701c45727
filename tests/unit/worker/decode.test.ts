import assert from "node:assert/strict";
import { test } from "node:test";
import sharp from "sharp";
import { decode, fromPixels } from "../../../daemon/worker/decode.ts";
import { PictureProblem } from "../../../daemon/worker/problem.ts";
import { picture } from "../../helpers/pictures.ts";

const LIMIT = 268e6;

async function reasonOf(bytes: Uint8Array, maxPixels = LIMIT): Promise<string> {
  try {
    await decode(bytes, maxPixels);
  } catch (error) {
    assert.ok(error instanceof PictureProblem, String(error));
    assert.equal(error.stage, "decode");
    return error.reason;
  }
  return "none";
}

for (const format of ["jpeg", "png", "webp", "gif", "avif", "tiff"] as const) {
  test(`decodes ${format}`, async () => {
    const image = await decode(await picture({ format, width: 40, height: 30, colour: "red" }), LIMIT);
    assert.deepEqual([image.format, image.width, image.height, image.frames], [format, 40, 30, 1]);
    assert.equal(image.data.length, 40 * 30 * image.channels);
    assert.ok((image.data[0] ?? 0) > 240 && (image.data[1] ?? 255) < 16);
  });
}

test("draws SVG large enough to look at, whatever its own size, and never fetches anything for it", async () => {
  const svg = (size: number, inside = "") =>
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}">${inside}</svg>`);
  const small = await decode(svg(16), LIMIT);
  assert.deepEqual([small.width, small.height], [16, 16]);
  assert.ok(small.dataWidth >= 1000 && small.dataWidth <= 1040);
  const huge = await decode(svg(50_000), LIMIT);
  assert.ok(huge.dataWidth <= 1040);
  const outside = await decode(svg(100, '<image href="file:///etc/hostname" width="100" height="100"/>'), LIMIT);
  assert.ok(outside.data.every((value) => value === 0));
});

test("turns pictures upright by their EXIF orientation", async () => {
  const wide = sharp(await picture({ width: 60, height: 20, colour: "blue" }));
  const image = await decode(await wide.withMetadata({ orientation: 6 }).jpeg().toBuffer(), LIMIT);
  assert.deepEqual([image.width, image.height, image.dataWidth, image.dataHeight], [20, 60, 20, 60]);
});

test("takes the first frame of an animation and counts the frames", async () => {
  const frames = await Promise.all(["red", "lime", "blue"].map((colour) => picture({ colour, width: 20, height: 20 })));
  const gif = await sharp(frames, { join: { animated: true } })
    .gif({ delay: [100, 100, 100] })
    .toBuffer();
  const image = await decode(gif, LIMIT);
  assert.deepEqual([image.frames, image.width, image.height], [3, 20, 20]);
  assert.ok((image.data[0] ?? 0) > 240 && (image.data[1] ?? 255) < 16, "first frame is red");
});

test("makes 8-bit sRGB of grey, 16-bit and CMYK pictures", async () => {
  const base = sharp(await picture({ colour: "#808080", width: 10, height: 10 }));
  const variants = [
    await base.clone().toColourspace("b-w").png().toBuffer(),
    await base.clone().toColourspace("rgb16").png().toBuffer(),
    await base.clone().toColourspace("cmyk").jpeg().toBuffer(),
  ];
  for (const bytes of variants) {
    const image = await decode(bytes, LIMIT);
    assert.ok(image.channels >= 3);
    assert.ok(Math.abs((image.data[0] ?? 0) - 128) < 16, `grey is ${image.data[0]}`);
  }
});

test("shrinks enormous pictures while decoding, but remembers their size", async () => {
  const panorama = await sharp({ create: { width: 20_000, height: 2_000, channels: 3, background: "green" } })
    .png()
    .toBuffer();
  const image = await decode(panorama, LIMIT);
  assert.deepEqual([image.width, image.height], [20_000, 2_000]);
  assert.ok(image.data.length <= 24e6 * 4);
});

test("every kind of broken picture has its reason", async () => {
  const jpeg = await picture({ format: "jpeg", width: 300, height: 300, seed: 5 });
  const png = await picture({ format: "png", width: 300, height: 300, seed: 5 });
  assert.equal(await reasonOf(Buffer.from("#!/bin/sh\necho hello\n")), "not-an-image");
  assert.equal(await reasonOf(jpeg.subarray(0, jpeg.length / 2)), "truncated");
  assert.equal(await reasonOf(png.subarray(0, png.length / 2)), "truncated");
  assert.equal(await reasonOf(jpeg, 1000), "too-many-pixels");
});

test("a damaged picture counts when most of it is there, as a viewer shows it; less than half is a failure", async () => {
  const noise = await sharp({
    create: {
      width: 400,
      height: 300,
      channels: 3,
      background: "red",
      noise: { type: "gaussian", mean: 128, sigma: 40 },
    },
  })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: 400, height: 300, channels: 3 } as const;
  for (const format of ["jpeg", "png", "gif"] as const) {
    const whole = await sharp(noise.data, { raw }).toFormat(format).toBuffer();
    const most = await decode(whole.subarray(0, whole.length * 0.8), LIMIT);
    assert.deepEqual([most.width, most.height], [400, 300], format);
    assert.equal(await reasonOf(whole.subarray(0, whole.length * 0.3)), "truncated", format);
  }
  const turned = await sharp(noise.data, { raw }).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  assert.equal(await reasonOf(turned.subarray(0, turned.length * 0.3)), "truncated", "missing at another side");
  const flipped = Buffer.from(await sharp(noise.data, { raw }).jpeg().toBuffer());
  for (let at = 2_000; at < flipped.length; at += 997) flipped[at] = (flipped[at] ?? 0) ^ 0x55;
  assert.equal((await decode(flipped, LIMIT)).width, 400);
});

test("a header that claims 50,000 × 50,000 pixels is refused without allocating them", async () => {
  const png = Buffer.from(await picture({ width: 8, height: 8 }));
  png.writeUInt32BE(50_000, 16);
  png.writeUInt32BE(50_000, 20);
  // The header's checksum must fit, or the decoder never reads the size.
  const { crc32 } = await import("node:zlib");
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
  assert.equal(await reasonOf(png), "too-many-pixels");
});

test("the pixels can be used any number of times", async () => {
  const image = await decode(await picture({ width: 50, height: 50 }), LIMIT);
  const [a, b] = await Promise.all([fromPixels(image).png().toBuffer(), fromPixels(image).png().toBuffer()]);
  assert.deepEqual(a, b);
});
