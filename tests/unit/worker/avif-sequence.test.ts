import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openAvifSequence } from "../../../daemon/worker/avif-sequence.ts";
import { box, boxesIn } from "../../../daemon/worker/boxes.ts";
import { decode } from "../../../daemon/worker/decode.ts";
import { PictureProblem } from "../../../daemon/worker/problem.ts";
import { avifSequence } from "../../helpers/moving.ts";
import { picture } from "../../helpers/pictures.ts";

const TORTURE = join(import.meta.dirname, "../../../../shared/data/torture");
const COLOURS = ["black", "red", "lime", "blue"];

/** Each frame's time and its first pixel, 0 or 1 a channel. */
async function seen(bytes: Uint8Array): Promise<readonly string[]> {
  const sequence = openAvifSequence(bytes) ?? assert.fail("no sequence");
  const found: string[] = [];
  for (let frame = 0; frame < sequence.frames; frame++) {
    const { data, channels } = await decode(sequence.still(frame) ?? assert.fail(`no frame ${frame}`), 1e8);
    const pixel = [...data.subarray(0, channels)].map((value) => (value > 100 ? 1 : 0));
    found.push(`${Math.round(sequence.atMs(frame))} ${pixel.join("")}`);
  }
  return found;
}

test("each frame is decoded from the last one that needs no others", async () => {
  const expected = ["0 000", "100 100", "200 010", "300 001"];
  assert.deepEqual(await seen(await avifSequence(COLOURS)), expected);
  const bytes = await avifSequence(COLOURS, { syncs: [1, 3] });
  assert.deepEqual(await seen(bytes), expected);
  const sequence = openAvifSequence(bytes);
  assert.ok((sequence?.still(2)?.length ?? 0) < (sequence?.still(1)?.length ?? 0));
});

test("a still AVIF is no sequence", async () => {
  const still = await picture({ format: "avif" });
  assert.equal(openAvifSequence(still), null);
  assert.equal((await decode(still, 1e8)).frames, 1);
  assert.equal(openAvifSequence(await picture()), null);
});

test("tables that claim more than is there are read as far as they go", async () => {
  const frames = async (count: number) => openAvifSequence(await avifSequence(COLOURS, { count }))?.frames;
  assert.equal(await frames(2 ** 32 - 1), 4);
  assert.equal(await frames(2), 2);
});

test("a thousand tracks that claim a thousand samples each take no memory", async () => {
  const one = await avifSequence(COLOURS, { count: 2 ** 32 - 1 });
  const [type, moov, data] = boxesIn(one);
  assert.ok(type && moov && data);
  const claimed = Buffer.from(moov.data);
  // One size for all samples, and as many as the number can say.
  const sizes = claimed.indexOf("stsz") + 8;
  claimed.writeUInt32BE(1, sizes);
  claimed.writeUInt32BE(2 ** 32 - 1, sizes + 4);
  const many = Buffer.concat([type.whole, box("moov", ...Array.from({ length: 999 }, () => claimed)), data.whole]);
  const before = process.memoryUsage().rss;
  assert.equal(openAvifSequence(many)?.frames, 10_000);
  assert.ok(process.memoryUsage().rss - before < 200e6);
});

test("samples that are larger than the file, or lie outside, are no frames", async () => {
  const bytes = await avifSequence(COLOURS);
  const sizes = bytes.indexOf("stsz") + 16;
  const huge = Buffer.from(bytes);
  huge.writeUInt32BE(2 ** 31, sizes + 4);
  assert.equal(openAvifSequence(huge)?.still(1), null);
  assert.ok(openAvifSequence(huge)?.still(0));
  const outside = Buffer.from(bytes);
  outside.writeUInt32BE(2 ** 31, bytes.indexOf("stco") + 12);
  await assert.rejects(decode(outside, 1e8), PictureProblem);
});

test("cut off anywhere or with wrong bytes, it is a problem or a picture, never anything else", async () => {
  const whole = await avifSequence(COLOURS);
  for (let at = 0; at < whole.length; at += 5) {
    const flipped = Buffer.from(whole);
    flipped[at] = (flipped[at] ?? 0) ^ 0xff;
    for (const bytes of [whole.subarray(0, at), flipped]) {
      await decode(bytes, 1e8).catch((error: unknown) => assert.ok(error instanceof PictureProblem, String(error)));
      const still = openAvifSequence(bytes)?.still(3);
      if (still)
        await decode(still, 1e8).catch((error: unknown) => assert.ok(error instanceof PictureProblem, String(error)));
    }
  }
});

test("moving AVIF files of others, with transparency", async (t) => {
  if (!existsSync(TORTURE)) return t.skip("no ../shared/data/torture");
  const read = (name: string) => readFileSync(join(TORTURE, name));
  const five = ["000", "001", "010", "100", "110"];
  const opaque = await seen(read("libavif/tests/data/colors-animated-8bpc-audio.avif"));
  assert.deepEqual(
    opaque.map((frame) => frame.split(" ")[1]),
    five,
  );
  const transparent = await seen(read("libavif/tests/data/colors-animated-8bpc-depth-exif-xmp.avif"));
  assert.deepEqual(
    transparent.map((frame) => frame.split(" ")[1]),
    five.map((pixel) => `${pixel}1`),
  );
  const star = read("pillow/avif/star.avifs");
  assert.equal((await decode(star, 1e8)).frames, 5);
  assert.deepEqual(await seen(star), ["0 0000", "40 0000", "80 0000", "120 0000", "160 0000"]);
});
