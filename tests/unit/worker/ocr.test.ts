import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import sharp, { type Sharp } from "sharp";
import { type Area, inReadingOrder, type Piece, type PlacedWord } from "../../../daemon/worker/ocr/layout.ts";
import { openTextReader, type TextReader } from "../../../daemon/worker/ocr/reader.ts";
import { decodeCtc } from "../../../daemon/worker/ocr/recognise.ts";

// Letters are drawn as strokes on a grid of 4 × 6, so that the tests depend on no font of the machine.
const STROKES: Readonly<Record<string, string>> = {
  A: "M0 6L2 0L4 6M.7 4H3.3",
  C: "M4 1.2C3.3-.4.2-.6 0 3C.2 6.6 3.3 6.4 4 4.8",
  D: "M0 0V6H1.5C5 6 5 0 1.5 0H0",
  E: "M4 0H0V6H4M0 3H3.2",
  F: "M4 0H0V6M0 3H3.2",
  H: "M0 0V6M4 0V6M0 3H4",
  I: "M0 0V6",
  L: "M0 0V6H4",
  M: "M0 6V0L2 4L4 0V6",
  N: "M0 6V0L4 6V0",
  O: "M2 0C-.7 0-.7 6 2 6C4.7 6 4.7 0 2 0",
  R: "M0 6V0H2.2C4.6 0 4.6 3 2.2 3H0M2 3L4 6",
  S: "M3.9 1C3.3-.3.2-.4.2 1.5C.2 3.3 4 2.6 4 4.5C4 6.4.6 6.4 0 4.9",
  T: "M0 0H4M2 0V6",
  W: "M0 0L1 6L2 1.5L3 6L4 0",
};

/** Where the next letter starts, in grid units. */
const ADVANCE: Readonly<Record<string, number>> = { I: 1.7, " ": 3 };

interface Look {
  readonly fill: string;
  readonly outline?: string;
  readonly x: number;
  readonly y: number;
  /** Height of a capital, in pixels. */
  readonly height: number;
}

function line(text: string, { fill, outline, x, y, height }: Look): string {
  const unit = height / 6;
  let at = x;
  const paths: string[] = [];
  for (const letter of text) {
    const strokes = STROKES[letter];
    if (strokes) paths.push(`<path transform="translate(${at} ${y}) scale(${unit})" d="${strokes}"/>`);
    at += (ADVANCE[letter] ?? 5.4) * unit;
  }
  const pen = (color: string, width: number) =>
    `<g fill="none" stroke="${color}" stroke-width="${width}" stroke-linecap="square" stroke-linejoin="round">${paths.join("")}</g>`;
  return (outline ? pen(outline, 1.9) : "") + pen(fill, 1);
}

function drawing(width: number, height: number, background: string, ...body: readonly string[]): Sharp {
  const rect = `<rect width="${width}" height="${height}" fill="${background}"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${rect}${body.join("")}</svg>`;
  return sharp(Buffer.from(svg));
}

/** Soft blobs in the colours of a photo, always the same. */
function photo(width: number, height: number): Promise<Buffer> {
  const data = Buffer.alloc(16 * 12 * 3);
  let seed = 7;
  for (let i = 0; i < data.length; i++) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    data[i] = 30 + ((seed >> 16) % 170);
  }
  return sharp(data, { raw: { width: 16, height: 12, channels: 3 } })
    .resize(width, height, { fit: "fill", kernel: "cubic" })
    .png()
    .toBuffer();
}

async function meme(): Promise<Sharp> {
  const white = { fill: "#fff", outline: "#000", height: 42 };
  const caption = drawing(
    640,
    480,
    "none",
    line("THIS IS FINE", { ...white, x: 90, y: 24 }),
    line("SAID THE CAT", { ...white, x: 90, y: 410 }),
  );
  return sharp(await photo(640, 480)).composite([{ input: await caption.png().toBuffer() }]);
}
const turned = async (picture: Sharp, degrees: number) =>
  sharp(
    await sharp(await picture.png().toBuffer())
      .rotate(degrees)
      .png()
      .toBuffer(),
  );

