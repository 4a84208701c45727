// Files that wait to be read, and files that could not be. Rows only: a restart goes on where it stopped.
import { IN_CLOUD } from "../../shared/api.ts";
import type { Connection } from "./database.ts";
import type { Images } from "./images.ts";
import type { Indexes } from "./indexes.ts";
import { nsFromColumn } from "./nanoseconds.ts";
import type { PendingFile, Store, StoredFailure } from "./store.ts";
import { URGENCY } from "./urgency.ts";

type QueueVerbs = Pick<
  Store,
  "nextPending" | "saveFailure" | "forgetFile" | "requeueDueFailures" | "nextRetryAtMs" | "retryFailures" | "failures"
>;

interface PendingRow {
  readonly fileId: bigint;
  readonly folderId: bigint;
  readonly path: string;
  readonly sizeBytes: bigint;
  readonly modifiedNs: bigint;
  readonly attempts: bigint;
  readonly urgency: bigint;
}

interface Due {
  readonly nowMs: number;
  /** Nothing is put off for longer: the clock was set back. */
  readonly latestMs: number;
}
const LONGEST_PAUSE_MS = 86_400_000;

/**
 * Files that are in a cloud only; one can go on with AND. Asked with every status: the order of the tables is fixed, because SQLite would
 * rather read all files of a folder than the few failures of this kind, for which there is an index.
 */
export const COUNT_IN_CLOUD = `SELECT count(*) FROM failures INDEXED BY failures_in_cloud CROSS JOIN files ON files.id = file_id
  WHERE reason = '${IN_CLOUD}' AND files.state = 'failed' AND missing_at_ms IS NULL`;

export const PATH = "rtrim(directory, '/') || '/' || name";

