// Saves a picture into a watched folder when a person asks for it: a new file under a free name, never over another one.
import { open, rm } from "node:fs/promises";
import { extname, join } from "node:path";
import type { ImageFormat } from "../../shared/api.ts";
import { AppError, classifyFsError, messageOf } from "../errors.ts";

/** First of each: the extension that is given. */
const EXTENSIONS: Readonly<Record<ImageFormat, readonly string[]>> = {
  jpeg: [".jpg", ".jpeg", ".jpe", ".jfif"],
  png: [".png"],
  webp: [".webp"],
  gif: [".gif"],
  avif: [".avif", ".avifs"],
  tiff: [".tif", ".tiff"],
  svg: [".svg"],
  heic: [".heic", ".heif", ".hif"],
  jxl: [".jxl"],
  psd: [".psd"],
  bmp: [".bmp", ".dib"],
  pdf: [".pdf"],
  // Only a name tells them, so bytes alone are never taken for one.
  raw: [".dng"],
  // Never: only pictures are given.
  video: [],
};
/** File systems take 255 bytes; " 1000.webp" must still fit. */
const MAX_STEM_BYTES = 200;
const MAX_NAMES = 1_000;

/**
 * Writes the bytes below `directory` and returns the path. The extension is that of the real format; a name that is taken gets a number.
 * Throws AppError: folder-unreadable (no write access), disk-full, folder-offline (the directory is gone), internal.
 */
export async function writeNewPicture(
  directory: string,
  wish: string | undefined,
  format: ImageFormat,
  bytes: Uint8Array,
  now: Date,
): Promise<string> {
  const { stem, extension } = nameFor(wish, format, now);
  for (let number = 1; number <= MAX_NAMES; number++) {
    const path = join(directory, `${number === 1 ? stem : `${stem} ${number}`}${extension}`);
    if (await writeFresh(path, bytes)) return path;
  }
  throw new AppError("bad-request", `The folder holds ${MAX_NAMES} files named ${stem}${extension}.`, {
    hint: "Give it another name.",
  });
}

/** A name any file system takes, visible, without directories. */
export function nameFor(
  wish: string | undefined,
  format: ImageFormat,
  now: Date,
): { readonly stem: string; readonly extension: string } {
  const wished = (wish ?? "")
    .normalize("NFC")
    .replace(/[\p{C}/\\:*?"<>|]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  const given = extname(wished).toLowerCase();
  const isKnown = Object.values(EXTENSIONS).flat().includes(given);
  const fits = EXTENSIONS[format].includes(given);
  const bare = (isKnown ? wished.slice(0, -given.length) : wished).replace(/^[.\s]+|[.\s]+$/g, "");
  const stem = cut(bare, MAX_STEM_BYTES).trim() || `Clipboard ${timestamp(now)}`;
  return { stem, extension: fits ? wished.slice(-given.length) : (EXTENSIONS[format][0] ?? "") };
}

/** False when there is such a file already. */
async function writeFresh(path: string, bytes: Uint8Array): Promise<boolean> {
  try {
    const handle = await open(path, "wx");
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } catch (error) {
      // Ours, made a moment ago: half a picture helps nobody.
      await rm(path, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (Object(error).code === "EEXIST") return false;
    throw writeProblem(error, path);
  }
}

function writeProblem(cause: unknown, path: string): AppError {
  switch (classifyFsError(cause)) {
    case "missing":
      return new AppError("folder-offline", `The folder of ${path} is not there.`, { cause });
    case "disk-full":
      return new AppError("disk-full", "The disk is full: the picture was not saved.", { cause });
    case "denied":
      return new AppError("folder-unreadable", `rememe may not write to ${path}.`, {
        hint: "Choose another folder, or let rememe write to this one.",
        cause,
      });
    default:
      return new AppError("internal", `${path} cannot be written: ${messageOf(cause)}`, { cause });
  }
}

/** 2026-11-23 at 21.34.31, by the clock on the wall, as macOS names screenshots. */
function timestamp(date: Date): string {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString();
  return `${local.slice(0, 10)} at ${local.slice(11, 19).replaceAll(":", ".")}`;
}

function cut(text: string, bytes: number): string {
  let out = "";
  let used = 0;
  for (const character of text) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    out += character;
  }
  return out;
}
