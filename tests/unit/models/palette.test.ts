import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import sharp, { type Sharp } from "sharp";
import { PALETTE_DIRECTORY, resolveModel } from "../../../daemon/models/catalog.ts";
import { openImageEncoder } from "../../../daemon/models/image-encoder.ts";
import { imageTensor } from "../../../daemon/models/preprocess.ts";
import { openTextEncoder } from "../../../daemon/models/text-encoder.ts";
import { makePaletteModel } from "../../../scripts/make-palette-model.ts";
import { cosine, drawn, makeDirectory } from "./support.ts";

const rect = (fill: string, x = 0, y = 0, width = 100, height = 100) =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}"/>`;
const circle = (fill: string, x: number, y: number, radius: number) =>
  `<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}"/>`;
const run = (...stops: string[]) =>
  `<linearGradient id="g" x2="0" y2="1">${stops.map((stop, at) => `<stop offset="${at / (stops.length - 1)}" stop-color="${stop}"/>`).join("")}</linearGradient>${rect("url(#g)")}`;
const many = (count: number, draw: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => draw(at)).join("");

/** Twenty pictures, as the inside of an SVG. */
const PICTURES = {
  meadow: run("#5b9be8", "#a8d0f0") + rect("#4f9a2e", 0, 55, 100, 45),
  pool: rect("#c9b79a", 0, 0, 100, 50) + rect("#1f7fd0", 0, 50, 100, 50),
  sunset: run("#5a2d6b", "#e0552a", "#ff9a30", "#ffd060") + rect("#150d0d", 0, 78, 100, 22),
  night: rect("#05060f") + many(25, (at) => circle("#e8e8ff", (at * 37) % 100, (at * 53) % 100, 0.6)),
  snowfield: run("#b8cfe6", "#dce6ee") + rect("#f6f8fa", 0, 35, 100, 65),
  forest: rect("#1f4a1c") + many(14, (at) => rect(at % 3 ? "#2f6b28" : "#4a3320", at * 7, 0, 4, 100)),
  dunes: rect("#8fb8dd", 0, 0, 100, 40) + rect("#d9b380", 0, 40, 100, 60),
  fire:
    rect("#0d0604") +
    `<path d="M20 100 Q30 40 50 10 Q70 40 80 100Z" fill="#f26a0f"/><path d="M38 100 Q48 55 52 45 Q60 70 63 100Z" fill="#ffd23a"/>`,
  oldPhoto: run("#f0f0f0", "#909090") + circle("#202020", 40, 45, 18) + rect("#505050", 25, 62, 30, 38),
  redBall: rect("#ffffff") + circle("#e01818", 50, 50, 22),
  yellowMoon: rect("#080808") + circle("#ffe030", 50, 50, 20),
  redLeft: rect("#d81818", 0, 0, 50, 100) + rect("#1848d0", 50, 0, 50, 100),
  redRight: rect("#1848d0", 0, 0, 50, 100) + rect("#d81818", 50, 0, 50, 100),
  pinkFlower: rect("#e9dcd0") + many(6, (at) => circle("#ff6fb0", 50 + 22 * Math.cos(at), 50 + 22 * Math.sin(at), 15)),
  grapes: rect("#d8cfe0") + many(12, (at) => circle("#6a1f9a", 25 + (at % 4) * 17, 25 + Math.floor(at / 4) * 20, 11)),
  planks: rect("#7a4a22") + many(6, (at) => rect("#5a3417", 0, at * 17, 100, 2)),
  balloons:
    rect("#fafafa") +
    many(12, (at) =>
      circle(
        ["#e02020", "#20a040", "#2050e0", "#f0d020", "#a030c0", "#ff8020"][at % 6] as string,
        14 + (at % 4) * 24,
        18 + Math.floor(at / 4) * 32,
        13,
      ),
    ),
  fog: run("#b9bcbd", "#a4a7a9"),
  letter: rect("#fdfdfb") + many(14, (at) => rect("#303030", 15, 10 + at * 6, 70, 1)),
  oranges: rect("#5f6f3a") + many(9, (at) => circle("#ff8a10", 20 + (at % 3) * 30, 20 + Math.floor(at / 3) * 30, 15)),
} as const;
type Name = keyof typeof PICTURES;
const NAMES = Object.keys(PICTURES) as Name[];

const model = resolveModel("auto");
const images = await openImageEncoder(model, { threads: 1 });
const texts = await openTextEncoder(model, { threads: 1 });
after(() => Promise.all([images.close(), texts.close()]));

const embed = async (image: Sharp): Promise<Float32Array> =>
  (await images.encode([await imageTensor(image, images.spec)]))[0] as Float32Array;
const library = new Map(
  await Promise.all(NAMES.map(async (name) => [name, await embed(drawn(PICTURES[name]))] as const)),
);

async function ranked(query: string): Promise<{ name: Name; similarity: number }[]> {
  const text = await texts.encode(query);
  assert.ok(text, `the palette knows nothing of "${query}"`);
  return [...library]
    .map(([name, embedding]) => ({ name, similarity: cosine(text, embedding) }))
    .sort((a, b) => b.similarity - a.similarity);
}

