import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { decode } from "../../../daemon/worker/decode.ts";
import { PictureProblem } from "../../../daemon/worker/problem.ts";

const LIMIT = 268e6;
const fixture = (name: string) => readFileSync(new URL(`../../fixtures/formats/${name}`, import.meta.url));
const TORTURE = join(import.meta.dirname, "../../../../shared/data/torture");

/** "red" or "blue" in the middle of the left and of the right half. */
function halves({ data, channels, dataWidth, dataHeight }: Awaited<ReturnType<typeof decode>>): readonly string[] {
  const at = (x: number): string => {
    const offset = (Math.floor(dataHeight / 2) * dataWidth + Math.floor(x * dataWidth)) * channels;
    return (data[offset] ?? 0) > (data[offset + 2] ?? 0) ? "red" : "blue";
  };
  return [at(0.25), at(0.75)];
}

for (const [name, format] of [
  ["half.heic", "heic"],
  ["half.jxl", "jxl"],
] as const) {
  test(`decodes ${format}`, async () => {
    const image = await decode(fixture(name), LIMIT, name);
    assert.deepEqual([image.format, image.width, image.height, image.frames], [format, 96, 64, 1]);
    assert.deepEqual(halves(image), ["red", "blue"]);
    await assert.rejects(decode(fixture(name), 1_000, name), { reason: "too-many-pixels" });
  });

  test(`${format}: cut off anywhere or with wrong bytes, it is a problem or a picture, never anything else`, async () => {
    const whole = fixture(name);
    for (let tenth = 1; tenth < 10; tenth++) {
      const cut = whole.subarray(0, Math.floor((whole.length * tenth) / 10));
      const flipped = Buffer.from(whole);
      const at = Math.floor((whole.length * (tenth + 0.5)) / 10);
      flipped[at] = (flipped[at] ?? 0) ^ 0xff;
      for (const bytes of [cut, flipped]) {
        await decode(bytes, LIMIT, name).catch((error: unknown) =>
          assert.ok(error instanceof PictureProblem, String(error)),
        );
      }
    }
  });
}

/** What a camera writes: a TIFF header that says how it was held, a small and a large JPEG, and data that is neither. */
async function rawFile(orientation: number): Promise<Buffer> {
  const solid = (width: number, background: string) =>
    sharp({ create: { width, height: 400, channels: 3, background } });
  const blue = await solid(300, "#2040e0").png().toBuffer();
  const whole = await solid(600, "#e02020")
    .composite([{ input: blue, left: 300, top: 0 }])
    .png()
    .toBuffer();
  const preview = (width: number) => sharp(whole).resize(width).jpeg().toBuffer();
  const header = Buffer.alloc(26);
  header.write("II*\0", "latin1");
  header.writeUInt32LE(8, 4);
  header.writeUInt16LE(1, 8);
  header.writeUInt16LE(0x0112, 10);
  header.writeUInt16LE(3, 12);
  header.writeUInt32LE(1, 14);
  header.writeUInt16LE(orientation, 18);
  return Buffer.concat([
    header,
    await preview(160),
    Buffer.alloc(5_000, 0x5a),
    await preview(600),
    Buffer.alloc(5_000),
  ]);
}

test("a camera's raw file is shown by its largest preview, upright", async () => {
  const level = await decode(await rawFile(1), LIMIT, "DSC_1.NEF");
  assert.deepEqual([level.format, level.width, level.height], ["raw", 600, 400]);
  assert.deepEqual(halves(level), ["red", "blue"]);
  const turned = await decode(await rawFile(3), LIMIT, "DSC_2.nef");
  assert.deepEqual(halves(turned), ["blue", "red"]);
  const portrait = await decode(await rawFile(6), LIMIT, "DSC_3.cr2");
  assert.deepEqual([portrait.width, portrait.height], [400, 600]);
});

test("a raw file without a preview says so", async () => {
  await assert.rejects(decode(Buffer.alloc(10_000, 7), LIMIT, "x.arw"), { reason: "unsupported-format" });
});

test("real HEIC, JPEG XL and Photoshop files of others", async (t) => {
  if (!existsSync(TORTURE)) return t.skip("no ../shared/data/torture");
  const files = readdirSync(TORTURE, { recursive: true }).map(String);
  const find = (name: string) => join(TORTURE, files.find((file) => file.endsWith(name)) ?? assert.fail(`no ${name}`));
  const phone = await decode(readFileSync(find("iphone_13_pro_max.HEIC")), LIMIT, "1.HEIC");
  assert.equal(phone.format, "heic");
  assert.ok(phone.width >= 3_000 || phone.height >= 3_000);
  assert.equal((await decode(readFileSync(find("hopper.psd")), LIMIT)).format, "psd");
});
