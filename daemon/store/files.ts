// Files on disk as the scanner sees them: known, new, changed, gone, back. Decides only whether a file must be read, never what is in it.
import { IN_CLOUD } from "../../shared/api.ts";
import type { Connection } from "./database.ts";
import { subtree } from "./directories.ts";
import type { Images } from "./images.ts";
import type { Indexes } from "./indexes.ts";
import { inodeFromColumn, inodeToColumn, nsFromColumn, nsToColumn } from "./nanoseconds.ts";
import type { DirectoryChanges, KnownFile, SeenFile, Store } from "./store.ts";
import { URGENCY } from "./urgency.ts";

type FileVerbs = Pick<Store, "knownFiles" | "knownDirectories" | "applyChanges">;

/** Two milliseconds. */
const KNOWN_AT_ONCE = 1_000;

interface KnownRow {
  readonly fileId: bigint;
  readonly name: string;
  readonly sizeBytes: bigint;
  readonly modifiedNs: bigint;
  readonly inode: bigint;
  readonly missing: bigint;
  readonly inCloud: bigint;
}
type SeenRow = readonly [number, string, string, number, bigint, bigint, number];

export function createFiles(db: Connection, indexes: Indexes, images: Images, now: () => number): FileVerbs {
  // `+folder_id` keeps SQLite from reading all files of the folder by the index that begins with it: a root may have hundreds of thousands.
  const known = db
    .prepare<[number, string, string], KnownRow>(
      `SELECT id AS fileId, name, size_bytes AS sizeBytes, modified_ns AS modifiedNs, inode, missing_at_ms IS NOT NULL AS missing,
         state = 'failed' AND EXISTS (SELECT 1 FROM failures WHERE file_id = files.id AND reason = '${IN_CLOUD}') AS inCloud
       FROM files WHERE +folder_id = ? AND directory = ? AND name > ? ORDER BY name LIMIT ${KNOWN_AT_ONCE}`,
    )
    .safeIntegers();
  // Jumps from directory to directory in the index instead of reading every file's row.
  const directories = db
    .prepare<{ root: string; from: string; before: string; folderId: number }, string>(
      `WITH RECURSIVE below (directory) AS (
         SELECT min(directory) FROM files WHERE directory >= :from AND directory < :before
         UNION ALL
         SELECT (SELECT min(directory) FROM files WHERE directory > below.directory AND directory < :before)
         FROM below WHERE below.directory IS NOT NULL
       )
       SELECT directory FROM (SELECT :root AS directory UNION SELECT directory FROM below) AS found
       WHERE EXISTS (
         SELECT 1 FROM files WHERE directory = found.directory AND +folder_id = :folderId AND missing_at_ms IS NULL)
       ORDER BY directory`,
    )
    .pluck();
  const lastScan = db
    .prepare<[number], number | null>("SELECT last_scan_at_ms FROM folders WHERE id = ? AND removed = 0")
    .pluck();
  const see = db.prepare<[...SeenRow], { id: number; imageId: number | null }>(
    `INSERT INTO files (folder_id, directory, name, size_bytes, modified_ns, inode, urgency) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (directory, name) DO UPDATE SET
       folder_id = excluded.folder_id, size_bytes = excluded.size_bytes, modified_ns = excluded.modified_ns,
       inode = excluded.inode, state = 'pending', urgency = excluded.urgency, missing_at_ms = NULL
     RETURNING id, image_id AS imageId`,
  );
  const forgetFailure = db.prepare<[number]>("DELETE FROM failures WHERE file_id = ?");
  const bringBack = db
    .prepare<[number], number | null>(
      "UPDATE files SET missing_at_ms = NULL WHERE id = ? AND missing_at_ms IS NOT NULL RETURNING image_id",
    )
    .pluck();
  /** It was away while another model took over. */
  const readAgain = db.prepare<[number, number | null]>(
    `UPDATE files SET state = 'pending', urgency = ${URGENCY.embedding}
     WHERE id = ? AND state = 'indexed' AND image_id IN (SELECT id FROM images WHERE index_id IS NOT ? OR reread = 1)`,
  );
  const markGone = db
    .prepare<[number, number], number | null>(
      "UPDATE files SET missing_at_ms = ? WHERE id = ? AND missing_at_ms IS NULL RETURNING image_id",
    )
    .pluck();

  function describeAll(imageIds: Iterable<number | null | undefined>): void {
    for (const imageId of new Set(imageIds)) if (imageId != null) images.filesChanged(imageId);
  }

  function seeFile(folderId: number, directory: string, file: SeenFile, urgency: number): number | null {
    const { name, sizeBytes, modifiedNs, inode } = file;
    const values = [nsToColumn(modifiedNs), inodeToColumn(inode)] as const;
    const row = see.get(folderId, directory, name, sizeBytes, ...values, urgency);
    if (row) forgetFailure.run(row.id);
    return row?.imageId ?? null;
  }

  const apply = db.transaction(({ folderId, directory, seen, returned, gone }: DirectoryChanges) => {
    const scannedAtMs = lastScan.get(folderId);
    // The root was removed while it was being scanned.
    if (scannedAtMs === undefined) return;
    const urgency = scannedAtMs === null ? URGENCY.backlog : URGENCY.arrival;
    const touched: (number | null | undefined)[] = [];
    for (const file of seen) touched.push(seeFile(folderId, directory, file, urgency));
    for (const fileId of returned) {
      touched.push(bringBack.get(fileId));
      readAgain.run(fileId, indexes.targetId());
    }
    for (const fileId of gone) touched.push(markGone.get(now(), fileId));
    describeAll(touched);
  });

  return {
    knownFiles: (folderId, directory, after = "") =>
      new Map(known.all(folderId, directory, after).map((row) => [row.name, toKnownFile(row)])),
    knownDirectories: (folderId, root) => directories.all({ root, folderId, ...subtree(root) }),
    applyChanges: (changes) => apply.immediate(changes),
  };
}

function toKnownFile({ fileId, name, sizeBytes, modifiedNs, inode, missing, inCloud }: KnownRow): KnownFile {
  return {
    fileId: Number(fileId),
    name,
    sizeBytes: Number(sizeBytes),
    modifiedNs: nsFromColumn(modifiedNs),
    inode: inodeFromColumn(inode),
    missing: missing === 1n,
    inCloud: inCloud === 1n,
  };
}
