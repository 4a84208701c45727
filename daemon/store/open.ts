// Puts the store together: one connection, one object of verbs. Read this first, then store.ts.
import { statSync } from "node:fs";
import { createCare } from "./care.ts";
import { callingAfter, createCheckpointing } from "./checkpointing.ts";
import { type Connection, openDatabase } from "./database.ts";
import { createDuplicates } from "./duplicates.ts";
import { createFiles } from "./files.ts";
import { createFinding } from "./finding.ts";
import { createFolders } from "./folders.ts";
import { createImages } from "./images.ts";
import { createIndexes } from "./indexes.ts";
import { createMarks } from "./marks.ts";
import { createQueue } from "./queue.ts";
import { createReading } from "./reading.ts";
import { createRepair } from "./repair.ts";
import { createSketching } from "./sketching.ts";
import { translateErrorsOf, translateSqliteError } from "./sqlite-errors.ts";
import type { Store } from "./store.ts";
import { createTextIndex } from "./text-index.ts";
import { createTidying } from "./tidying.ts";
import { createTrashed } from "./trashed.ts";
import { createUses } from "./uses.ts";

export interface StoreOptions {
  /** The database file; its directory exists. */
  readonly path: string;
  /** Where thumbnails are; only for the paths in answers. */
  readonly thumbnailsDirectory: string;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** From so many pictures on, searches run in threads and by sketches. Only tests change it. */
  readonly largeFrom?: number;
  /** Files, or pictures, that are forgotten in one step. Only tests change it. */
  readonly forgottenAtOnce?: number;
  /** Files that are hidden or taken over in one step, or pictures that are looked at when another model is wanted. Only tests change it. */
  readonly queuedAtOnce?: number;
}

/** The exact scan of fewer vectors of 768 dimensions takes less than 5 ms; a thread and its memory would not be worth it. */
const LARGE_FROM = 5_000;
/** Some milliseconds, in which nobody is answered. */
const FORGOTTEN_AT_ONCE = 50;
/** That costs less, and each step writes the pages that it touches anew. */
const QUEUED_AT_ONCE = 500;

/**
 * Opens or creates the library. Throws AppError: database-corrupt, database-newer, database-unusable, disk-full.
 * The verbs throw AppError disk-full and database-corrupt likewise.
 */
export function openStore(options: StoreOptions): Store {
  const { path } = options;
  const db = openDatabase(path);
  try {
    return translateErrorsOf(createVerbs(db, options), path);
  } catch (error) {
    // Statements are prepared and the first rows read here: damage shows.
    db.close();
    throw translateSqliteError(error, path);
  }
}

function createVerbs(db: Connection, options: StoreOptions): Store {
  const { path, thumbnailsDirectory, now = Date.now, largeFrom = LARGE_FROM } = options;
  const { forgottenAtOnce = FORGOTTEN_AT_ONCE, queuedAtOnce = QUEUED_AT_ONCE } = options;
  const indexes = createIndexes(db, now, queuedAtOnce);
  const textIndex = createTextIndex(db);
  const images = createImages(db, indexes, textIndex, now, forgottenAtOnce);
  const sketching = createSketching(db, indexes, largeFrom);
  const reading = createReading(db, thumbnailsDirectory);
  const finding = createFinding(db, { path, thumbnailsDirectory }, reading, sketching, largeFrom);
  const checkpointing = createCheckpointing(db, path);
  const { imageOfContent, knowledge, linkKnown, saveImage, saveEmbedding, forgetMissing, hasThumbnail } = images;
  const verbs: Store = {
    ...createFolders(db, images, now, { hidden: queuedAtOnce, forgotten: forgottenAtOnce }),
    ...createFiles(db, indexes, images, now),
    ...createQueue(db, images, indexes),
    ...reading,
    ...createRepair(db, indexes, sketching, textIndex, now),
    ...createCare(db, path, thumbnailsDirectory, now),
    ...createTidying(db, indexes, checkpointing.caughtUp),
    ...createDuplicates(db, indexes, path),
    ...createMarks(db, textIndex, now),
    ...createUses(db, now),
    ...createTrashed(db, now),
    imageOfContent,
    knowledge,
    linkKnown,
    saveImage(file, image) {
      const imageId = saveImage(file, image);
      finding.saved();
      return imageId;
    },
    saveEmbedding(...embedded) {
      const imageId = saveEmbedding(...embedded);
      finding.saved();
      return imageId;
    },
    forgetMissing,
    hasThumbnail,
    useModel: indexes.useModel,
    queueSome: indexes.queueSome,
    activateIfComplete: indexes.activateIfComplete,
    knownIndexes: indexes.knownIndexes,
    buildingProgress: indexes.buildingProgress,
    forgetKept: indexes.forgetKept,
    dropSome: indexes.dropSome,
    activeIndex: () => indexes.active()?.index ?? null,
    embedding: (imageId) => indexes.active()?.nearly(imageId) ?? null,
    ...finding.verbs,
    caughtUp: checkpointing.caughtUp,
    sizeBytes: () => fileBytes(path) + fileBytes(`${path}-wal`) + fileBytes(`${path}-shm`),
    async endSearches() {
      await Promise.all([finding.close(), checkpointing.close()]);
    },
    close() {
      void finding.close();
      void checkpointing.close();
      db.close();
    },
  };
  return callingAfter(verbs, checkpointing.wrote);
}

function fileBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
