// Pictures come and go: stored whole, linked to files, orphaned, forgotten. Every function here runs inside the caller's transaction or its own.
import type { Connection } from "./database.ts";
import type { Indexes } from "./indexes.ts";
import { nsFromColumn } from "./nanoseconds.ts";
import type { IndexedImage, PendingFile, Store } from "./store.ts";
import type { TextIndex } from "./text-index.ts";
import { URGENCY } from "./urgency.ts";

/** A file's row, when it is still the file that was taken from the queue. */
export interface TakenFile {
  readonly imageId: number | null;
  readonly urgency: number;
}

export interface Images
  extends Pick<Store, "imageOfContent" | "isKnown" | "linkKnown" | "saveImage" | "forgetMissing" | "hasThumbnail"> {
  /** Null when the file was removed, or changed since (invariant 3). A file that is missing now still counts: its content is of use. */
  asTaken(file: PendingFile): TakenFile | null;
  ofFile(fileId: number): number | null;
  /** The file no longer holds the picture. */
  unlink(fileId: number, imageId: number | null): void;
  /** Files were linked to the picture, or left it: brings its texts up to date, and starts its grace period when it was the last. */
  filesChanged(imageId: number): void;
  /** Removes pictures without files, with vectors and texts. Returns the thumbnails that nobody needs now. */
  remove(imageIds: Iterable<number>): readonly string[];
}

interface FileRow {
  readonly sizeBytes: bigint;
  readonly modifiedNs: bigint;
  readonly imageId: bigint | null;
  readonly urgency: bigint;
}

