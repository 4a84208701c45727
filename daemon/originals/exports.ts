// Files to paste: the original where every program can read it, else a copy with its name in rememe's own cache. Originals are only read.

import { randomUUID } from "node:crypto";
import { constants, copyFile, mkdir, opendir, rename, rm, rmdir, stat, utimes } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import type { ExportAnswer, ExportFormat, ImageFormat } from "../../shared/api.ts";
import { classifyFsError } from "../errors.ts";
import { mediaTypeOf } from "./media-types.ts";

export interface Original {
  readonly path: string;
  /** Says which bytes these are: copies are kept by it. Files of one picture may differ in their metadata. */
  readonly version: string;
  readonly format: ImageFormat;
  readonly frames: number;
}

export interface ExportsDeps {
  /** The cache's directory; only what is below it is ever deleted. */
  readonly directory: string;
  /** Whether other programs may be refused this path. */
  isProtected(path: string): boolean;
  /** Writes a picture anew, in another process. */
  convert(path: string, to: ConvertedFormat, target: string): Promise<void>;
  now?(): number;
}

export type ConvertedFormat = "png" | "jpeg" | "gif";

export interface Exports {
  /** Throws AppError: what is wrong with the picture or the disk. */
  file(original: Original, as: ExportFormat): Promise<ExportAnswer>;
  /** Deletes copies that are old, and the oldest when there are too many. */
  sweep(): Promise<void>;
}

/** A pasted file may be read by the program that got it for as long as its draft is open. */
const MAX_AGE_MS = 7 * 24 * 3_600_000;
const MAX_BYTES = 1_000_000_000;
const SWEEP_AFTER_MS = 10 * 60_000;

const MEDIA_TYPES = { png: "image/png", jpeg: "image/jpeg", gif: "image/gif" } as const;
const EXTENSIONS = { png: ".png", jpeg: ".jpg", gif: ".gif" } as const;

export function createExports({ directory, isProtected, convert, now = Date.now }: ExportsDeps): Exports {
  let sweptAtMs = 0;

  async function cached(original: Original, name: string, kind: string, write: (target: string) => Promise<unknown>) {
    const target = join(directory, original.version, kind, name);
    const seconds = now() / 1_000;
    if (
      await utimes(target, seconds, seconds).then(
        () => true,
        () => false,
      )
    )
      return target;
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const temporary = join(directory, `${randomUUID()}.tmp`);
    try {
      await write(temporary);
      await rename(temporary, target);
    } finally {
      await rm(temporary, { force: true });
    }
    if (now() - sweptAtMs > SWEEP_AFTER_MS) await sweep();
    return target;
  }

  async function asIs(original: Original, mediaType: string): Promise<ExportAnswer> {
    const { path } = original;
    if (!isProtected(path)) return { path, mediaType };
    // A clone where the file system can: no bytes are copied.
    const copy = (target: string) => copyFile(path, target, constants.COPYFILE_FICLONE);
    return { path: await cached(original, basename(path), "original", copy), mediaType };
  }

  async function sweep(): Promise<void> {
    sweptAtMs = now();
    const files = (await filesBelow(directory)).sort((a, b) => b.usedAtMs - a.usedAtMs);
    let bytes = 0;
    for (const file of files) {
      bytes += file.bytes;
      if (bytes <= MAX_BYTES && now() - file.usedAtMs <= MAX_AGE_MS) continue;
      await rm(file.path, { force: true });
      await removeEmpty(dirname(file.path), directory);
    }
  }

  return {
    async file(original, as) {
      const { format, frames } = original;
      const isGivenAsIs = as === "original" || as === format || format === "gif" || format === "video";
      // Of the other moving formats only WebP can be written anew with all its frames.
      const to: ConvertedFormat | null = isGivenAsIs ? null : format === "webp" && frames > 1 ? "gif" : as;
      if (to === null) return asIs(original, mediaTypeOf(format, original.path));
      const name = basename(original.path);
      const renamed = `${name.slice(0, name.length - extname(name).length)}${EXTENSIONS[to]}`;
      const path = await cached(original, renamed, to, (target) => convert(original.path, to, target));
      return { path, mediaType: MEDIA_TYPES[to] };
    },
    sweep,
  };
}

/** What macOS asks the user about before another program may read it, and what may vanish: removable disks, cloud folders, packages. */
export function protectedPaths(home: string, platform: NodeJS.Platform): (path: string) => boolean {
  if (platform !== "darwin") return () => false;
  const roots = ["Desktop", "Documents", "Downloads", "Library"].map((name) => `${join(home, name)}/`);
  return (path) => [...roots, "/Volumes/"].some((root) => path.startsWith(root)) || /\.photoslibrary\//i.test(path);
}

interface CachedFile {
  readonly path: string;
  readonly bytes: number;
  readonly usedAtMs: number;
}

async function filesBelow(directory: string): Promise<CachedFile[]> {
  const found: CachedFile[] = [];
  try {
    for await (const entry of await opendir(directory, { recursive: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const { size, mtimeMs } = await stat(path);
      found.push({ path, bytes: size, usedAtMs: mtimeMs });
    }
  } catch (error) {
    if (classifyFsError(error) !== "missing") throw error;
  }
  return found;
}

/** Empty directories go with their last file. */
async function removeEmpty(directory: string, root: string): Promise<void> {
  if (directory === root || !directory.startsWith(`${root}/`)) return;
  const isRemoved = await rmdir(directory).then(
    () => true,
    () => false,
  );
  if (isRemoved) await removeEmpty(dirname(directory), root);
}