describe("reading text in pictures", () => {
  let reader: TextReader;
  before(async () => {
    reader = await openTextReader({ threads: 1 });
  });
  after(() => reader.close());

  it("reads outlined capitals on a photo, with the spaces between the words, and says where they stand", async () => {
    const { text, lines, words } = await reader.read(await meme());
    assert.equal(text, "THIS IS FINE\nSAID THE CAT");
    assertNear(lines[0]?.box, [86 / 640, 18 / 480, 344 / 640, 55 / 480]);
    assertWords(words, text, (box) => box);
    assert.ok(lines.every((each) => each.confidence > 0.9 && each.confidence <= 1));
  });

  for (const degrees of [90, 180, 270]) {
    it(`reads a picture turned by ${degrees} degrees and gives boxes in the picture as it is`, async () => {
      const picture = await turned(await meme(), degrees);
      const { text, lines, words } = await reader.read(picture);
      assert.equal(text, "THIS IS FINE\nSAID THE CAT");
      const turn = ([x, y, width, height]: Area): Area =>
        degrees === 90
          ? [1 - y - height, x, height, width]
          : degrees === 180
            ? [1 - x - width, 1 - y - height, width, height]
            : [y, 1 - x - width, height, width];
      assertNear(lines[0]?.box, turn([86 / 640, 18 / 480, 344 / 640, 55 / 480]));
      assertWords(words, text, turn);
      assert.deepEqual([...new Set(words.map(({ turns }) => turns))], [degrees / 90]);
    });
  }

  it("reads several lines of black on white from top to bottom", async () => {
    const look = { fill: "#111", x: 30, height: 30 };
    const rows = ["THE CAT", "SAT ON A", "WARM MAT", "AND DREAMED"];
    const page = drawing(600, 300, "#fff", ...rows.map((row, i) => line(row, { ...look, y: 30 + 55 * i })));
    assert.equal((await reader.read(page)).text, rows.join("\n"));
  });

  it("reads a small picture by enlarging it", async () => {
    const small = await sharp(await (await meme()).png().toBuffer())
      .resize(240)
      .png()
      .toBuffer();
    assert.equal((await reader.read(sharp(small))).text, "THIS IS FINE\nSAID THE CAT");
  });

  it("takes raw RGB pixels as well as a sharp pipeline", async () => {
    const { data, info } = await (await meme()).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    assert.equal(
      (await reader.read({ data, width: info.width, height: info.height })).text,
      "THIS IS FINE\nSAID THE CAT",
    );
  });

  it("reads black text on transparency", async () => {
    const text = line("HELLO WORLD", { fill: "#000", x: 40, y: 40, height: 40 });
    assert.equal((await reader.read(drawing(600, 120, "none", text))).text, "HELLO WORLD");
  });

  it("finds no text in a picture without any", async () => {
    assert.deepEqual(await reader.read(sharp(await photo(640, 480))), { text: "", lines: [], words: [] });
  });

  it("survives pictures of every shape", async () => {
    for (const [width, height] of [
      [1, 1],
      [3, 2],
      [5000, 1],
      [1, 5000],
      [4000, 40],
      [6000, 5000],
    ] as const) {
      const white = sharp({ create: { width, height, channels: 3, background: "#fff" } });
      assert.deepEqual(await reader.read(white), { text: "", lines: [], words: [] }, `${width} × ${height}`);
    }
  });

  it("gives back its networks when closed", async () => {
    const other = await openTextReader({ threads: 1 });
    assert.equal((await other.read(await meme())).text, "THIS IS FINE\nSAID THE CAT");
    await other.close();
    await assert.rejects(async () => other.read(await meme()));
  });
});

describe("decoding one line", () => {
  const characters = ["", "A", "B", "中", "'", " "];
  /** One row of probabilities for each step: the named class gets most, the space gets `space`. */
  const steps = (...wanted: readonly (readonly [character: string, space?: number])[]) =>
    Float32Array.from(
      wanted.flatMap(([character, space = 0]) =>
        characters.map((each) => (each === character ? 0.9 : each === " " ? space : 0)),
      ),
    );

  it("drops blanks and repetitions, and keeps letters that stand twice", () => {
    const reading = decodeCtc(steps(["A"], ["A"], [""], ["A"], ["B"]), characters);
    assert.equal(reading.text, "AAB");
    assert.ok(Math.abs(reading.confidence - 0.9) < 1e-6);
  });

  it("takes a hinted space between letters only", () => {
    assert.equal(decodeCtc(steps(["A"], ["", 0.03], ["B"]), characters).text, "A B");
    assert.equal(decodeCtc(steps(["A"], ["", 0.001], ["B"]), characters).text, "AB");
    assert.equal(decodeCtc(steps(["A"], ["", 0.03], ["'"], ["", 0.03], ["B"]), characters).text, "A'B");
    assert.equal(decodeCtc(steps(["中"], ["", 0.03], ["中"]), characters).text, "中中");
    assert.equal(decodeCtc(steps(["", 0.03], ["A"], ["", 0.03]), characters).text, "A");
  });

  it("says where along the line a word stands, half a character around its first and its last", () => {
    const { words } = decodeCtc(steps([""], ["A"], ["A"], ["B"], ["", 0.03], [""], ["B"], [""]), characters);
    const half = (6.5 - 1.5) / 8 / 3 / 2;
    assert.deepEqual(words, [
      { start: 0, end: 2, from: 1.5 / 8 - half, to: 3.5 / 8 + half },
      { start: 3, end: 4, from: 6.5 / 8 - half, to: 6.5 / 8 + half },
    ]);
    const [alone] = decodeCtc(steps([""], ["A"], [""], [""]), characters, 2).words;
    assert.deepEqual(alone, { start: 0, end: 1, from: 0, to: 1 });
  });

  it("reads nothing from blanks, with no confidence", () => {
    assert.deepEqual(decodeCtc(steps([""], [""]), characters), { text: "", confidence: 0, words: [] });
  });
});

