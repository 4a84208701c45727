import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { apngFrames, countApngFrames } from "../../../daemon/worker/apng.ts";
import { decode } from "../../../daemon/worker/decode.ts";
import { type ApngPart, apng } from "../../helpers/moving.ts";
import { picture } from "../../helpers/pictures.ts";
import { chunk } from "../../helpers/png-chunks.ts";

const TORTURE = join(import.meta.dirname, "../../../../shared/data/torture");
const RED = [255, 0, 0, 255];
const LIME = [0, 255, 0, 255];
const BLUE = [0, 0, 255, 255];
const NOTHING = [0, 0, 0, 0];

/** Of every frame the pixel in the upper left corner and the one in the middle. */
async function seen(bytes: Uint8Array): Promise<readonly (readonly (readonly number[])[])[]> {
  const found: number[][][] = [];
  const numbers = Array.from({ length: countApngFrames(bytes) }, (_, index) => index);
  for await (const { rgba, width, height } of apngFrames(bytes, numbers)) {
    const middle = (Math.floor(height / 2) * width + Math.floor(width / 2)) * 4;
    found.push([[...rgba.subarray(0, 4)], [...rgba.subarray(middle, middle + 4)]]);
  }
  return found;
}

const middle = (colour: string, more: Partial<ApngPart> = {}): ApngPart => ({
  ...{ colour, x: 16, y: 12, width: 32, height: 24 },
  ...more,
});

test("a part is drawn where it belongs, and what is to become of it happens before the next one", async () => {
  const parts = (disposal: number) => [
    { colour: "red" },
    middle("lime", { disposal }),
    middle("blue", { width: 1, height: 1 }),
  ];
  assert.deepEqual(await seen(await apng(parts(0))), [
    [RED, RED],
    [RED, LIME],
    [RED, LIME],
  ]);
  assert.deepEqual(await seen(await apng(parts(1))), [
    [RED, RED],
    [RED, LIME],
    [RED, NOTHING],
  ]);
  assert.deepEqual(await seen(await apng(parts(2))), [
    [RED, RED],
    [RED, LIME],
    [RED, RED],
  ]);
});

test("before the first frame there is nothing to go back to", async () => {
  const bytes = await apng([{ colour: "red", disposal: 2 }, middle("lime")]);
  assert.deepEqual(await seen(bytes), [
    [RED, RED],
    [NOTHING, LIME],
  ]);
});

test("a part takes the place of what was there, or is drawn over it", async () => {
  const half = "rgba(0, 0, 255, 0.5)";
  const [, replaced] = await seen(await apng([{ colour: "red" }, middle(half, { blending: 0 })]));
  assert.deepEqual(replaced, [RED, [0, 0, 255, 128]]);
  const [, over] = await seen(await apng([{ colour: "red" }, middle(half, { blending: 1 })]));
  assert.deepEqual(over, [RED, [127, 0, 128, 255]]);
  const [, , twice] = await seen(
    await apng([
      { colour: "transparent" },
      middle(half, { blending: 1 }),
      middle("rgba(255, 0, 0, 0.5)", { blending: 1 }),
    ]),
  );
  assert.deepEqual(twice, [NOTHING, [170, 0, 85, 192]]);
});

test("a still picture before the animation is the first one", async () => {
  const bytes = await apng([{ colour: "lime" }, { colour: "blue" }], { still: "red" });
  assert.equal(countApngFrames(bytes), 3);
  assert.deepEqual([...(await decode(bytes, 1e6)).data.subarray(0, 3)], [255, 0, 0]);
  assert.deepEqual(await seen(bytes), [
    [LIME, LIME],
    [BLUE, BLUE],
  ]);
});

test("what a file says of itself is not believed, and whatever is wrong, the first frame is a picture", async () => {
  const frames = [{ colour: "red" }, { colour: "lime" }];
  assert.equal(countApngFrames(await apng(frames, { told: 2 ** 32 - 1 })), 2);
  assert.equal(countApngFrames(await picture()), 1);
  const whole = await apng(frames);
  const wrong = {
    "outside, to the right": await apng([{ colour: "red" }, middle("lime", { x: 33 })]),
    "outside, below": await apng([{ colour: "red" }, middle("lime", { y: 2 ** 32 - 1 })]),
    "without pixels": await apng([{ colour: "red" }, middle("lime", { width: 0 })]),
    "larger than its data": await apng([{ colour: "red" }, { colour: "lime", data: Buffer.from("789c0300", "hex") }]),
    "no data": await apng([{ colour: "red" }, { colour: "lime", data: Buffer.alloc(0) }]),
    "cut off": whole.subarray(0, whole.length - 60),
  };
  for (const [name, bytes] of Object.entries(wrong)) {
    assert.deepEqual([...(await decode(bytes, 1e6)).data.subarray(0, 3)], [255, 0, 0], name);
    assert.deepEqual(await seen(bytes), [[RED, RED]], name);
  }
  for (let end = 0; end < whole.length; end += 7) await seen(whole.subarray(0, end));
});

test("millions of empty chunks are not all looked at", async () => {
  const [first, second] = [await apng([{ colour: "red" }]), await apng([{ colour: "red" }, { colour: "lime" }])];
  const control = second.indexOf("fcTL", second.indexOf("fcTL") + 1) - 4;
  const empty = Buffer.alloc(600_000 * 12, chunk("fdAT"));
  const bytes = Buffer.concat([first.subarray(0, -12), empty, second.subarray(control)]);
  assert.equal(countApngFrames(bytes), 1);
  assert.deepEqual(await seen(bytes), [[RED, RED]]);
});

test("a picture too large to keep several of in memory is its first frame", async () => {
  const bytes = await apng([{ colour: "red" }, { colour: "lime" }]);
  bytes.writeUInt32BE(30_000, 16);
  bytes.writeUInt32BE(30_000, 20);
  assert.deepEqual(await seen(bytes), []);
});

test("animated PNG files of others", async (t) => {
  const directory = join(TORTURE, "pillow/apng");
  if (!existsSync(directory)) return t.skip("no ../shared/data/torture");
  // As the makers of the specification's test page say; of the others only that nothing breaks.
  const last: Readonly<Record<string, readonly number[]>> = {
    ...{ "blend_op_over_near_transparent.png": LIME, "blend_op_source_transparent.png": NOTHING },
    ...{ "dispose_op_background.png": NOTHING, "dispose_op_background_final.png": LIME },
    ...{ "dispose_op_background_before_region.png": NOTHING, "dispose_op_previous_frame.png": LIME },
    ...{
      "dispose_op_previous.png": LIME,
      "dispose_op_previous_final.png": LIME,
      "dispose_op_previous_first.png": NOTHING,
    },
    ...{ "split_fdat.png": LIME, "split_fdat_zero_chunk.png": LIME, "mode_palette_alpha.png": LIME },
    ...{ "mode_16bit.png": [0, 0, 128, 255], "num_plays_1.png": BLUE },
  };
  for (const name of readdirSync(directory)) {
    const frames = await seen(readFileSync(join(directory, name)));
    if (last[name]) assert.deepEqual(frames.at(-1)?.[1], last[name], name);
  }
});
