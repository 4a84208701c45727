import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { decode } from "../../../daemon/worker/decode.ts";
import { PictureProblem } from "../../../daemon/worker/problem.ts";
import { bitmap } from "../../helpers/bitmap.ts";
import { picture } from "../../helpers/pictures.ts";

const LIMIT = 268e6;
const TORTURE = join(import.meta.dirname, "../../../../shared/data/torture");

/** The pixels, each as a letter: black, red, blue, white, transparent, or a question mark. */
async function seen(bytes: Buffer): Promise<string> {
  const { data, channels, dataWidth, format } = await decode(bytes, LIMIT, "x.bmp");
  assert.equal(format, "bmp");
  const letters: string[] = [];
  for (let at = 0; at < data.length; at += channels) {
    const [red = 0, green = 0, blue = 0, alpha = 255] = data.subarray(at, at + channels);
    const colour = `${red},${green},${blue}`;
    const known: Readonly<Record<string, string>> = {
      "0,0,0": "k",
      "255,0,0": "r",
      "0,0,255": "b",
      "255,255,255": "w",
    };
    letters.push(alpha === 0 ? "-" : alpha === 255 ? (known[colour] ?? "?") : "~");
  }
  return (letters.join("").match(new RegExp(`.{${dataWidth}}`, "g")) ?? []).join(" ");
}

// The lower row comes first: blue, black; above it red, blue. Rows are filled up to four bytes.
const ROWS: Readonly<Record<number, string>> = {
  4: "20000000 12000000",
  8: "02000000 01020000",
  16: "1f000000 007c1f00",
  24: "ff0000 000000 0000 0000ff ff0000 0000",
  32: "ff000000 00000000 0000ff00 ff000000",
};

for (const [bits, hex] of Object.entries(ROWS)) {
  const data = Buffer.from(hex.replaceAll(" ", ""), "hex");
  test(`a bitmap of ${bits} bits a pixel, from below and from above`, async () => {
    assert.equal(await seen(bitmap({ bits: Number(bits), data })), "rb bk");
    assert.equal(await seen(bitmap({ bits: Number(bits), data, height: -2 })), "bk rb");
  });
}

test("a bitmap of one bit a pixel", async () => {
  assert.equal(
    await seen(bitmap({ bits: 1, width: 10, height: 1, data: Buffer.from("aa400000", "hex") })),
    "rkrkrkrkkr",
  );
});

test("masks say where the colours are, and whether there is transparency", async () => {
  const [red, green, blue, alpha] = [0xf800, 0x7e0, 0x1f, 0xff000000];
  const data16 = Buffer.from("00f81f00", "hex");
  assert.equal(
    await seen(bitmap({ bits: 16, height: 1, compression: 3, masks: [red, green, blue], data: data16 })),
    "rb",
  );
  const masks = [0xff, 0xff00, 0xff0000, alpha ?? 0];
  const clear = bitmap({
    bits: 32,
    height: 1,
    compression: 3,
    masks,
    headerBytes: 56,
    data: Buffer.from("ff0000ff00000000", "hex"),
  });
  assert.equal(await seen(clear), "r-");
  const unused = bitmap({
    bits: 32,
    height: 1,
    compression: 3,
    masks,
    headerBytes: 56,
    data: Buffer.from("ff0000000000ff00", "hex"),
  });
  assert.equal(await seen(unused), "rb");
});

test("the header of OS/2, with colours of three bytes", async () => {
  const header = Buffer.from("0c000000 02000100 0100 0800".replaceAll(" ", ""), "hex");
  const start = Buffer.alloc(14);
  start.write("BM", "latin1");
  start.writeUInt32LE(14 + 12 + 9, 10);
  const palette = Buffer.from([0, 0, 0, 0, 0, 255, 255, 0, 0]);
  assert.equal(await seen(Buffer.concat([start, header, palette, Buffer.from([1, 2, 0, 0])])), "rb");
});

