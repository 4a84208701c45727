// How well and how fast text in pictures is read: node tests/bench/ocr.ts [--json] [--limit N]
// Draws captions onto meme templates in several styles, reads them back, and prints one table. Needs ../shared/data.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import sharp, { type Sharp } from "sharp";
import { openTextReader, type ReadText, type TextReader } from "../../daemon/worker/ocr/reader.ts";
import { count, emptyTally, quantile, score } from "./ocr-score.ts";
import { FONT, STYLES } from "./ocr-styles.ts";

const DATA = join(import.meta.dirname, "..", "..", "..", "shared", "data");
const { values: flags } = parseArgs({
  options: { json: { type: "boolean" }, limit: { type: "string", default: "25" } },
});
const LIMIT = Number(flags.limit);

interface Row {
  readonly set: string;
  readonly pictures: number;
  readonly characters?: number;
  readonly withSpaces?: number;
  readonly words?: number;
  /** What was read where there is nothing to read. */
  readonly falseTexts?: readonly string[];
  readonly medianMs: number;
  readonly p95Ms: number;
}

interface Label {
  readonly lines?: readonly string[];
  readonly example_text?: readonly string[];
}

const skipped = ["meme-templates", "memes-with-text", "captioned-photos"].filter(
  (name) => !existsSync(join(DATA, name)),
);
if (skipped.length > 0) console.error(`skipped: no ${skipped.join(", ")} in ${DATA}`);
const reader = await openTextReader({ threads: 1 });
const rows: Row[] = [];
if (!skipped.includes("meme-templates")) rows.push(...(await templates(reader)));
if (!skipped.includes("memes-with-text")) rows.push(await memes(reader));
if (!skipped.includes("captioned-photos")) rows.push(await photos(reader));
await reader.close();
print(rows);

async function templates(from: TextReader): Promise<readonly Row[]> {
  const all = labels("meme-templates");
  const pool = all.map(([, label]) => (label.example_text ?? []).filter((text) => text !== ""));
  // Longer ones do not fit onto a picture in capitals.
  const captions = pool.filter((texts) => texts.join(" ").length >= 12 && texts.join(" ").length <= 110);
  const pictures = sample(all, LIMIT);
  const result: Row[] = [];
  for (const style of STYLES) {
    const tally = emptyTally();
    const times: number[] = [];
    for (const [index, [path]] of pictures.entries()) {
      const wanted = captions[(index * 7) % captions.length] ?? [];
      const drawn = await style.draw(sharp(join(DATA, "meme-templates", path)), wanted);
      count(tally, wanted, (await timed(from, sharp(drawn), times)).text);
    }
    result.push({ set: style.name, pictures: pictures.length, ...score(tally), ...speed(times) });
  }
  return result;
}

async function memes(from: TextReader): Promise<Row> {
  const pictures = sample(labels("memes-with-text"), 2 * LIMIT);
  const tally = emptyTally();
  const times: number[] = [];
  for (const [path, label] of pictures) {
    const { text } = await timed(from, sharp(join(DATA, "memes-with-text", path)), times);
    count(tally, label.lines ?? [], text);
  }
  return { set: "memes-with-text", pictures: pictures.length, ...score(tally), ...speed(times) };
}

/** Photos of everyday life: what is read there is shop signs and shirts at best, garbage at worst. */
async function photos(from: TextReader): Promise<Row> {
  const pictures = sample(labels("captioned-photos"), 4 * LIMIT);
  const times: number[] = [];
  const texts: string[] = [];
  for (const [path] of pictures) {
    const { text } = await timed(from, sharp(join(DATA, "captioned-photos", path)), times);
    if (text !== "") texts.push(text.replaceAll("\n", " / "));
  }
  return { set: "photos without captions", pictures: pictures.length, falseTexts: texts, ...speed(times) };
}

function labels(set: string): readonly (readonly [string, Label])[] {
  return Object.entries(JSON.parse(readFileSync(join(DATA, set, "labels.json"), "utf8")) as Record<string, Label>);
}

/** Evenly spread over the whole list, always the same ones. */
function sample<T>(items: readonly T[], size: number): readonly T[] {
  const step = Math.max(1, items.length / size);
  return Array.from({ length: Math.min(size, items.length) }, (_, i) => items[Math.floor(i * step)] as T);
}

async function timed(from: TextReader, picture: Sharp, times: number[]): Promise<ReadText> {
  const { data, info } = await picture.toColourspace("srgb").removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const start = performance.now();
  const text = await from.read({ data, width: info.width, height: info.height });
  times.push(performance.now() - start);
  return text;
}

function speed(times: readonly number[]): Pick<Row, "medianMs" | "p95Ms"> {
  return { medianMs: Math.round(quantile(times, 0.5)), p95Ms: Math.round(quantile(times, 0.95)) };
}

function print(table: readonly Row[]): void {
  if (flags.json) {
    console.log(JSON.stringify({ font: fontName(), rows: table }, null, 2));
    return;
  }
  console.log(`font of the outlined styles: ${fontName()}; 1 thread; median and 95th percentile in ms a picture`);
  console.table(
    table.map(({ falseTexts, ...row }) => ({ ...rounded(row), ...(falseTexts && { withText: falseTexts.length }) })),
  );
  for (const row of table) for (const text of row.falseTexts ?? []) console.log(`  read in a photo: ${text}`);
}

function rounded(row: object): object {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      typeof value === "number" && value < 1 ? Number(value.toFixed(3)) : value,
    ]),
  );
}

function fontName(): string {
  try {
    return execFileSync("fc-match", [FONT.replaceAll("'", "").replaceAll(", ", ",")], { encoding: "utf8" }).trim();
  } catch {
    return "unknown (no fc-match)";
  }
}
