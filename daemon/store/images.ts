// Pictures come and go: stored whole, linked to files, orphaned, forgotten. Every function here runs inside the caller's transaction or its own.
import type { Connection } from "./database.ts";
import { createIdentity, type KnownImage } from "./identity.ts";
import type { Indexes } from "./indexes.ts";
import { nsFromColumn } from "./nanoseconds.ts";
import { createScenes, vectorId } from "./scenes.ts";
import type { Embeddings, IndexedImage, Knowledge, PendingFile, Store } from "./store.ts";
import type { TextIndex } from "./text-index.ts";
import { URGENCY } from "./urgency.ts";
import type { VectorTable } from "./vector-table.ts";
import { packWords } from "./word-boxes.ts";

/** A file's row, when it is still the file that was taken from the queue. */
export interface TakenFile {
  readonly imageId: number | null;
  readonly urgency: number;
}

type ImageVerbs =
  | "imageOfContent"
  | "knowledge"
  | "linkKnown"
  | "saveImage"
  | "saveEmbedding"
  | "forgetMissing"
  | "hasThumbnail";

export interface Images extends Pick<Store, ImageVerbs> {
  /** Null when the file was removed, or changed since (invariant 3). A file that is missing now still counts: its content is of use. */
  asTaken(file: PendingFile): TakenFile | null;
  ofFile(fileId: number): number | null;
  /** The file no longer holds the picture. */
  unlink(fileId: number, imageId: number | null): void;
  /** Files were linked to the picture, or left it: brings its texts up to date, and starts its grace period when it was the last. */
  filesChanged(imageId: number): void;
  /** Rows of files that held these pictures were removed for good: pictures of no other file are hidden, and forgotten by the next forgetMissing. */
  filesForgotten(imageIds: readonly (number | null)[]): void;
}

interface FileRow {
  readonly sizeBytes: bigint;
  readonly modifiedNs: bigint;
  readonly imageId: bigint | null;
  readonly urgency: bigint;
}

/** Orphaned since the beginning of time: its grace period is over. */
const NOBODY_WAITS_MS = 0;

