// The filters of the query language, `key:value`, one by one. A value that makes no sense is no filter (null).
import { homedir } from "node:os";
import { resolve } from "node:path";
import { type OnlyMarked, PICTURE_FORMATS } from "../../shared/api.ts";
import type { PictureKind, SearchFilter } from "../store/store.ts";
import { readDate } from "./dates.ts";

export interface ReadFilter {
  readonly filter: SearchFilter;
  /** For people. */
  readonly meaning: string;
}

const KINDS: ReadonlyMap<string, PictureKind> = new Map([
  ...PICTURE_FORMATS.map((format) => [format, format] as const),
  ["jpg", "jpeg"],
  ["tif", "tiff"],
  ["heif", "heic"],
  ["pdfs", "pdf"],
  // Whoever says so means what moves.
  ["gif", "animation"],
  ["gifs", "animation"],
  ["animated", "animation"],
  ["animation", "animation"],
  ["photo", "photo"],
  ["photos", "photo"],
  ["screenshot", "screenshot"],
  ["screenshots", "screenshot"],
  ["video", "video"],
  ["videos", "video"],
]);
const MARKS: ReadonlyMap<string, OnlyMarked> = new Map([
  ["favourite", "favourite"],
  ["favorite", "favourite"],
  ["favourites", "favourite"],
  ["favorites", "favourite"],
  ["hidden", "hidden"],
]);
/** Of the others the format. */
const KIND_NAMES: Readonly<Partial<Record<PictureKind, string>>> = {
  animation: "animated pictures",
  photo: "photos",
  screenshot: "screenshots",
  video: "videos",
};
const UNIT_BYTES: Readonly<Record<string, number>> = {
  "": 1e6,
  b: 1,
  k: 1e3,
  kb: 1e3,
  kib: 2 ** 10,
  m: 1e6,
  mb: 1e6,
  mib: 2 ** 20,
  g: 1e9,
  gb: 1e9,
  gib: 2 ** 30,
};
const FOUR_MEGAPIXELS = 4e6;
const ICON_PIXELS = 128 * 128;

/** @param key lower case, without the colon */
export function readFilter(key: string, value: string, nowMs: number): ReadFilter | null {
  switch (key) {
    case "in":
    case "folder":
      return readFolder(value);
    case "type":
    case "kind":
      return readKinds(value);
    case "is":
      return readMark(value);
    case "tag":
      return /\S/.test(value) ? { filter: { tags: [value] }, meaning: `tagged ${value}` } : null;
    case "size":
      return readSize(value.toLowerCase());
    case "before":
    case "after":
    case "since":
    case "date":
    case "on":
      return readTime(key, value, nowMs);
    default:
      return null;
  }
}

function readFolder(value: string): ReadFilter | null {
  if (/^~?(?:\/|$)/.test(value)) {
    const path = resolve(value.replace(/^~/, homedir()));
    return { filter: { below: path }, meaning: `in ${path}` };
  }
  return /[\p{L}\p{N}]/u.test(value) ? { filter: { inFolders: [value] }, meaning: `in folders named ${value}` } : null;
}

function readKinds(value: string): ReadFilter | null {
  const kinds = value
    .toLowerCase()
    .split(/[,|]/)
    .map((name) => KINDS.get(name));
  const known = kinds.filter((kind) => kind !== undefined);
  if (known.length === 0 || known.length < kinds.length) return null;
  return { filter: { kinds: known }, meaning: known.map(nameOf).join(" or ") };
}

function nameOf(kind: PictureKind): string {
  return KIND_NAMES[kind] ?? `${kind.toUpperCase()} files`;
}

function readMark(value: string): ReadFilter | null {
  const mark = MARKS.get(value.toLowerCase());
  if (mark) return { filter: { only: mark }, meaning: mark === "hidden" ? "hidden pictures" : "favourites" };
  const kind = KINDS.get(value.toLowerCase());
  return kind ? { filter: { kinds: [kind] }, meaning: nameOf(kind) } : null;
}

/** `size:>2mb`, `size:<100kb`, `size:>1920x1080` (pixels), `size:large` (from 4 megapixels), `size:small` (icons). */
function readSize(value: string): ReadFilter | null {
  if (value === "large" || value === "big")
    return { filter: { minPixels: FOUR_MEGAPIXELS }, meaning: "4 megapixels or more" };
  if (value === "small" || value === "icon")
    return { filter: { maxPixels: ICON_PIXELS }, meaning: "128 × 128 pixels or less" };
  const pixels = /^([<>])?=?(\d{1,6})[x×](\d{1,6})$/.exec(value);
  if (pixels) {
    const [sign, width, height] = [pixels[1], Number(pixels[2]), Number(pixels[3])];
    const area = width * height;
    const filter = {
      ...(sign !== "<" ? { minPixels: area } : {}),
      ...(sign !== ">" ? { maxPixels: area } : {}),
    };
    return { filter, meaning: `${comparison(sign, "")}${width} × ${height} pixels in area` };
  }
  const bytes = /^([<>])?=?(\d{1,9}(?:\.\d{1,6})?)([kmg]?i?b?)$/.exec(value.replace(",", "."));
  const unit = UNIT_BYTES[bytes?.[3] ?? "?"];
  if (!bytes || unit === undefined) return null;
  const limit = Math.round(Number(bytes[2]) * unit);
  const filter = bytes[1] === "<" ? { maxBytes: limit } : { minBytes: limit };
  return {
    filter,
    meaning: `files of ${comparison(bytes[1], "at least ")}${bytes[2]} ${(bytes[3] || "mb").toUpperCase().replace("I", "i")}`,
  };
}

function comparison(sign: string | undefined, otherwise: string): string {
  return sign === "<" ? "at most " : sign === ">" ? "at least " : otherwise;
}

function readTime(key: string, value: string, nowMs: number): ReadFilter | null {
  const span = readDate(value, nowMs);
  if (!span) return null;
  if (key === "before") return { filter: { untilMs: span.fromMs }, meaning: `before ${day(span.fromMs)}` };
  if (key === "after" || key === "since")
    return { filter: { fromMs: span.fromMs }, meaning: `since ${day(span.fromMs)}` };
  return { filter: span, meaning: `from ${day(span.fromMs)} to ${day(span.untilMs - 1)}` };
}

/** `2020-05-01`, local. toLocaleDateString takes 30 ms when it is called for the first time. */
function day(ms: number): string {
  const date = new Date(ms);
  const figures = (value: number, digits: number): string => String(value).padStart(digits, "0");
  return `${figures(date.getFullYear(), 4)}-${figures(date.getMonth() + 1, 2)}-${figures(date.getDate(), 2)}`;
}
