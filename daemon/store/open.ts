// Puts the store together: one connection, one object of verbs. Read this first, then store.ts.
import { statSync } from "node:fs";
import { createCare } from "./care.ts";
import { type Connection, openDatabase } from "./database.ts";
import { createFiles } from "./files.ts";
import { createFolders } from "./folders.ts";
import { createImages } from "./images.ts";
import { createIndexes } from "./indexes.ts";
import { createMarks } from "./marks.ts";
import { createQueue } from "./queue.ts";
import { createReading } from "./reading.ts";
import { createRepair } from "./repair.ts";
import { createSpelling } from "./spelling.ts";
import { translateErrorsOf, translateSqliteError } from "./sqlite-errors.ts";
import type { Store } from "./store.ts";
import { createTextIndex } from "./text-index.ts";
import { createTextSearch } from "./text-search.ts";
import { createTrashed } from "./trashed.ts";
import { createUses } from "./uses.ts";

export interface StoreOptions {
  /** The database file; its directory exists. */
  readonly path: string;
  /** Where thumbnails are; only for the paths in answers. */
  readonly thumbnailsDirectory: string;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/**
 * Opens or creates the library. Throws AppError: database-corrupt, database-newer, database-unusable, disk-full.
 * The verbs throw AppError disk-full and database-corrupt likewise.
 */
export function openStore({ path, thumbnailsDirectory, now = Date.now }: StoreOptions): Store {
  const db = openDatabase(path);
  try {
    return translateErrorsOf(createVerbs(db, path, thumbnailsDirectory, now), path);
  } catch (error) {
    // Statements are prepared and the first rows read here: damage shows.
    db.close();
    throw translateSqliteError(error, path);
  }
}

function createVerbs(db: Connection, path: string, thumbnailsDirectory: string, now: () => number): Store {
  const indexes = createIndexes(db);
  const textIndex = createTextIndex(db);
  const images = createImages(db, indexes, textIndex, now);
  const { imageOfContent, isKnown, linkKnown, saveImage, forgetMissing, hasThumbnail } = images;
  return {
    ...createFolders(db, images, now),
    ...createFiles(db, indexes, images, now),
    ...createQueue(db, images),
    ...createReading(db, thumbnailsDirectory),
    ...createRepair(db, indexes, textIndex, now),
    ...createCare(db, indexes, path, thumbnailsDirectory, now),
    ...createMarks(db, textIndex, now),
    ...createUses(db, now),
    ...createTrashed(db, now),
    imageOfContent,
    isKnown,
    linkKnown,
    saveImage,
    forgetMissing,
    hasThumbnail,
    useModel: indexes.useModel,
    activateIfComplete: indexes.activateIfComplete,
    activeIndex: () => indexes.active()?.index ?? null,
    embedding: (imageId) => indexes.active()?.get(imageId) ?? null,
    nearest: (vector, limit, filter = {}) => indexes.active()?.nearest(vector, limit, filter) ?? [],
    matchText: createTextSearch(db),
    correctSpelling: createSpelling(db),
    sizeBytes: () => fileBytes(path) + fileBytes(`${path}-wal`) + fileBytes(`${path}-shm`),
    close: () => void db.close(),
  };
}

function fileBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
