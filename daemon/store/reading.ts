// Pictures as the API shows them, and what is known about the library as a whole. Reads only.
import { join } from "node:path";
import { type Image, type ImageDetails, type ImageFormat, ROUTES } from "../../shared/api.ts";
import type { Connection } from "./database.ts";
import { MODIFIED_AT_MS, nsFromColumn } from "./nanoseconds.ts";
import { pictureSet, SHOWN_PICTURES } from "./picture-set.ts";
import { COUNT_IN_CLOUD, PATH } from "./queue.ts";
import { createScenes } from "./scenes.ts";
import type { FileOfImage, ImageTexts, LibraryCounts, Page, SearchFilter, Store } from "./store.ts";
import { folderText, withoutExtension } from "./text-index.ts";

type Verbs = "counts" | "revision" | "image" | "images" | "scene" | "randomImage" | "filesOf" | "texts";
export interface Reading extends Pick<Store, Verbs> {
  /** See the store's verb. */
  recentImages(limit: number, offset: number, filter?: SearchFilter, exclude?: ReadonlySet<number>): readonly Image[];
}

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
  readonly favourite: number;
  readonly hidden: number;
  readonly tags: string;
  readonly thumbnail: string;
  readonly contentHash: string;
  readonly indexedAtMs: number;
}
type DetailRow = Pick<ImageDetails, "text" | "contentHash" | "indexedAtMs">;
interface FileRow {
  readonly fileId: bigint;
  readonly folderId: bigint;
  readonly path: string;
  readonly sizeBytes: bigint;
  readonly modifiedNs: bigint;
  readonly online: bigint;
}
interface TextRow {
  readonly imageId: number;
  readonly text: string;
  readonly words: Buffer | null;
  readonly tags: string;
  readonly root: string;
  readonly directory: string;
  readonly name: string;
}

/** Present files of a picture, best first: one that can be read before one that cannot, the newest first. */
const ANY_CONNECTED = `EXISTS (SELECT 1 FROM files JOIN folders ON folders.id = folder_id
  WHERE image_id = images.id AND missing_at_ms IS NULL AND folders.state <> 'offline')`;
const BEST_FIRST = "folders.state IN ('online', 'scanning') DESC, modified_ns DESC, files.id";
/** With that many misses the pictures that can be shown are few. */
const RANDOM_TRIES = 32;
/** Files of a removed root that are still to be hidden are nobody's. */
const OF_FOLDERS = "JOIN folders ON folders.id = folder_id AND removed <> 1";
const OF_FILES = `${OF_FOLDERS} JOIN images ON images.id = image_id`;
/** The pictures of a JSON list of ids. */
const ALL_WANTED = `json_each(?) AS wanted CROSS JOIN files ON image_id = wanted.value ${OF_FILES} WHERE true`;
const FILES_OF_IMAGE = `files ${OF_FOLDERS} WHERE image_id = ? AND missing_at_ms IS NULL`;

