import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { decode } from "../../../daemon/worker/decode.ts";
import { animationFrames, scenesOf } from "../../../daemon/worker/scenes.ts";
import { apng, avifSequence } from "../../helpers/moving.ts";
import { clip, picture } from "../../helpers/pictures.ts";

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

/** Frame, time and the colour in the middle of each scene. */
async function scenes(bytes: Buffer): Promise<readonly (readonly [number | null, number | null, string])[]> {
  const found: [number | null, number | null, string][] = [];
  const first = await decode(bytes, 1e8);
  for await (const { frame, atMs, image } of scenesOf(first, animationFrames(bytes, first, 1e8))) {
    const at = (Math.floor(image.dataHeight / 4) * image.dataWidth + image.dataWidth / 2) * image.channels;
    const [red = 0, green = 0, blue = 0] = image.data.subarray(at, at + 3);
    found.push([frame, atMs, red > 200 ? "red" : blue > 200 ? "blue" : green > 100 ? "green" : "black"]);
  }
  return found;
}

for (const [format, make] of [
  ["gif", clip],
  ["webp", (colours) => clip(colours, { format: "webp" })],
  ["png", (colours) => apng(colours.map((colour) => ({ colour })))],
  ["avif", avifSequence],
] as const satisfies readonly (readonly [string, (colours: readonly string[]) => Promise<Buffer>])[]) {
  test(`${format}: scenes are spread over the clip, each with its frame and time`, async () => {
    const colours = ["black", "black", "red", "red", "green", "green", "blue", "blue", "black", "black"];
    const bytes = await make(colours);
    assert.equal((await decode(bytes, 1e8)).frames, 10);
    assert.deepEqual(await scenes(bytes), [
      [2, 200, "red"],
      [4, 400, "green"],
      [6, 600, "blue"],
    ]);
  });
}

test("a clip in which nothing happens, and a still picture, cost nothing more than their first frame", async () => {
  assert.deepEqual(await scenes(await clip(times(12, "red"))), []);
  assert.deepEqual(await scenes(await picture({ colour: "red" })), []);
});

test("of two frames the second is a scene", async () => {
  assert.deepEqual(await scenes(await clip(["red", "blue"])), [[1, 100, "blue"]]);
});

test("frames are decoded no further than is decent", async () => {
  const bytes = await clip(["black", "red", "green", "blue", "red", "green"]);
  const first = await decode(bytes, 1e9);
  const found: (number | null)[] = [];
  // Five frames of this size are as much as is passed.
  const large = { ...first, width: 10_000, height: 6_000 };
  for await (const { frame } of animationFrames(bytes, large, 1e9)) found.push(frame);
  assert.deepEqual(found, [1, 2, 3, 4]);
});

test("moving AVIF files are looked at a third as far", async () => {
  const bytes = await avifSequence(["black", "red", "lime", "blue", "red", "lime"]);
  const first = await decode(bytes, 1e9);
  const found: (number | null)[] = [];
  for await (const { frame } of animationFrames(bytes, { ...first, width: 10_000, height: 2_500 }, 1e9))
    found.push(frame);
  assert.deepEqual(found, [1, 2, 3]);
});

test("thousands of tiny frames of a PNG are not all looked at", async () => {
  const data = deflateSync(Buffer.from([0, 255, 0, 0, 255]));
  const dots = Array.from({ length: 3_000 }, () => ({ colour: "red", width: 1, height: 1, data }));
  const bytes = await apng([{ colour: "black" }, ...dots]);
  const first = await decode(bytes, 1e9);
  const found: (number | null)[] = [];
  for await (const { frame } of animationFrames(bytes, first, 1e9)) found.push(frame);
  assert.deepEqual([first.frames, ...found], [3_001, 460, 920, 1_380, 1_840]);
});

test("a clip that is cut off keeps what can be seen", async () => {
  const whole = await clip(["black", "red", "green", "blue", "red", "green"]);
  const image = await decode(whole, 1e8);
  const half = whole.subarray(0, whole.length * 0.6);
  const found: (number | null)[] = [];
  for await (const { frame } of scenesOf(image, animationFrames(half, { ...image, frames: 6 }, 1e8))) found.push(frame);
  assert.ok(found.length < 3);
});