async function finds(queries: Readonly<Record<string, Name | readonly Name[]>>): Promise<void> {
  for (const [query, expected] of Object.entries(queries)) {
    const order = await ranked(query);
    const wanted = [expected].flat();
    const best = order.slice(0, wanted.length).map((hit) => hit.name);
    assert.deepEqual(best.toSorted(), wanted.toSorted(), `"${query}": ${best}`);
    const weakest = order[wanted.length - 1]?.similarity as number;
    assert.ok(weakest >= model.manifest.similarity.floor, `"${query}" is below the floor: ${weakest.toFixed(2)}`);
  }
}

test("a colour finds the picture that has it", () =>
  finds({
    pink: "pinkFlower",
    purple: "grapes",
    brown: "planks",
    orange: "oranges",
    beige: "dunes",
    grey: "fog",
    black: "night",
    red: ["redLeft", "redRight"],
    "red and white": "redBall",
    "yellow and black": "yellowMoon",
    green: ["meadow", "forest"],
  }));

test("a place finds the colour that is there", () =>
  finds({
    "red on the left": "redLeft",
    "red on the right": "redRight",
    "blue on the left and red on the right": "redRight",
    "left red, right blue": "redLeft",
    "blue at the bottom": "pool",
    "blue sky": ["meadow", "dunes"],
    "green grass": "meadow",
    "red in the middle": "redBall",
    "white background with red": "redBall",
    "yellow in the centre of a black background": "yellowMoon",
  }));

test("scenes that are colours in places are found", () =>
  finds({
    sunset: "sunset",
    night: "night",
    "a dark night": "night",
    snow: "snowfield",
    forest: "forest",
    desert: "dunes",
    sea: "pool",
    fire: "fire",
    "dog on fire": "fire",
    fog: "fog",
    colourful: "balloons",
    "black and white": "oldPhoto",
    "a document": "letter",
  }));

test("plurals, synonyms and capitals mean the same", async () => {
  const same = async (a: string, b: string) =>
    assert.deepEqual(await texts.encode(a), await texts.encode(b), `${a}, ${b}`);
  await same("reds", "red");
  await same("Scarlet!", "red");
  await same("trees", "forest");
  await same("grey", "gray");
  await same("BLACK & WHITE", "black-and-white");
  await same("a picture of snow", "snow");
});

test("German, Spanish and French words mean the same as the English ones", async () => {
  const translations = {
    red: ["rot", "rote", "rojo", "rouges"],
    green: ["grün", "grüner", "verde", "vertes"],
    white: ["weiß", "weiss", "blanca", "blanc"],
    "blue sky": ["blauer Himmel"],
    "red left": ["rot links", "rojo izquierda", "rouge gauche"],
    night: ["Nacht", "noche", "nuit"],
    "black and white": ["schwarz-weiß", "blanco y negro", "noir et blanc"],
  };
  for (const [english, others] of Object.entries(translations)) {
    const expected = (await texts.encode(english)) as Float32Array;
    for (const other of others) {
      const actual = await texts.encode(other);
      assert.ok(actual && cosine(actual, expected) > 0.999, `${other} is not ${english}`);
    }
  }
});

test("light is understood", async () => {
  const dark = (await ranked("dark")).map((hit) => hit.name);
  const bright = (await ranked("bright")).map((hit) => hit.name);
  assert.ok(dark.indexOf("night") < 3 && dark.indexOf("forest") < dark.indexOf("snowfield"));
  assert.ok(bright.indexOf("snowfield") < 5 && bright.indexOf("night") > 14);
});

test("of words it does not know it says nothing", async () => {
  for (const text of ["dog", "this is fine", "tired at work", "left", "", "🔥🔥", "1234", "the"]) {
    assert.equal(await texts.encode(text), null, text);
  }
});

test("one known word among many unknown ones is not enough", async () => {
  assert.equal(await texts.encode("when your boss asks about friday but code is red"), null);
  assert.ok(await texts.encode("boss with red tie"));
});

test("the same picture in another size or compression is the same, another picture is not", async () => {
  for (const name of NAMES) {
    const original = library.get(name) as Float32Array;
    const small = drawn(PICTURES[name], 120, 120).jpeg({ quality: 40 });
    const webp = sharp(await drawn(PICTURES[name], 640, 480).png().toBuffer()).webp({ quality: 60 });
    for (const copy of [small, webp]) {
      const likeness = cosine(original, await embed(sharp(await copy.toBuffer())));
      assert.ok(likeness >= 0.97, `${name}: ${likeness.toFixed(3)}`);
    }
    for (const other of NAMES.filter((candidate) => candidate !== name)) {
      const likeness = cosine(original, library.get(other) as Float32Array);
      assert.ok(likeness < 0.9, `${name} and ${other}: ${likeness.toFixed(3)}`);
    }
  }
});

test("pictures without any content have an embedding too", async () => {
  const fills = ["#000000", "#ffffff", "#808080", "#7a5d48"];
  for (const fill of fills) assert.ok(Math.abs(Math.hypot(...(await embed(drawn(rect(fill), 1, 1)))) - 1) < 1e-5);
});

test("the committed files are what the script makes, byte for byte", async () => {
  const directory = makeDirectory();
  await makePaletteModel(directory);
  const made = readdirSync(directory).toSorted();
  assert.deepEqual(made, readdirSync(PALETTE_DIRECTORY).toSorted());
  for (const file of made) {
    const same = readFileSync(join(directory, file)).equals(readFileSync(join(PALETTE_DIRECTORY, file)));
    assert.ok(same, `${file} differs: run npm run make:palette`);
  }
});