export function createReading(db: Connection, thumbnailsDirectory: string): Reading {
  const counts = db.prepare<[], LibraryCounts>(
    `SELECT count(*) FILTER (WHERE removed = 0) AS folders, ifnull(sum(files), 0) AS files, (SELECT images FROM library) AS images,
       ifnull(sum(iif(state IN ('online', 'scanning'), pending, 0)), 0) AS pending, ifnull(sum(failed), 0) - (${COUNT_IN_CLOUD}) AS failed, (${COUNT_IN_CLOUD}) AS inCloud
     FROM folders WHERE removed <> 1`,
  );
  const scenes = createScenes(db);
  const revision = db.prepare<[], number>("SELECT revision FROM library").pluck();
  const select = (offline: string, from: string): string =>
    `SELECT images.id, ${PATH} AS path, name, folder_id AS folderId, format, width, height, frames, size_bytes AS sizeBytes,
       ${MODIFIED_AT_MS} AS modifiedAtMs, ${offline} AS offline, present AS copies,
       images.favourite_at_ms IS NOT NULL AS favourite, images.hidden, images.tags, thumbnail, content_hash AS contentHash, indexed_at_ms AS indexedAtMs
     FROM ${from} AND missing_at_ms IS NULL`;
  // Nearly every picture is one file: nothing to sort, and one statement for a page of them is three times as quick as one for each.
  const ofOneFile = db.prepare<[string], ImageRow>(
    `${select("folders.state = 'offline'", ALL_WANTED)} AND present = 1`,
  );
  const ofSeveral = db.prepare<[number], ImageRow>(
    `${select("min(folders.state = 'offline') OVER ()", `files ${OF_FILES} WHERE image_id = ?`)} ORDER BY ${BEST_FIRST} LIMIT 1`,
  );
  const details = db.prepare<[number], DetailRow>(
    "SELECT text, content_hash AS contentHash, indexed_at_ms AS indexedAtMs FROM images WHERE id = ?",
  );
  const paths = db.prepare<[number], string>(`SELECT ${PATH} FROM ${FILES_OF_IMAGE} ORDER BY ${BEST_FIRST}`).pluck();
  const newestFirst = (set: string) => db.prepare<unknown[], number>(`${set} ORDER BY files.modified_ns DESC`).pluck();
  const recent = newestFirst(SHOWN_PICTURES);
  const files = db
    .prepare<[number], FileRow>(
      `SELECT files.id AS fileId, folder_id AS folderId, ${PATH} AS path, size_bytes AS sizeBytes, modified_ns AS modifiedNs,
         folders.state IN ('online', 'scanning') AS online
       FROM ${FILES_OF_IMAGE} ORDER BY ${BEST_FIRST}`,
    )
    .safeIntegers();
  const highestId = db.prepare<[], number | null>("SELECT max(id) FROM images").pluck();
  const isShown = db
    .prepare<[number], number>("SELECT EXISTS (SELECT 1 FROM images WHERE id = ? AND present > 0 AND hidden = 0)")
    .pluck();
  const texts = db.prepare<[string], TextRow>(
    `SELECT image_id AS imageId, text, images.tags, folders.path AS root, directory, name,
       (SELECT words FROM word_boxes WHERE image_id = images.id) AS words
     FROM ${ALL_WANTED} AND missing_at_ms IS NULL ORDER BY image_id, ${BEST_FIRST}`,
  );

  function toImage(row: ImageRow): Image {
    const { thumbnail, offline, favourite, hidden, tags, contentHash, indexedAtMs, ...image } = row;
    // Ids begin anew with a new library on the same port, and a picture read again has a new thumbnail.
    const version = `${contentHash.slice(0, 16)}-${indexedAtMs.toString(36)}`;
    return {
      ...image,
      offline: offline === 1,
      favourite: favourite === 1,
      hidden: hidden === 1,
      tags: linesOf(tags),
      thumbnailUrl: `${ROUTES.thumbnail.path.replace(":id", String(row.id))}?v=${version}`,
      thumbnailPath: thumbnail === "" ? null : join(thumbnailsDirectory, thumbnail),
    };
  }

  const findAll = db.transaction((imageIds: readonly number[]): readonly Image[] => {
    const found = new Map(ofOneFile.all(JSON.stringify(imageIds)).map((row) => [row.id, row]));
    return imageIds.flatMap((imageId) => {
      const row = found.get(imageId) ?? ofSeveral.get(imageId);
      return row ? toImage(row) : [];
    });
  });

  function find(imageId: number): Image | null {
    return findAll([imageId])[0] ?? null;
  }

  return {
    counts: () => counts.get() ?? { folders: 0, files: 0, images: 0, pending: 0, failed: 0, inCloud: 0 },
    revision: () => revision.get() ?? 0,
    image(imageId) {
      const image = find(imageId);
      const rest = details.get(imageId);
      return image && rest ? { ...image, ...rest, paths: paths.all(imageId) } : null;
    },
    images: findAll,
    scene(imageId, number) {
      const scene = scenes.find(imageId, number);
      return (
        scene && { frame: scene.frame, atMs: scene.atMs, thumbnailPath: join(thumbnailsDirectory, scene.thumbnail) }
      );
    },
    recentImages(limit, offset, filter = {}, exclude = new Set()) {
      // Copies stand in the list once, at the newest; the statement reads no further than the page.
      const ids = new Set<number>();
      const set = pictureSet(filter);
      const rows = set ? newestFirst(set.sql).iterate(...set.parameters) : recent.iterate();
      for (const imageId of rows) {
        if (ids.size >= offset + limit) break;
        if (!exclude.has(imageId)) ids.add(imageId);
      }
      return findAll([...ids].slice(offset));
    },
    randomImage(filter = {}) {
      const ids = highestId.get() ?? 0;
      const set = pictureSet(filter);
      // Nearly every id is a picture that can be shown: a few throws of dice, before all of them are read.
      for (let thrown = 0; set === null && thrown < RANDOM_TRIES; thrown++) {
        const imageId = 1 + Math.floor(Math.random() * ids);
        const image = isShown.get(imageId) ? find(imageId) : null;
        if (image && !image.offline) return image;
      }
      const { sql, parameters } = set ?? { sql: SHOWN_PICTURES, parameters: [] };
      const any = db.prepare<unknown[], number>(
        `SELECT id FROM images WHERE id IN (${sql}) ORDER BY ${ANY_CONNECTED} DESC, random() LIMIT 1`,
      );
      const imageId = any.pluck().get(...parameters);
      return imageId === undefined ? null : find(imageId);
    },
    filesOf: (imageId) => files.all(imageId).map(toFileOfImage),
    texts(imageIds) {
      const rowsOf = Map.groupBy(texts.all(JSON.stringify(imageIds)), ({ imageId }) => imageId);
      return new Map([...rowsOf].map(([imageId, rows]) => [imageId, toTexts(rows)]));
    },
  };
}

export function pageOf({ images, texts }: Reading): (imageIds: readonly number[], textsOf: readonly number[]) => Page {
  return (imageIds, textsOf) => ({ images: images(imageIds), texts: texts(textsOf) });
}

/** Of one picture, a row for each file. */
function toTexts(rows: readonly TextRow[]): ImageTexts {
  return {
    ocr: rows[0]?.text ?? "",
    ocrBoxes: new Uint8Array(rows[0]?.words ?? []),
    names: [...new Set(rows.map(({ name }) => withoutExtension(name)))],
    folders: [...new Set(rows.map(({ root, directory }) => folderText(root, directory)))],
    tags: linesOf(rows[0]?.tags ?? ""),
  };
}

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.split("\n");
}

function toFileOfImage({ fileId, folderId, path, sizeBytes, modifiedNs, online }: FileRow): FileOfImage {
  return {
    fileId: Number(fileId),
    folderId: Number(folderId),
    path,
    sizeBytes: Number(sizeBytes),
    modifiedNs: nsFromColumn(modifiedNs),
    online: online === 1n,
  };
}
