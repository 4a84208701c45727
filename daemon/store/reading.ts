// Pictures as the API shows them, and what is known about the library as a whole. Reads only.
import { join } from "node:path";
import { type Image, type ImageDetails, type ImageFormat, ROUTES } from "../../shared/api.ts";
import type { Connection } from "./database.ts";
import { MODIFIED_AT_MS } from "./nanoseconds.ts";
import { pictureSet } from "./picture-set.ts";
import { PATH } from "./queue.ts";
import type { ImageTexts, LibraryCounts, Store } from "./store.ts";
import { folderText, withoutExtension } from "./text-index.ts";

type ReadingVerbs = Pick<Store, "counts" | "revision" | "image" | "images" | "recentImages" | "texts">;

interface ImageRow {
  readonly id: number;
  readonly path: string;
  readonly name: string;
  readonly folderId: number;
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  readonly offline: number;
  readonly copies: number;
  readonly thumbnail: string;
  readonly contentHash: string;
  readonly indexedAtMs: number;
}
type DetailRow = Pick<ImageDetails, "text" | "contentHash" | "indexedAtMs">;
interface TextRow {
  readonly text: string;
  readonly root: string;
  readonly directory: string;
  readonly name: string;
}

/** Present files of a picture, best first: one that can be read before one that cannot, the newest first. */
const BEST_FIRST = "folders.state IN ('online', 'scanning') DESC, modified_ns DESC, files.id";
const FILES_OF_IMAGE = "files JOIN folders ON folders.id = folder_id WHERE image_id = ? AND missing_at_ms IS NULL";

export function createReading(db: Connection, thumbnailsDirectory: string): ReadingVerbs {
  const counts = db.prepare<[], LibraryCounts>(
    `SELECT count(*) AS folders, ifnull(sum(files), 0) AS files, (SELECT images FROM library) AS images,
       ifnull(sum(iif(state IN ('online', 'scanning'), pending, 0)), 0) AS pending, ifnull(sum(failed), 0) AS failed
     FROM folders`,
  );
  const revision = db.prepare<[], number>("SELECT revision FROM library").pluck();
  const summary = db.prepare<[number], ImageRow>(
    `SELECT images.id, ${PATH} AS path, name, folder_id AS folderId, format, width, height, frames, size_bytes AS sizeBytes,
       ${MODIFIED_AT_MS} AS modifiedAtMs, min(folders.state = 'offline') OVER () AS offline, count(*) OVER () AS copies,
       thumbnail, content_hash AS contentHash, indexed_at_ms AS indexedAtMs
     FROM files JOIN folders ON folders.id = folder_id JOIN images ON images.id = image_id
     WHERE image_id = ? AND missing_at_ms IS NULL ORDER BY ${BEST_FIRST} LIMIT 1`,
  );
  const details = db.prepare<[number], DetailRow>(
    "SELECT text, content_hash AS contentHash, indexed_at_ms AS indexedAtMs FROM images WHERE id = ?",
  );
  const paths = db.prepare<[number], string>(`SELECT ${PATH} FROM ${FILES_OF_IMAGE} ORDER BY ${BEST_FIRST}`).pluck();
  const newestFirst = (set: string) => db.prepare<unknown[], number>(`${set} ORDER BY files.modified_ns DESC`).pluck();
  const recent = newestFirst("SELECT image_id FROM files WHERE missing_at_ms IS NULL AND image_id IS NOT NULL");
  const texts = db.prepare<[number], TextRow>(
    `SELECT text, folders.path AS root, directory, name
     FROM files JOIN folders ON folders.id = folder_id JOIN images ON images.id = image_id
     WHERE image_id = ? AND missing_at_ms IS NULL ORDER BY ${BEST_FIRST}`,
  );

  function find(imageId: number): Image | null {
    const row = summary.get(imageId);
    if (!row) return null;
    const { thumbnail, offline, contentHash, indexedAtMs, ...image } = row;
    // Ids begin anew with a new library on the same port, and a picture read again has a new thumbnail.
    const version = `${contentHash.slice(0, 16)}-${indexedAtMs.toString(36)}`;
    return {
      ...image,
      offline: offline === 1,
      thumbnailUrl: `${ROUTES.thumbnail.path.replace(":id", String(imageId))}?v=${version}`,
      thumbnailPath: thumbnail === "" ? null : join(thumbnailsDirectory, thumbnail),
    };
  }

  function findAll(imageIds: readonly number[]): readonly Image[] {
    return imageIds.flatMap((imageId) => find(imageId) ?? []);
  }

  function textsOf(imageId: number): ImageTexts | null {
    const rows = texts.all(imageId);
    if (!rows[0]) return null;
    return {
      ocr: rows[0].text,
      names: [...new Set(rows.map(({ name }) => withoutExtension(name)))],
      folders: [...new Set(rows.map(({ root, directory }) => folderText(root, directory)))],
    };
  }

  return {
    counts: () => counts.get() ?? { folders: 0, files: 0, images: 0, pending: 0, failed: 0 },
    revision: () => revision.get() ?? 0,
    image(imageId) {
      const image = find(imageId);
      const rest = details.get(imageId);
      return image && rest ? { ...image, ...rest, paths: paths.all(imageId) } : null;
    },
    images: findAll,
    recentImages(limit, offset, filter = {}) {
      // Copies stand in the list once, at the newest; the statement reads no further than the page.
      const ids = new Set<number>();
      const set = pictureSet(filter);
      const rows = set ? newestFirst(set.sql).iterate(...set.parameters) : recent.iterate();
      for (const imageId of rows) {
        if (ids.size >= offset + limit) break;
        ids.add(imageId);
      }
      return findAll([...ids].slice(offset));
    },
    texts(imageIds) {
      return new Map(
        imageIds.flatMap((imageId): [number, ImageTexts][] => {
          const found = textsOf(imageId);
          return found ? [[imageId, found]] : [];
        }),
      );
    },
  };
}
