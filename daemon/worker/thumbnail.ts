// Thumbnails: small JPEG files named by content, written beside their final name and renamed, so that half a thumbnail is never seen.
import { randomUUID } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { classifyFsError, messageOf } from "../errors.ts";
import { type DecodedImage, fromPixels } from "./decode.ts";
import { PictureProblem } from "./problem.ts";

/** Longest side in pixels: what a grid in Raycast shows sharply without filling its small heap. */
const THUMBNAIL_SIDE = 320;
const THUMBNAIL_QUALITY = 78;

/** File name of a thumbnail below the thumbnails directory: two levels, so that no directory gets too large. `scene` 0: the picture itself. */
export function thumbnailName(contentHash: string, scene = 0): string {
  return `${contentHash.slice(0, 2)}/${contentHash}${scene > 0 ? `-${scene}` : ""}.jpg`;
}

/** Writes the thumbnail (JPEG, at most 320 px, transparency on white, never enlarged) and returns its name. */
export async function writeThumbnail(
  image: DecodedImage,
  contentHash: string,
  directory: string,
  scene = 0,
): Promise<string> {
  const name = thumbnailName(contentHash, scene);
  const path = join(directory, name);
  const temporary = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await fromPixels(image)
      .resize(THUMBNAIL_SIDE, THUMBNAIL_SIDE, { fit: "inside", withoutEnlargement: true })
      .flatten({ background: "#fff" })
      .jpeg({ quality: THUMBNAIL_QUALITY, mozjpeg: false })
      .toFile(temporary);
    await rename(temporary, path);
    return name;
  } catch (error) {
    await rm(temporary, { force: true });
    const full = classifyFsError(error) === "disk-full" || /no space left/i.test(messageOf(error));
    const reason = full ? "disk-full" : "thumbnail-failed";
    throw new PictureProblem("thumbnail", reason, `The thumbnail cannot be written: ${messageOf(error)}`, true);
  }
}