describe("reading order", () => {
  const piece = (text: string, x: number, y: number, width: number, height = 20): Piece => ({
    text,
    confidence: 1,
    box: [x, y, width, height],
    words: [],
  });
  const order = (...pieces: readonly Piece[]) => inReadingOrder(pieces).map((each) => each.text);

  it("joins the words of a row", () => {
    assert.deepEqual(order(piece("DOG", 60, 2, 40), piece("HOT", 10, 0, 40)), ["HOT DOG"]);
  });

  it("reads captions side by side one after the other", () => {
    const left = [piece("they are", 0, 100, 90), piece("doing great", 0, 125, 100)];
    const right = [piece("with strong", 300, 102, 110), piece("policies", 300, 127, 80)];
    assert.deepEqual(order(right[1] as Piece, left[1] as Piece, right[0] as Piece, left[0] as Piece), [
      "they are",
      "doing great",
      "with strong",
      "policies",
    ]);
  });

  it("reads panels from the top, then from the left", () => {
    const panels = [
      piece("four", 300, 300, 60),
      piece("two", 300, 0, 60),
      piece("three", 0, 295, 60),
      piece("one", 0, 5, 60),
    ];
    assert.deepEqual(order(...panels), ["one", "two", "three", "four"]);
  });

  it("keeps the place of every word in the joined text", () => {
    const word = (start: number, end: number) => ({ start, end, turns: 0, box: [0, 0, 1, 1] }) as const;
    const [row] = inReadingOrder([
      { ...piece("ON FIRE", 60, 2, 40), words: [word(0, 2), word(3, 7)] },
      { ...piece("DOG", 10, 0, 40), words: [word(0, 3)] },
    ]);
    assert.deepEqual(
      row?.words.map(({ start, end }) => row.text.slice(start, end)),
      ["DOG", "ON", "FIRE"],
    );
  });

  it("weighs the confidence of a joined row by length", () => {
    const [row] = inReadingOrder([
      { ...piece("AAA", 0, 0, 30), confidence: 1 },
      { ...piece("B", 35, 0, 10), confidence: 0.6 },
    ]);
    assert.ok(row && Math.abs(row.confidence - 0.9) < 1e-9);
  });
});

/** Where the letters of the first caption of `meme` were drawn. */
const CAPTION: readonly (readonly [word: string, left: number, right: number])[] = [
  ["THIS", 90, 205],
  ["IS", 236, 276],
  ["FINE", 307, 423],
];

function assertWords(words: readonly PlacedWord[], text: string, turn: (box: Area) => Area): void {
  assert.deepEqual(
    words.map(({ start, end }) => text.slice(start, end)),
    ["THIS", "IS", "FINE", "SAID", "THE", "CAT"],
  );
  for (const [at, [, left, right]] of CAPTION.entries()) {
    assertNear(words[at]?.box, turn([left / 640, 18 / 480, (right - left) / 640, 55 / 480]), 0.035);
  }
}

function assertNear(actual: readonly number[] | undefined, expected: readonly number[], tolerance = 0.03): void {
  assert.ok(actual?.length === 4 && expected.length === 4);
  for (const [index, value] of expected.entries()) {
    assert.ok(Math.abs((actual[index] ?? Number.NaN) - value) < tolerance, `${actual} is not near ${expected}`);
  }
}
