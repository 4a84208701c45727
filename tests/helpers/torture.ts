// Pictures that are odd, broken or hostile, made on the spot: what decoders choke on, and what they must still read.
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { createRandom } from "../soak/random.ts";
import { bitmap } from "./bitmap.ts";
import { type ApngPart, apng, avifSequence } from "./moving.ts";
import { pdf } from "./pdf.ts";
import { chunk, SIGNATURE } from "./png-chunks.ts";

export interface Torture {
  readonly bytes: Uint8Array;
  /** true: every viewer shows it, so it must be found. A text: it must fail for this reason. null: either. */
  readonly expected: true | string | null;
}

export type TortureSet = Readonly<Record<string, Torture>>;

/** Some 500 files, by name. */
export async function tortureSet(): Promise<TortureSet> {
  return {
    ...(await damaged()),
    ...oddPngs(),
    ...lyingHeaders(),
    ...bombs(),
    ...(await manyFrames()),
    "empty.jpg": { bytes: Buffer.alloc(0), expected: "empty-file" },
    "page.jpg": { bytes: Buffer.from("<!doctype html><title>404</title>"), expected: "not-an-image" },
    "zeros.png": { bytes: Buffer.alloc(100_000), expected: "not-an-image" },
  };
}

/** The same small picture in every format: cut at every tenth byte, and with flipped bits. */
async function damaged(): Promise<TortureSet> {
  const random = createRandom(4);
  const pixels = Buffer.from(Array.from({ length: 12 * 9 * 3 }, () => random.below(256)));
  const image = sharp(pixels, { raw: { width: 12, height: 9, channels: 3 } });
  const set: Record<string, Torture> = {};
  const wholes: [name: string, whole: Buffer][] = [
    ["moving.png", await apng([{ colour: "red" }, { colour: "lime", x: 9, y: 9, width: 20, height: 20, disposal: 2 }])],
    ["moving.avif", await avifSequence(["red", "lime", "blue"])],
    ["bmp", bitmap({ bits: 24, width: 12, height: 9, data: pixels })],
    ["pdf", pdf({ lines: ["Ducks are yellow", "and they float"] })],
  ];
  for (const format of ["png", "jpeg", "gif", "webp", "tiff", "avif"] as const) {
    wholes.push([format, await image.clone().toFormat(format, { quality: 50 }).toBuffer()]);
  }
  for (const [format, whole] of wholes) {
    set[`whole.${format}`] = { bytes: whole, expected: true };
    for (let end = 10; end < whole.length; end += Math.max(10, Math.floor(whole.length / 40 / 10) * 10)) {
      set[`cut-${end}.${format}`] = { bytes: whole.subarray(0, end), expected: null };
    }
    for (let i = 0; i < 12; i++) {
      const flipped = Buffer.from(whole);
      for (let n = 0; n < 1 + i / 3; n++) {
        const at = random.below(flipped.length);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8));
      }
      set[`flipped-${i}.${format}`] = { bytes: flipped, expected: null };
    }
  }
  return set;
}

function header(width: number, height: number, depth: number, colourType: number, interlace = 0): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth, colourType, 0, 0, interlace], 8);
  return chunk("IHDR", data);
}

const png = (...chunks: readonly Uint8Array[]): Buffer => Buffer.concat([SIGNATURE, ...chunks, chunk("IEND")]);

/** Compressed rows of a pattern, each with this filter. */
function rows(width: number, height: number, bitsPerPixel: number, filter = 0): Buffer {
  const rowBytes = Math.ceil((width * bitsPerPixel) / 8);
  const raw = Buffer.alloc((rowBytes + 1) * height);
  for (let y = 0; y < height; y++) {
    raw[y * (rowBytes + 1)] = filter;
    for (let x = 0; x < rowBytes; x++) raw[y * (rowBytes + 1) + 1 + x] = (x * 37 + y * 11) % 256;
  }
  return deflateSync(raw);
}