/** @param atOnce rows forgotten in one step */
export function createImages(
  db: Connection,
  indexes: Indexes,
  texts: TextIndex,
  now: () => number,
  atOnce: number,
): Images {
  const fileRow = db
    .prepare<[number], FileRow>(
      "SELECT size_bytes AS sizeBytes, modified_ns AS modifiedNs, image_id AS imageId, urgency FROM files WHERE id = ?",
    )
    .safeIntegers();
  const identity = createIdentity(db);
  const scenes = createScenes(db);
  const insert = db.prepare<Record<string, string | number | null>>(
    `INSERT INTO images (content_hash, pixel_hash, format, width, height, frames, thumbnail, text, indexed_at_ms, index_id)
     VALUES (:knownAs, :pixelHash, :format, :width, :height, :frames, :thumbnail, :text, :indexedAtMs, :indexId)`,
  );
  const replace = db.prepare<Record<string, string | number | null>>(
    `UPDATE images SET pixel_hash = :pixelHash, format = :format, width = :width, height = :height, frames = :frames,
       thumbnail = :thumbnail, text = :text, indexed_at_ms = :indexedAtMs, reread = 0
     WHERE content_hash = :knownAs`,
  );
  const putFingerprint = db.prepare<[number, Uint8Array]>(
    `INSERT INTO fingerprints (image_id, hashes) VALUES (?, ?)
     ON CONFLICT (image_id) DO UPDATE SET hashes = excluded.hashes WHERE hashes <> excluded.hashes`,
  );
  const putWords = db.prepare<[number, Uint8Array]>(
    `INSERT INTO word_boxes (image_id, words) VALUES (?, ?) ON CONFLICT (image_id) DO UPDATE SET words = excluded.words`,
  );
  const removeWords = db.prepare<[number]>("DELETE FROM word_boxes WHERE image_id = ?");
  const compareAgain = db.prepare<[number]>("UPDATE images SET compared = 0 WHERE id = ?");
  const setImage = db.prepare<[number | null, number]>("UPDATE files SET image_id = ? WHERE id = ?");
  const finish = db.prepare<[number, number]>("UPDATE files SET image_id = ?, state = 'indexed' WHERE id = ?");
  const waitAgain = db.prepare<[number, number]>(
    `UPDATE files SET image_id = ?, state = 'pending', urgency = ${URGENCY.embedding} WHERE id = ?`,
  );
  const setHolder = db.prepare<[number, number]>("UPDATE images SET index_id = ? WHERE id = ?");
  /** Unchanged copies that waited for the same embedding, or failed to get it. */
  const finishCopies = db
    .prepare<[number], number>(
      `UPDATE files SET state = 'indexed' WHERE image_id = ? AND state <> 'indexed' AND urgency = ${URGENCY.embedding} RETURNING id`,
    )
    .pluck();
  const forgetFailure = db.prepare<[number]>("DELETE FROM failures WHERE file_id = ?");
  const hasFiles = db.prepare<[number], number>("SELECT EXISTS (SELECT 1 FROM files WHERE image_id = ?)").pluck();
  const setOrphaned = db.prepare<[number | null, number]>("UPDATE images SET orphaned_at_ms = ? WHERE id = ?");
  const removeRow = db.prepare<[number], { thumbnail: string; knownAs: string }>(
    "DELETE FROM images WHERE id = ? RETURNING thumbnail, content_hash AS knownAs",
  );
  const needsThumbnail = db
    .prepare<{ name: string }, number>(
      "SELECT EXISTS (SELECT 1 FROM images WHERE thumbnail = :name) OR EXISTS (SELECT 1 FROM scenes WHERE thumbnail = :name)",
    )
    .pluck();
  const orphans = db
    .prepare<[number, number], number>("SELECT id FROM images WHERE orphaned_at_ms < ? LIMIT ?")
    .pluck();
  const removeMissing = db
    .prepare<[number, number], number | null>(
      `DELETE FROM files WHERE id IN (SELECT id FROM files WHERE missing_at_ms < ?
         AND folder_id IN (SELECT id FROM folders WHERE state IN ('online', 'scanning')) LIMIT ?) RETURNING image_id`,
    )
    .pluck();

  function asTaken({ fileId, sizeBytes, modifiedNs }: PendingFile): TakenFile | null {
    const row = fileRow.get(fileId);
    if (!row || Number(row.sizeBytes) !== sizeBytes || nsFromColumn(row.modifiedNs) !== modifiedNs) return null;
    return { imageId: row.imageId === null ? null : Number(row.imageId), urgency: Number(row.urgency) };
  }

  function filesChanged(imageId: number): void {
    if (hasFiles.get(imageId)) texts.update(imageId);
    else setOrphaned.run(now(), imageId);
  }

  function filesForgotten(imageIds: readonly (number | null)[]): void {
    for (const imageId of new Set(imageIds)) {
      if (imageId === null) continue;
      if (hasFiles.get(imageId)) texts.update(imageId);
      else setOrphaned.run(NOBODY_WAITS_MS, imageId);
    }
  }

  function unlink(fileId: number, imageId: number | null): void {
    if (imageId === null) return;
    setImage.run(null, fileId);
    filesChanged(imageId);
  }

  function link(fileId: number, before: number | null, imageId: number, isNewText: boolean): void {
    const isDone = indexes.target().has(imageId);
    (isDone ? finish : waitAgain).run(imageId, fileId);
    forgetFailure.run(fileId);
    setOrphaned.run(null, imageId);
    texts.update(imageId, isNewText);
    if (before !== null && before !== imageId) filesChanged(before);
  }

  function knowledgeOf(image: KnownImage | null, indexId: number): Knowledge {
    if (!image || image.reread === 1) return "unknown";
    return indexes.table(indexId)?.has(image.id) ? "whole" : "lacks-embedding";
  }

  const linkKnown = db.transaction((file: PendingFile, contentHash: string, pixelHash: string | null): boolean => {
    const taken = asTaken(file);
    const image = identity.find(contentHash, pixelHash);
    if (!taken || !image || knowledgeOf(image, file.indexId) !== "whole") return false;
    identity.adopt(image, contentHash, pixelHash);
    link(file.fileId, taken.imageId, image.id, false);
    return true;
  });

  /** Puts the vectors into the index they are for, and lets all files go that waited for them. */
  function embed(table: VectorTable, imageId: number, [embedding, ...ofScenes]: Embeddings): void {
    table.put(imageId, embedding);
    for (const [index, vector] of ofScenes.entries()) {
      // A scene that is not known would have no thumbnail.
      if (scenes.find(imageId, index + 1)) table.put(vectorId(imageId, index + 1), vector);
    }
    const { id } = table.index;
    const targetId = indexes.targetId();
    // The newest index that holds it counts.
    setHolder.run(indexes.target().has(imageId) && targetId !== null ? targetId : id, imageId);
    if (id === targetId) for (const fileId of finishCopies.all(imageId)) forgetFailure.run(fileId);
  }

  /** Writes the picture's row. */
  function write(image: IndexedImage, existing: KnownImage | null, indexId: number): number {
    const { embedding: _vector, scenes: found, fingerprint, words, contentHash, ...columns } = image;
    const knownAs = existing?.knownAs ?? identity.nameOf(contentHash);
    const values = { ...columns, knownAs, indexedAtMs: now(), indexId };
    if (existing) replace.run(values);
    const imageId = existing?.id ?? Number(insert.run(values).lastInsertRowid);
    if (words.length > 0) putWords.run(imageId, packWords(words));
    else removeWords.run(imageId);
    indexes.removeVectors(scenes.set(imageId, found));
    if (putFingerprint.run(imageId, fingerprint).changes > 0) compareAgain.run(imageId);
    return imageId;
  }

  /** The index that the file was read for; a daemon that never chose a model has none at all. */
  const tableFor = (file: PendingFile): VectorTable | null => indexes.target() && indexes.table(file.indexId);

  const save = db.transaction((file: PendingFile, image: IndexedImage): number | null => {
    const taken = asTaken(file);
    const table = tableFor(file);
    if (!taken || !table) return null;
    const { contentHash, pixelHash } = image;
    const known = identity.find(contentHash, pixelHash);
    if (known) identity.adopt(known, contentHash, pixelHash);
    const isKnown = knowledgeOf(known, file.indexId) === "whole";
    const imageId = isKnown && known ? known.id : write(image, known, table.index.id);
    if (!isKnown) embed(table, imageId, [image.embedding, ...image.scenes.map(({ embedding }) => embedding)]);
    link(file.fileId, taken.imageId, imageId, !isKnown);
    return imageId;
  });

  const saveEmbedding = db.transaction(
    (file: PendingFile, contentHash: string, embeddings: Embeddings, pixelHash: string | null): number | null => {
      const taken = asTaken(file);
      const table = tableFor(file);
      const image = identity.find(contentHash, pixelHash);
      if (!taken || !table || !image || image.reread === 1) return null;
      identity.adopt(image, contentHash, pixelHash);
      if (!table.has(image.id)) embed(table, image.id, embeddings);
      link(file.fileId, taken.imageId, image.id, false);
      return image.id;
    },
  );

  /** Removes pictures without files, with vectors and texts. Returns the thumbnails that nobody needs now. */
  function remove(all: readonly number[]): readonly string[] {
    const thumbnails = new Set<string>();
    for (const imageId of all) indexes.removeVectors(scenes.vectorsOf(imageId));
    // Texts in one run: FTS5 writes out all it has gathered whenever another statement's savepoint comes between, four times the work.
    for (const imageId of all) texts.remove(imageId);
    for (const imageId of all) {
      for (const thumbnail of scenes.thumbnailsOf(imageId)) thumbnails.add(thumbnail);
      const removed = removeRow.get(imageId);
      if (!removed) continue;
      thumbnails.add(removed.thumbnail);
      identity.forget(removed.knownAs);
    }
    return [...thumbnails].filter((thumbnail) => !needsThumbnail.get({ name: thumbnail }));
  }

  /** What went missing in a future that the clock has left again counts as missing from now on. */
  const returnToPresent = [
    "files SET missing_at_ms = :nowMs WHERE missing_at_ms",
    "images SET orphaned_at_ms = :nowMs WHERE orphaned_at_ms",
  ].map((update) => db.prepare<{ nowMs: number }>(`UPDATE ${update} > :nowMs`));

  const forgetMissing = db.transaction((beforeMs: number): readonly string[] | null => {
    for (const update of returnToPresent) update.run({ nowMs: now() });
    const left = removeMissing.all(beforeMs, atOnce);
    filesForgotten(left);
    if (left.length > 0) return [];
    const forgotten = orphans.all(beforeMs, atOnce);
    return forgotten.length > 0 ? remove(forgotten) : null;
  });

  return {
    asTaken,
    ofFile: (fileId) => {
      const imageId = fileRow.get(fileId)?.imageId ?? null;
      return imageId === null ? null : Number(imageId);
    },
    unlink,
    filesChanged,
    filesForgotten,
    imageOfContent: (contentHash) => identity.find(contentHash, null)?.id ?? null,
    knowledge: (contentHash, indexId, pixelHash = null) => knowledgeOf(identity.find(contentHash, pixelHash), indexId),
    linkKnown: (file, contentHash, pixelHash = null) => linkKnown.immediate(file, contentHash, pixelHash),
    saveImage: (file, image) => save.immediate(file, image),
    saveEmbedding: (file, contentHash, embeddings, pixelHash = null) =>
      saveEmbedding.immediate(file, contentHash, embeddings, pixelHash),
    forgetMissing: (beforeMs) => forgetMissing.immediate(beforeMs),
    hasThumbnail: (name) => needsThumbnail.get({ name }) === 1,
  };
}
