// Pictures that tests make for themselves.
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import sharp from "sharp";

export interface PictureOptions {
  readonly width?: number;
  readonly height?: number;
  /** Any CSS colour, for the whole picture. */
  readonly colour?: string;
  /** Colour of the upper half. */
  readonly top?: string;
  readonly format?: "jpeg" | "png" | "webp" | "gif" | "avif" | "tiff";
  /** Different seeds give different bytes. */
  readonly seed?: number;
}

/** A picture of flat colours, with a few dots so that different seeds give different pictures. */
export async function picture(options: PictureOptions = {}): Promise<Buffer> {
  const { width = 160, height = 120, colour = "grey", top = colour, format = "png", seed = 0 } = options;
  const dots = Array.from({ length: 4 }, (_, i) => {
    const x = (seed * 37 + i * 53) % width;
    const y = (seed * 91 + i * 29) % height;
    return `<circle cx="${x}" cy="${y}" r="${1 + ((seed + i) % 3)}" fill="rgb(${(seed * 7) % 256},${(seed * 13) % 256},${(seed * 29) % 256})"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="${width}" height="${height}" fill="${colour}"/><rect width="${width}" height="${height / 2}" fill="${top}"/>
    ${seed === 0 ? "" : dots.join("")}</svg>`;
  return sharp(Buffer.from(svg)).flatten({ background: "#fff" }).toFormat(format).toBuffer();
}

/** A clip: one frame a colour, each shown for so many milliseconds. */
export async function clip(
  colours: readonly string[],
  { format = "gif", frameMs = 100 }: { readonly format?: "gif" | "webp"; readonly frameMs?: number } = {},
): Promise<Buffer> {
  const frames = await Promise.all(colours.map((colour, seed) => picture({ colour, seed: seed + 1 })));
  const delay = colours.map(() => frameMs);
  return sharp(frames, { join: { animated: true } })
    .toFormat(format, format === "webp" ? { delay, lossless: true } : { delay })
    .toBuffer();
}

/** An empty directory, gone when the test ends. */
export async function directory(t: TestContext): Promise<string> {
  // As the daemon spells it: on macOS the directory for temporary files is a link.
  const path = await realpath(await mkdtemp(join(tmpdir(), "rememe-test-")));
  t.after(() => rm(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

/** Writes a tree of files: `tree(root, { "a/b.png": await picture() })`. Returns the root. */
export async function tree(root: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
  }
  return root;
}

/** A directory with `count` different pictures. */
export async function manyPictures(t: TestContext, count: number): Promise<string> {
  const files = await Promise.all(
    Array.from({ length: count }, async (_, i) => [`${i}.png`, await picture({ colour: "red", seed: i + 1 })] as const),
  );
  return tree(await directory(t), Object.fromEntries(files));
}