test("run lengths: runs, pixels one by one, moves and ends", async () => {
  const runs = (bits: number, hex: string, height = 2): Buffer =>
    bitmap({
      bits,
      width: 4,
      height,
      compression: bits === 8 ? 1 : 2,
      data: Buffer.from(hex.replaceAll(" ", ""), "hex"),
    });
  assert.equal(await seen(runs(8, "0301 0102 0000 0003 010201 00 0001")), "rbr- rrrb");
  assert.equal(await seen(runs(8, "0101 0002 0201 0102 0001")), "---b r---");
  assert.equal(await seen(runs(4, "0412 0000 0003 1210 0001")), "rbr- rbrb");
  // Longer than the row, and beyond the last one: nothing else is drawn over.
  assert.equal(await seen(runs(8, "ff01 0000 0102 0000 0000 ff02")), "b--- rrrr");
});

test("a JPEG or PNG inside is decoded as such", async () => {
  const data = await picture({ colour: "red", width: 3, height: 2 });
  assert.equal(await seen(bitmap({ bits: 0, compression: 5, width: 3, data })), "rrr rrr");
});

test("a header that claims more than there is takes no memory, and says why", async () => {
  const reason = (bytes: Buffer) =>
    decode(bytes, LIMIT, "x.bmp").then(
      () => "a picture",
      (error: PictureProblem) => error.reason,
    );
  const data = Buffer.alloc(64);
  const before = process.memoryUsage().arrayBuffers;
  assert.equal(await reason(bitmap({ bits: 24, width: 16_000, height: 16_000, data })), "truncated");
  assert.equal(await reason(bitmap({ bits: 8, width: 16_000, height: 16_000, compression: 1, data })), "truncated");
  assert.ok(process.memoryUsage().arrayBuffers - before < 50e6);
  assert.equal(await reason(bitmap({ bits: 24, width: 2 ** 31 - 1, height: -(2 ** 31), data })), "too-many-pixels");
  assert.equal(await reason(bitmap({ bits: 24, width: -5, height: 5, data })), "broken-image");
  assert.equal(await reason(bitmap({ bits: 24, width: 5, height: 0, data })), "broken-image");
  assert.equal(await reason(bitmap({ bits: 7, data })), "unsupported-format");
  assert.equal(await reason(bitmap({ bits: 24, compression: 9, data })), "unsupported-format");
});

test("of a bitmap that is cut off, most must be there", async () => {
  const data = Buffer.from((ROWS[32] ?? "").replaceAll(" ", ""), "hex");
  assert.equal(await seen(bitmap({ bits: 32, data: data.subarray(0, 8) })), "-- bk");
  await assert.rejects(seen(bitmap({ bits: 32, data: data.subarray(0, 7) })), { reason: "truncated" });
});

test("with wrong bytes it is a problem or a picture, never anything else", async () => {
  const data = Buffer.from("03010102000000030102010000010000", "hex");
  for (const whole of [
    bitmap({ bits: 8, width: 4, compression: 1, data }),
    bitmap({ bits: 16, data, compression: 3 }),
  ]) {
    for (let at = 2; at < whole.length; at++) {
      for (const value of [0, 1, 0x7f, 0xff]) {
        const changed = Buffer.from(whole);
        changed[at] = value;
        await decode(changed, 1e6, "x.bmp").catch((error: unknown) =>
          assert.ok(error instanceof PictureProblem, String(error)),
        );
      }
    }
  }
});

test("bitmaps of others", async (t) => {
  if (!existsSync(TORTURE)) return t.skip("no ../shared/data/torture");
  const files = readdirSync(TORTURE, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith(".bmp"));
  const refused: string[] = [];
  for (const file of files) {
    await decode(readFileSync(join(TORTURE, file)), LIMIT, file).catch((error: PictureProblem) => {
      refused.push(`${file.split("/").at(-1)} ${error.reason}`);
    });
  }
  assert.deepEqual(refused.sort(), [
    "Bad_badbitcount.bmp unsupported-format",
    "reallybig.bmp too-many-pixels",
    "rgb24rle24.bmp unsupported-format",
    "shortfile.bmp truncated",
  ]);
});