export function createImages(db: Connection, indexes: Indexes, texts: TextIndex, now: () => number): Images {
  const fileRow = db
    .prepare<[number], FileRow>(
      "SELECT size_bytes AS sizeBytes, modified_ns AS modifiedNs, image_id AS imageId, urgency FROM files WHERE id = ?",
    )
    .safeIntegers();
  const byHash = db.prepare<[string], { id: number; indexId: number | null }>(
    "SELECT id, index_id AS indexId FROM images WHERE content_hash = ?",
  );
  const insert = db.prepare<Record<string, string | number>>(
    `INSERT INTO images (content_hash, format, width, height, frames, thumbnail, text, indexed_at_ms, index_id)
     VALUES (:contentHash, :format, :width, :height, :frames, :thumbnail, :text, :indexedAtMs, :indexId)`,
  );
  const replace = db.prepare<Record<string, string | number>>(
    `UPDATE images SET format = :format, width = :width, height = :height, frames = :frames,
       thumbnail = :thumbnail, text = :text, indexed_at_ms = :indexedAtMs, index_id = :indexId
     WHERE content_hash = :contentHash`,
  );
  const putFingerprint = db.prepare<[number, Uint8Array]>(
    `INSERT INTO fingerprints (image_id, hashes) VALUES (?, ?)
     ON CONFLICT (image_id) DO UPDATE SET hashes = excluded.hashes WHERE hashes <> excluded.hashes`,
  );
  const compareAgain = db.prepare<[number]>("UPDATE images SET compared = 0 WHERE id = ?");
  const setImage = db.prepare<[number | null, number]>("UPDATE files SET image_id = ? WHERE id = ?");
  const finish = db.prepare<[number, number]>("UPDATE files SET image_id = ?, state = 'indexed' WHERE id = ?");
  /** Unchanged copies that waited for the same embedding, or failed to get it. */
  const finishCopies = db
    .prepare<[number], number>(
      `UPDATE files SET state = 'indexed' WHERE image_id = ? AND state <> 'indexed' AND urgency = ${URGENCY.embedding} RETURNING id`,
    )
    .pluck();
  const forgetFailure = db.prepare<[number]>("DELETE FROM failures WHERE file_id = ?");
  const hasFiles = db.prepare<[number], number>("SELECT EXISTS (SELECT 1 FROM files WHERE image_id = ?)").pluck();
  const setOrphaned = db.prepare<[number | null, number]>("UPDATE images SET orphaned_at_ms = ? WHERE id = ?");
  const removeRow = db.prepare<[number], string>("DELETE FROM images WHERE id = ? RETURNING thumbnail").pluck();
  const needsThumbnail = db
    .prepare<[string], number>("SELECT EXISTS (SELECT 1 FROM images WHERE thumbnail = ?)")
    .pluck();
  const orphans = db.prepare<[number], number>("SELECT id FROM images WHERE orphaned_at_ms < ?").pluck();
  const removeMissing = db
    .prepare<[number], number | null>(
      `DELETE FROM files WHERE missing_at_ms < ?
       AND folder_id IN (SELECT id FROM folders WHERE state IN ('online', 'scanning')) RETURNING image_id`,
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

  function unlink(fileId: number, imageId: number | null): void {
    if (imageId === null) return;
    setImage.run(null, fileId);
    filesChanged(imageId);
  }

  function link(fileId: number, before: number | null, imageId: number, isNewText: boolean): void {
    finish.run(imageId, fileId);
    forgetFailure.run(fileId);
    setOrphaned.run(null, imageId);
    texts.update(imageId, isNewText);
    if (before !== null && before !== imageId) filesChanged(before);
  }

  const knownImage = (contentHash: string): number | null => {
    const image = byHash.get(contentHash);
    return image && image.indexId !== null && image.indexId === indexes.targetId() ? image.id : null;
  };

  const linkKnown = db.transaction((file: PendingFile, contentHash: string): boolean => {
    const taken = asTaken(file);
    const imageId = knownImage(contentHash);
    if (!taken || imageId === null) return false;
    link(file.fileId, taken.imageId, imageId, false);
    return true;
  });

  /** Writes the picture's row and vector. */
  function write(image: IndexedImage, existing: number | undefined): number {
    const { embedding, fingerprint, ...columns } = image;
    const target = indexes.target();
    const values = { ...columns, indexedAtMs: now(), indexId: target.index.id };
    if (existing !== undefined) replace.run(values);
    const imageId = existing ?? Number(insert.run(values).lastInsertRowid);
    target.put(imageId, embedding);
    if (putFingerprint.run(imageId, fingerprint).changes > 0) compareAgain.run(imageId);
    return imageId;
  }

  const save = db.transaction((file: PendingFile, image: IndexedImage): number | null => {
    const taken = asTaken(file);
    if (!taken) return null;
    const known = knownImage(image.contentHash);
    const imageId = known ?? write(image, byHash.get(image.contentHash)?.id);
    link(file.fileId, taken.imageId, imageId, known === null);
    for (const fileId of finishCopies.all(imageId)) forgetFailure.run(fileId);
    return imageId;
  });

  function remove(imageIds: Iterable<number>): readonly string[] {
    const thumbnails = new Set<string>();
    const all = [...imageIds];
    for (const imageId of all) indexes.removeVectors(imageId);
    // Texts in one run: FTS5 writes out all it has gathered whenever another statement's savepoint comes between, four times the work.
    for (const imageId of all) texts.remove(imageId);
    for (const imageId of all) {
      const thumbnail = removeRow.get(imageId);
      if (thumbnail !== undefined) thumbnails.add(thumbnail);
    }
    return [...thumbnails].filter((thumbnail) => !needsThumbnail.get(thumbnail));
  }

  /** What went missing in a future that the clock has left again counts as missing from now on. */
  const returnToPresent = [
    "files SET missing_at_ms = :nowMs WHERE missing_at_ms",
    "images SET orphaned_at_ms = :nowMs WHERE orphaned_at_ms",
  ].map((update) => db.prepare<{ nowMs: number }>(`UPDATE ${update} > :nowMs`));

  const forgetMissing = db.transaction((beforeMs: number): readonly string[] => {
    for (const update of returnToPresent) update.run({ nowMs: now() });
    const left = removeMissing.all(beforeMs).filter((imageId) => imageId !== null && !hasFiles.get(imageId));
    return remove(new Set([...(left as number[]), ...orphans.all(beforeMs)]));
  });

  return {
    asTaken,
    ofFile: (fileId) => {
      const imageId = fileRow.get(fileId)?.imageId ?? null;
      return imageId === null ? null : Number(imageId);
    },
    unlink,
    filesChanged,
    remove,
    imageOfContent: (contentHash) => byHash.get(contentHash)?.id ?? null,
    isKnown: (contentHash) => knownImage(contentHash) !== null,
    linkKnown: (file, contentHash) => linkKnown.immediate(file, contentHash),
    saveImage: (file, image) => save.immediate(file, image),
    forgetMissing: (beforeMs) => forgetMissing.immediate(beforeMs),
    hasThumbnail: (name) => needsThumbnail.get(name) === 1,
  };
}