/** In the manner of PngSuite: every colour type and depth, filters, split and empty data, chunks nobody knows; and headers that cannot be. */
function oddPngs(): TortureSet {
  const set: Record<string, Torture> = {};
  const add = (name: string, expected: Torture["expected"], ...chunks: Uint8Array[]): void => {
    set[`odd-${name}.png`] = { bytes: png(...chunks), expected };
  };
  const palette = (size: number): Buffer =>
    chunk("PLTE", Buffer.from(Array.from({ length: size * 3 }, (_, i) => (i * 5) % 256)));
  const channels: Readonly<Record<number, number>> = { 0: 1, 2: 3, 4: 2, 6: 4 };
  for (const [colourType, depths] of [
    [0, [1, 2, 4, 8, 16]],
    [2, [8, 16]],
    [4, [8, 16]],
    [6, [8, 16]],
  ] as const) {
    for (const depth of depths) {
      const bits = depth * (channels[colourType] ?? 1);
      add(
        `type-${colourType}-depth-${depth}`,
        true,
        header(32, 32, depth, colourType),
        chunk("IDAT", rows(32, 32, bits)),
      );
    }
  }
  for (const depth of [1, 2, 4, 8]) {
    add(`palette-${depth}`, true, header(32, 32, depth, 3), palette(2 ** depth), chunk("IDAT", rows(32, 32, depth)));
  }
  for (const filter of [1, 2, 3, 4])
    add(`filter-${filter}`, true, header(9, 9, 8, 2), chunk("IDAT", rows(9, 9, 24, filter)));
  for (const side of [1, 2, 7])
    add(`side-${side}`, true, header(side, side, 8, 2), chunk("IDAT", rows(side, side, 24)));
  const data = rows(20, 20, 24);
  const bytewise = [...data].map((byte) => chunk("IDAT", Buffer.from([byte])));
  add("one-byte-chunks", true, header(20, 20, 8, 2), ...bytewise);
  add("empty-chunks", true, header(20, 20, 8, 2), chunk("IDAT"), chunk("IDAT", data), chunk("IDAT"));
  add("unknown-chunks", true, header(20, 20, 8, 2), chunk("prVt", Buffer.alloc(500)), chunk("IDAT", data));
  add("transparent", true, header(20, 20, 8, 2), chunk("tRNS", Buffer.from([0, 1, 0, 2, 0, 3])), chunk("IDAT", data));
  add(
    "text-bomb",
    true,
    header(20, 20, 8, 2),
    chunk("zTXt", Buffer.concat([Buffer.from("a\0\0"), deflateSync(Buffer.alloc(2e7))])),
    chunk("IDAT", data),
  );
  add(
    "thousand-texts",
    null,
    header(20, 20, 8, 2),
    ...Array.from({ length: 2_000 }, () => chunk("tEXt", Buffer.from("a\0b"))),
    chunk("IDAT", data),
  );
  add("no-data", "broken-image", header(20, 20, 8, 2));
  add("no-width", "broken-image", header(0, 20, 8, 2), chunk("IDAT", data));
  add("depth-99", "broken-image", header(20, 20, 99, 2), chunk("IDAT", data));
  add("type-1", "broken-image", header(20, 20, 8, 1), chunk("IDAT", data));
  add("no-palette", null, header(32, 32, 8, 3), chunk("IDAT", rows(32, 32, 8)));
  add("interlace-9", null, header(20, 20, 8, 2, 9), chunk("IDAT", data));
  add("too-little-data", null, header(2_000, 2_000, 8, 2), chunk("IDAT", data));
  add("too-much-data", null, header(4, 4, 8, 2), chunk("IDAT", deflateSync(Buffer.alloc(5e7))));
  const wrongSum = Buffer.from(png(header(20, 20, 8, 2), chunk("IDAT", data)));
  wrongSum.writeUInt32BE(1, 29);
  set["odd-wrong-sum.png"] = { bytes: wrongSum, expected: null };
  return set;
}

