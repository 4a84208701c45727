// Roots: added, removed, their state. Taking over nested roots and forgetting a root's pictures happen here.
import type { FolderState } from "../../shared/api.ts";
import { AppError } from "../errors.ts";
import type { Connection } from "./database.ts";
import { subtree } from "./directories.ts";
import type { Images } from "./images.ts";
import { COUNT_IN_CLOUD } from "./queue.ts";
import type { Store, StoredFolder } from "./store.ts";

type FolderVerbs = Pick<Store, "addFolder" | "removeFolder" | "folders" | "setFolderState" | "setFolderScanned">;

const COLUMNS = `id, path, state, added_at_ms AS addedAtMs, last_scan_at_ms AS lastScanAtMs, files, pending,
  failed - (${COUNT_IN_CLOUD} AND folder_id = folders.id) AS failed`;

export function createFolders(db: Connection, images: Images, now: () => number): FolderVerbs {
  const all = db.prepare<[], StoredFolder>(`SELECT ${COLUMNS} FROM folders ORDER BY path`);
  const byId = db.prepare<[number], StoredFolder>(`SELECT ${COLUMNS} FROM folders WHERE id = ?`);
  const byPath = db.prepare<[string], StoredFolder>(`SELECT ${COLUMNS} FROM folders WHERE path = ?`);
  const insert = db.prepare<[string, number]>("INSERT INTO folders (path, added_at_ms) VALUES (?, ?)");
  const inside = db.prepare<[string, string], number>("SELECT id FROM folders WHERE path >= ? AND path < ?").pluck();
  const above = db
    .prepare<[string, string], string>(
      "SELECT path FROM folders WHERE path <> ? AND substr(?, 1, length(rtrim(path, '/')) + 1) = rtrim(path, '/') || '/'",
    )
    .pluck();
  const moveFiles = db.prepare<[number, number]>("UPDATE files SET folder_id = ? WHERE folder_id = ?");
  const remove = db.prepare<[number]>("DELETE FROM folders WHERE id = ?");
  const onlyHere = db
    .prepare<[number, number], number>(
      `SELECT DISTINCT image_id FROM files AS here WHERE folder_id = ? AND image_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM files WHERE image_id = here.image_id AND folder_id <> ?)`,
    )
    .pluck();
  const alsoElsewhere = db
    .prepare<[number, number], number>(
      `SELECT DISTINCT image_id FROM files AS here WHERE folder_id = ? AND image_id IS NOT NULL
       AND EXISTS (SELECT 1 FROM files WHERE image_id = here.image_id AND folder_id <> ?)`,
    )
    .pluck();
  const removeFiles = db.prepare<[number]>("DELETE FROM files WHERE folder_id = ?");
  const setState = db.prepare<[FolderState, number]>("UPDATE folders SET state = ? WHERE id = ?");
  const setScanned = db.prepare<[number, number]>("UPDATE folders SET last_scan_at_ms = ? WHERE id = ?");

  function known(folder: StoredFolder | undefined): StoredFolder {
    if (!folder) throw new AppError("folder-not-found", "There is no such folder in the library.");
    return folder;
  }

  const add = db.transaction((path: string): StoredFolder => {
    if (byPath.get(path)) throw new AppError("folder-exists", `${path} is watched already.`);
    const outer = above.get(path, path);
    if (outer !== undefined) {
      throw new AppError("folder-inside", `${path} is inside ${outer}, which is watched already.`, {
        hint: "Its pictures are found; there is nothing to add.",
      });
    }
    const id = Number(insert.run(path, now()).lastInsertRowid);
    const { from, before } = subtree(path);
    for (const innerId of inside.all(from, before)) {
      if (innerId === id) continue;
      moveFiles.run(id, innerId);
      remove.run(innerId);
    }
    return known(byId.get(id));
  });

  const forget = db.transaction((folderId: number) => {
    known(byId.get(folderId));
    const doomed = onlyHere.all(folderId, folderId);
    const kept = alsoElsewhere.all(folderId, folderId);
    removeFiles.run(folderId);
    const thumbnails = images.remove(doomed);
    for (const imageId of kept) images.filesChanged(imageId);
    remove.run(folderId);
    return { images: doomed.length, thumbnails };
  });

  return {
    addFolder: (path) => add.immediate(path),
    removeFolder: (folderId) => forget.immediate(folderId),
    folders: () => all.all(),
    setFolderState: (folderId, state) => void setState.run(state, folderId),
    setFolderScanned: (folderId, atMs) => void setScanned.run(atMs, folderId),
  };
}