export function createQueue(db: Connection, images: Images, indexes: Indexes): QueueVerbs {
  const readable = db
    .prepare<[], number>("SELECT id FROM folders WHERE pending > 0 AND state IN ('online', 'scanning')")
    .pluck();
  // The order is that of the index files_queue: nothing is sorted, however long the queue.
  const next = db
    .prepare<[number, number], PendingRow>(
      `SELECT id AS fileId, folder_id AS folderId, ${PATH} AS path, size_bytes AS sizeBytes, modified_ns AS modifiedNs, urgency,
         ifnull((SELECT attempts FROM failures WHERE file_id = files.id), 0) AS attempts
       FROM files WHERE folder_id = ? AND state = 'pending' AND missing_at_ms IS NULL
       ORDER BY urgency DESC, modified_ns DESC LIMIT ?`,
    )
    .safeIntegers();

  const setFailed = db.prepare<[number]>("UPDATE files SET state = 'failed' WHERE id = ?");
  const record = db.prepare<[number, string, string, string, number, number | null]>(
    `INSERT INTO failures (file_id, stage, reason, message, attempts, last_try_at_ms, retry_at_ms) VALUES (?, ?, ?, ?, 1, ?, ?)
     ON CONFLICT (file_id) DO UPDATE SET stage = excluded.stage, reason = excluded.reason, message = excluded.message,
       attempts = attempts + 1, last_try_at_ms = excluded.last_try_at_ms, retry_at_ms = excluded.retry_at_ms`,
  );
  const due = "SELECT file_id FROM failures WHERE retry_at_ms <= :nowMs OR retry_at_ms > :latestMs";
  const isDue = db.prepare<Due, number>(`SELECT EXISTS (${due})`).pluck();
  const requeueDue = db.prepare<Due>(
    `UPDATE files SET state = 'pending' WHERE state = 'failed' AND missing_at_ms IS NULL AND id IN (${due})`,
  );
  const requeueAll = db.prepare(
    `UPDATE files SET state = 'pending' WHERE state = 'failed' AND missing_at_ms IS NULL
     AND id IN (SELECT file_id FROM failures)`,
  );
  const requeueOne = db.prepare<[number]>(
    "UPDATE files SET state = 'pending' WHERE id = ? AND state = 'failed' AND missing_at_ms IS NULL",
  );
  const earliest = db
    .prepare<[], number>(
      `SELECT retry_at_ms FROM failures JOIN files ON files.id = file_id
       WHERE retry_at_ms IS NOT NULL AND state = 'failed' AND missing_at_ms IS NULL ORDER BY retry_at_ms LIMIT 1`,
    )
    .pluck();
  const page = db.prepare<[number, number], StoredFailure>(
    `SELECT file_id AS fileId, ${PATH} AS path, stage, reason, message, attempts,
       last_try_at_ms AS lastTryAtMs, retry_at_ms AS retryAtMs
     FROM failures JOIN files ON files.id = file_id WHERE state = 'failed' AND missing_at_ms IS NULL
     ORDER BY last_try_at_ms DESC, file_id LIMIT ? OFFSET ?`,
  );
  const total = db.prepare<[], number>("SELECT ifnull(sum(failed), 0) FROM folders").pluck();
  const deleteFile = db.prepare<[number]>("DELETE FROM files WHERE id = ?");

  const fail = db.transaction((...[file, failure, nowMs]: Parameters<Store["saveFailure"]>) => {
    const row = images.asTaken(file);
    if (!row) return;
    // A changed file that cannot be read no longer holds the picture it held.
    if (row.urgency !== URGENCY.embedding) images.unlink(file.fileId, row.imageId);
    setFailed.run(file.fileId);
    const { stage, reason, message, retryAtMs } = failure;
    record.run(file.fileId, stage, reason, message, nowMs, retryAtMs);
  });

  const forget = db.transaction((fileId: number) => {
    const imageId = images.ofFile(fileId);
    deleteFile.run(fileId);
    if (imageId !== null) images.filesChanged(imageId);
  });

  const retry = db.transaction((fileIds: readonly number[] | null): number =>
    fileIds === null
      ? requeueAll.run().changes
      : fileIds.reduce((count, fileId) => count + requeueOne.run(fileId).changes, 0),
  );

  return {
    nextPending(limit, exclude) {
      const rows = readable.all().flatMap((folderId) => next.all(folderId, limit + exclude.size));
      return rows
        .filter(({ fileId }) => !exclude.has(Number(fileId)))
        .sort((a, b) => Number(b.urgency - a.urgency) || compareNewest(a.modifiedNs, b.modifiedNs))
        .slice(0, limit)
        .map((row) => ({
          ...toPendingFile(row),
          indexId: indexes.indexFor(Number(row.urgency))?.id ?? 0,
          isArrival: Number(row.urgency) === URGENCY.arrival,
        }));
    },
    saveFailure: (file, failure, nowMs) => fail.immediate(file, failure, nowMs),
    forgetFile: (fileId) => forget.immediate(fileId),
    requeueDueFailures(nowMs) {
      const when = { nowMs, latestMs: nowMs + LONGEST_PAUSE_MS };
      return isDue.get(when) ? requeueDue.run(when).changes : 0;
    },
    nextRetryAtMs: () => earliest.get() ?? null,
    retryFailures: (fileIds) => retry.immediate(fileIds),
    failures: (limit, offset) => ({ failures: page.all(limit, offset), total: total.get() ?? 0 }),
  };
}

function compareNewest(a: bigint, b: bigint): number {
  return a < b ? 1 : a > b ? -1 : 0;
}

function toPendingFile(row: PendingRow): Omit<PendingFile, "indexId" | "isArrival"> {
  const { fileId, folderId, path, sizeBytes, modifiedNs, attempts } = row;
  return {
    fileId: Number(fileId),
    folderId: Number(folderId),
    path,
    sizeBytes: Number(sizeBytes),
    modifiedNs: nsFromColumn(modifiedNs),
    attempts: Number(attempts),
  };
}
