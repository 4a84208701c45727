// Openly licensed pictures with names and keywords: Microsoft's Fluent emoji (MIT) as PNG files, described by emojilib (MIT).
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import sharp from "sharp";

interface IconSet {
  readonly icons: Readonly<Record<string, { readonly body: string }>>;
  readonly width: number;
  readonly height: number;
}
const SIZE = 256;

/** Draws up to `limit` emoji, evenly from all, as 000.png, 001.png, … (names that say nothing), and writes their labels.json. */
export async function drawEmoji(directory: string, limit: number): Promise<void> {
  const resolve = createRequire(import.meta.url).resolve;
  const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(resolve(name), "utf8"));
  const { icons, width, height } = (await read("@iconify-json/fluent-emoji-flat/icons.json")) as IconSet;
  const keywords = (await read("emojilib/dist/emoji-en-US.json")) as Record<string, readonly string[]>;
  const described = Object.values(keywords).flatMap((words) => {
    const [name = "", ...rest] = words;
    const icon = icons[name.replaceAll("_", "-")];
    return icon && rest.length > 0 ? [{ name: name.replaceAll("_", " "), keywords: rest, body: icon.body }] : [];
  });
  const step = Math.max(1, described.length / limit);
  const labels: Record<string, { name: string; keywords: readonly string[] }> = {};
  for (let index = 0; index * step < described.length && index < limit; index++) {
    const emoji = described[Math.floor(index * step)];
    if (!emoji) break;
    const file = `${String(index).padStart(3, "0")}.png`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${SIZE}" height="${SIZE}">${emoji.body}</svg>`;
    await writeFile(
      join(directory, file),
      await sharp(Buffer.from(svg)).flatten({ background: "white" }).png().toBuffer(),
    );
    labels[file] = { name: emoji.name, keywords: emoji.keywords };
  }
  await writeFile(join(directory, "labels.json"), JSON.stringify(labels));
}