/** Small files that claim to be enormous. */
function lyingHeaders(): TortureSet {
  const gif = Buffer.from(
    "GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;",
    "latin1",
  );
  const jpeg = Buffer.from(
    "ffd8ffe000104a46494600010100000100010000ffc0000b08ffdcffdc01011100ffda0008010100003f0037ffd9",
    "hex",
  );
  const webp = Buffer.concat([
    Buffer.from("RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0", "latin1"),
    Buffer.alloc(6, 0xff),
    Buffer.alloc(8),
  ]);
  const tiff = Buffer.from("49492a00ffffff7f", "hex");
  const tiffLoop = Buffer.from("49492a0008000000010000010300010000000100000008000000", "hex");
  return {
    "lying.png": {
      bytes: png(header(50_000, 50_000, 8, 2), chunk("IDAT", rows(4, 4, 24))),
      expected: "too-many-pixels",
    },
    "lying-2e9.png": {
      bytes: png(header(2_000_000_000, 2_000_000_000, 8, 2), chunk("IDAT", rows(4, 4, 24))),
      expected: null,
    },
    "lying.gif": { bytes: gif, expected: null },
    "lying.jpg": { bytes: jpeg, expected: null },
    "lying.webp": { bytes: webp, expected: null },
    "lying.tif": { bytes: tiff, expected: null },
    "circle.tif": { bytes: tiffLoop, expected: null },
  };
}

function bombs(): TortureSet {
  const svg = (inside: string, attributes = 'width="100" height="100"'): Torture => ({
    bytes: Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inside}</svg>`,
    ),
    expected: null,
  });
  const uses = Array.from(
    { length: 9 },
    (_, i) => `<g id="a${i + 1}">${`<use xlink:href="#a${i}"/>`.repeat(10)}</g>`,
  ).join("");
  const entities = Array.from({ length: 9 }, (_, i) => `<!ENTITY b${i + 1} "${`&b${i};`.repeat(10)}">`).join("");
  return {
    "bomb-flat.png": {
      bytes: png(header(25_000, 25_000, 1, 0), chunk("IDAT", deflateSync(Buffer.alloc(3_126 * 25_000)))),
      expected: "too-many-pixels",
    },
    "bomb-uses.svg": svg(`<defs><rect id="a0" width="1" height="1"/>${uses}</defs><use xlink:href="#a9"/>`),
    "bomb-self.svg": svg('<g id="x"><use xlink:href="#x"/></g>'),
    "bomb-size.svg": svg("<rect width='9' height='9'/>", 'width="1e9" height="1e9"'),
    "bomb-blur.svg": svg(
      '<filter id="f"><feGaussianBlur stdDeviation="99999"/></filter><rect width="99" height="99" filter="url(#f)"/>',
    ),
    "bomb-deep.svg": svg(`${"<g>".repeat(20_000)}${"</g>".repeat(20_000)}`),
    "bomb-entities.svg": {
      bytes: Buffer.from(
        `<!DOCTYPE svg [<!ENTITY b0 "lol">${entities}]><svg xmlns="http://www.w3.org/2000/svg"><text>&b9;</text></svg>`,
      ),
      expected: null,
    },
    "outside.svg": {
      bytes: Buffer.from(
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&x;</text></svg>',
      ),
      expected: null,
    },
  };
}

/** One frame after the other changes one pixel. */
function dots(count: number): readonly ApngPart[] {
  const dot = (index: number): ApngPart => ({ colour: "red", x: index % 64, y: index % 48, width: 1, height: 1 });
  return [{ colour: "blue" }, ...Array.from({ length: count - 1 }, (_, index) => dot(index))];
}

async function manyFrames(): Promise<TortureSet> {
  const count = 3_000;
  const pixels = Buffer.alloc(4 * 4 * 3 * count);
  for (let i = 0; i < pixels.length; i++) pixels[i] = (i * 7 + Math.floor(i / 48)) % 256;
  const frames = sharp(pixels, { raw: { width: 4, height: 4 * count, channels: 3, pageHeight: 4 } });
  return {
    "frames.gif": { bytes: await frames.clone().gif({ delay: 20 }).toBuffer(), expected: true },
    "frames.png": { bytes: await apng(dots(count)), expected: true },
    "frames.webp": { bytes: await frames.clone().webp({ effort: 0 }).toBuffer(), expected: true },
  };
}
