// Roots: added, removed, their state. Taking over nested roots and forgetting a root's files happen here.
import type { FolderState } from "../../shared/api.ts";
import { AppError } from "../errors.ts";
import type { Connection } from "./database.ts";
import { subtree } from "./directories.ts";
import type { Images } from "./images.ts";
import { COUNT_IN_CLOUD } from "./queue.ts";
import type { Store, StoredFolder } from "./store.ts";

type FolderVerbs = Pick<
  Store,
  | "addFolder"
  | "takeFiles"
  | "removeFolder"
  | "hideFiles"
  | "forgetFiles"
  | "folders"
  | "setFolderState"
  | "setFolderScanned"
>;

const COLUMNS = `id, path, state, added_at_ms AS addedAtMs, last_scan_at_ms AS lastScanAtMs, files, pending,
  failed - (${COUNT_IN_CLOUD} AND folder_id = folders.id) AS failed`;

/** Values of folders.removed: forgotten, and part of the root above it; either until its files have followed. */
const REMOVED = 1;
const TAKEN = 2;

/** Rows in one step. */
interface AtOnce {
  /** Or taken over. */
  readonly hidden: number;
  readonly forgotten: number;
}

export function createFolders(db: Connection, images: Images, now: () => number, atOnce: AtOnce): FolderVerbs {
  const all = db.prepare<[], StoredFolder>(`SELECT ${COLUMNS} FROM folders WHERE removed = 0 ORDER BY path`);
  const byId = db.prepare<[number], StoredFolder>(`SELECT ${COLUMNS} FROM folders WHERE id = ? AND removed = 0`);
  const byPath = db.prepare<[string], StoredFolder>(`SELECT ${COLUMNS} FROM folders WHERE path = ? AND removed = 0`);
  const insert = db.prepare<[string, number]>("INSERT INTO folders (path, added_at_ms) VALUES (?, ?)");
  const inside = db.prepare<[string, string], number>("SELECT id FROM folders WHERE path >= ? AND path < ?").pluck();
  const above = db.prepare<[string, string], { id: number; path: string }>(
    `SELECT id, path FROM folders
     WHERE path <> ? AND substr(?, 1, length(rtrim(path, '/')) + 1) = rtrim(path, '/') || '/' AND removed = 0`,
  );
  const markTaken = db.prepare<[number]>(`UPDATE folders SET removed = ${TAKEN} WHERE id = ?`);
  const taken = db.prepare<[], { id: number; path: string }>(
    `SELECT id, path FROM folders WHERE removed = ${TAKEN} LIMIT 1`,
  );
  const moveFiles = db.prepare<[number, number, number]>(
    "UPDATE files SET folder_id = ? WHERE id IN (SELECT id FROM files WHERE folder_id = ? LIMIT ?)",
  );
  const remove = db.prepare<[number]>("DELETE FROM folders WHERE id = ?");
  // Offline, nothing of it is read or waited for. No path is a number, so that it is in nobody's way.
  const markRemoved = db.prepare<[number]>(
    `UPDATE folders SET removed = ${REMOVED}, state = 'offline', path = CAST(id AS TEXT) WHERE id = ?`,
  );
  const removed = db.prepare<[], number>(`SELECT id FROM folders WHERE removed = ${REMOVED} LIMIT 1`).pluck();
  const removedFrom = db
    .prepare<[number], number>(`SELECT id FROM folders WHERE removed = ${REMOVED} AND id >= ? ORDER BY id LIMIT 1`)
    .pluck();
  // In the order of an index, and of the pictures' rows: the pages that a step writes are few.
  const hideSome = db
    .prepare<[number, number, number, number], number>(
      `UPDATE files SET missing_at_ms = ? WHERE id IN (
         SELECT id FROM files WHERE folder_id = ? AND image_id >= ? AND missing_at_ms IS NULL ORDER BY image_id LIMIT ?)
       RETURNING image_id`,
    )
    .pluck();
  const removeFiles = db
    .prepare<[number, number], number | null>(
      "DELETE FROM files WHERE id IN (SELECT id FROM files WHERE folder_id = ? LIMIT ?) RETURNING image_id",
    )
    .pluck();
  const setState = db.prepare<[FolderState, number]>("UPDATE folders SET state = ? WHERE id = ? AND removed = 0");
  const setScanned = db.prepare<[number, number]>("UPDATE folders SET last_scan_at_ms = ? WHERE id = ?");

  function known(folder: StoredFolder | undefined): StoredFolder {
    if (!folder) throw new AppError("folder-not-found", "There is no such folder in the library.");
    return folder;
  }

  const add = db.transaction((path: string): StoredFolder => {
    if (byPath.get(path)) throw new AppError("folder-exists", `${path} is watched already.`);
    const outer = above.get(path, path);
    if (outer !== undefined) {
      throw new AppError("folder-inside", `${path} is inside ${outer.path}, which is watched already.`, {
        hint: "Its pictures are found; there is nothing to add.",
      });
    }
    const id = Number(insert.run(path, now()).lastInsertRowid);
    const inner = insideOf(path).filter((innerId) => innerId !== id);
    for (const innerId of inner) markTaken.run(innerId);
    // All there is to do when they are not large.
    for (const _ of inner) takeSome();
    return known(byId.get(id));
  });

  function insideOf(path: string): readonly number[] {
    const { from, before } = subtree(path);
    return inside.all(from, before);
  }

  function takeSome(): boolean {
    const inner = taken.get();
    const outer = inner && above.get(inner.path, inner.path);
    if (!inner || !outer) return false;
    if (moveFiles.run(outer.id, inner.id, atOnce.hidden).changes < atOnce.hidden) remove.run(inner.id);
    return true;
  }
  const takeFiles = db.transaction(takeSome);

  const forget = db.transaction((folderId: number): void => {
    const { path } = known(byId.get(folderId));
    // What is still to be taken over goes with it.
    for (const id of [folderId, ...insideOf(path)]) markRemoved.run(id);
  });

  /** How far hideFiles has come. Beginning anew costs little: what is hidden already is passed over in the index. */
  let hiddenUntil = { folderId: 0, imageId: 0 };
  const hideFiles = db.transaction((): boolean => {
    const folderId = removedFrom.get(hiddenUntil.folderId);
    const from = folderId === hiddenUntil.folderId ? hiddenUntil.imageId : 0;
    hiddenUntil = { folderId: 0, imageId: 0 };
    if (folderId === undefined) return false;
    const imageIds = hideSome.all(now(), folderId, from, atOnce.hidden);
    for (const imageId of new Set(imageIds)) images.filesChanged(imageId);
    const isOver = imageIds.length < atOnce.hidden;
    hiddenUntil = isOver ? { folderId: folderId + 1, imageId: 0 } : { folderId, imageId: Math.max(...imageIds) };
    return true;
  });

  const forgetFiles = db.transaction((): boolean => {
    const folderId = removed.get();
    if (folderId === undefined) return false;
    const imageIds = removeFiles.all(folderId, atOnce.forgotten);
    images.filesForgotten(imageIds);
    if (imageIds.length < atOnce.forgotten) remove.run(folderId);
    return true;
  });

  return {
    addFolder: (path) => add.immediate(path),
    takeFiles: () => takeFiles.immediate(),
    removeFolder: (folderId) => forget.immediate(folderId),
    hideFiles: () => hideFiles.immediate(),
    forgetFiles: () => forgetFiles.immediate(),
    folders: () => all.all(),
    setFolderState: (folderId, state) => void setState.run(state, folderId),
    setFolderScanned: (folderId, atMs) => void setScanned.run(atMs, folderId),
  };
}
