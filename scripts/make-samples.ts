// Draws the sample pictures: `npm run make:samples`. Replaces the pictures, manifest.json and LICENSES.md in samples/; its
// README.md is written by hand. Chance is seeded and letters come from npm packages, so the same sources give the same pictures.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { licencesPage } from "./samples/licences.ts";
import type { Manifest, ManifestEntry } from "./samples/manifest.ts";
import { LAND_MEMES } from "./samples/memes-land.ts";
import { MORE_MEMES } from "./samples/memes-more.ts";
import { OFFICE_MEMES } from "./samples/memes-office.ts";
import { WATER_MEMES } from "./samples/memes-water.ts";
import { PAPERS } from "./samples/papers.ts";
import { DRAWN_PLACES } from "./samples/places-drawn.ts";
import { LAND_PLACES } from "./samples/places-land.ts";
import { SKY_PLACES } from "./samples/places-sky.ts";
import { canvasesOf, encode } from "./samples/render.ts";
import type { Sample } from "./samples/sample.ts";
import { SCREENSHOTS } from "./samples/screenshots.ts";
import { STICKERS } from "./samples/stickers.ts";

const SAMPLES: readonly Sample[] = [
  ...OFFICE_MEMES,
  ...LAND_MEMES,
  ...WATER_MEMES,
  ...MORE_MEMES,
  ...SCREENSHOTS,
  ...PAPERS,
  ...STICKERS,
  ...SKY_PLACES,
  ...LAND_PLACES,
  ...DRAWN_PLACES,
];
const DIRECTORY = join(import.meta.dirname, "..", "samples");

for (const folder of new Set(SAMPLES.map(({ file }) => dirname(file)))) {
  rmSync(join(DIRECTORY, folder), { recursive: true, force: true });
  mkdirSync(join(DIRECTORY, folder), { recursive: true });
}
const pictures: ManifestEntry[] = [];
let sizeBytes = 0;
for (const sample of SAMPLES) {
  const canvases = canvasesOf(sample);
  const [{ width, height, lines, sources }] = canvases;
  const content = await encode(sample.encoding, canvases);
  writeFileSync(join(DIRECTORY, sample.file.normalize("NFC")), content);
  sizeBytes += content.length;
  pictures.push({
    file: sample.file.normalize("NFC"),
    format: sample.encoding.format,
    width,
    height,
    frames: canvases.length,
    shows: sample.shows,
    caption: lines().join("\n") || null,
    parts: sources(),
  });
}
writeFileSync(join(DIRECTORY, "manifest.json"), `${JSON.stringify({ pictures } satisfies Manifest, null, 2)}\n`);
writeFileSync(join(DIRECTORY, "LICENSES.md"), licencesPage());
console.log(`${pictures.length} pictures, ${(sizeBytes / 1e6).toFixed(1)} MB`);
