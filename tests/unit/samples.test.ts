// The pictures in samples/ are what manifest.json says, and LICENSES.md names everybody who has a part in them.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { test } from "node:test";
import sharp, { type Metadata } from "sharp";
import type { Manifest, ManifestEntry } from "../../scripts/samples/manifest.ts";

const DIRECTORY = join(import.meta.dirname, "..", "..", "samples");
const MAX_SIZE_BYTES = 6e6;
const PAGES = ["LICENSES.md", "README.md", "manifest.json"];

const { pictures } = JSON.parse(readFileSync(join(DIRECTORY, "manifest.json"), "utf8")) as Manifest;

/** Every file below samples/, with "/". Some file systems give names back decomposed. */
function filesOnDisk(): string[] {
  return readdirSync(DIRECTORY, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(DIRECTORY, join(entry.parentPath, entry.name)).split(sep).join("/").normalize("NFC"))
    .filter((file) => file !== ".DS_Store" && !file.endsWith("/.DS_Store"));
}

function metadataOf(file: string): Promise<Metadata> {
  return sharp(join(DIRECTORY, file)).metadata();
}

function formatOf({ format, compression }: Metadata): string {
  return format === "heif" && compression === "av1" ? "avif" : (format ?? "unknown");
}

async function facts() {
  return Promise.all(pictures.map(async (picture) => ({ picture, metadata: await metadataOf(picture.file) })));
}

test("the manifest lists every file of samples/, and nothing else", () => {
  const listed = [...pictures.map(({ file }) => file), ...PAGES];
  assert.deepEqual(filesOnDisk().toSorted(), listed.toSorted());
  assert.equal(new Set(listed).size, listed.length, "a file is listed twice");
  assert.ok(pictures.length >= 36 && pictures.length <= 48, `${pictures.length} pictures`);
});

test("names are written in Unicode's composed form, some with accents, some with emoji", () => {
  for (const { file } of pictures) assert.equal(file, file.normalize("NFC"));
  assert.ok(pictures.some(({ file }) => /\p{Emoji_Presentation}/u.test(file)));
  assert.ok(pictures.some(({ file }) => /[éö]/.test(file)));
});

for (const picture of pictures) {
  test(`${picture.file} decodes as ${picture.format}`, async () => {
    const metadata = await metadataOf(picture.file);
    assert.equal(formatOf(metadata), picture.format);
    assert.equal(metadata.pages ?? 1, picture.frames);
    await assertDecodes(picture);
  });
}

async function assertDecodes({ file, frames, width, height }: ManifestEntry): Promise<void> {
  const decoded = await sharp(join(DIRECTORY, file), { animated: true, failOn: "warning" })
    .autoOrient()
    .raw()
    .toBuffer({ resolveWithObject: true });
  assert.equal(decoded.info.width, width);
  assert.equal(decoded.info.height, height * frames);
}

test("together they stay small", () => {
  const sizeBytes = filesOnDisk().reduce((sum, file) => sum + statSync(join(DIRECTORY, file)).size, 0);
  assert.ok(sizeBytes <= MAX_SIZE_BYTES, `${sizeBytes} bytes`);
});

test("every kind of file that people have is among them", async () => {
  const all = await facts();
  const kinds: Readonly<Record<string, (metadata: Metadata) => boolean>> = {
    "animated GIF": ({ format, pages = 1 }) => format === "gif" && pages >= 3,
    "animated WebP": ({ format, pages = 1 }) => format === "webp" && pages >= 3,
    "still WebP": ({ format, pages = 1 }) => format === "webp" && pages === 1,
    SVG: ({ format }) => format === "svg",
    AVIF: (metadata) => formatOf(metadata) === "avif",
    TIFF: ({ format }) => format === "tiff",
    "PNG with transparency": ({ format, hasAlpha, isPalette }) => format === "png" && hasAlpha && !isPalette,
    "PNG with a palette": ({ format, isPalette }) => format === "png" && isPalette === true,
    "grey JPEG": ({ format, channels }) => format === "jpeg" && channels === 1,
    "progressive JPEG": ({ format, isProgressive }) => format === "jpeg" && isProgressive === true,
    "JPEG from a turned camera": ({ format, orientation }) => format === "jpeg" && orientation === 6,
    "tall screenshot": ({ width, height }) => height >= width * 2,
    panorama: ({ width, height }) => width >= height * 3,
    "tiny picture": ({ width, height }) => width <= 32 && height <= 32,
  };
  for (const [kind, isKind] of Object.entries(kinds)) {
    assert.ok(
      all.some(({ metadata }) => isKind(metadata)),
      `There is no ${kind}`,
    );
  }
});

test("every picture says what it shows; many hold words", () => {
  for (const { file, shows, caption } of pictures) {
    assert.ok(shows.length > 10, `${file} does not say what it shows`);
    assert.ok(caption === null || caption.trim() === caption, `${file} has blanks around its caption`);
  }
  assert.ok(pictures.filter(({ caption }) => caption).length >= 20);
});

test("LICENSES.md has a section for every source of a part", () => {
  const page = readFileSync(join(DIRECTORY, "LICENSES.md"), "utf8");
  const sections = new Set([...page.matchAll(/^## (.+)$/gm)].map(([, name]) => name));
  for (const { file, parts } of pictures) {
    assert.ok(parts.length > 0, `${file} names no part`);
    for (const part of parts) assert.ok(sections.has(part), `${file} uses ${part}, which LICENSES.md does not name`);
  }
});
