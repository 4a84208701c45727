// What was moved to the Trash, and where it lies there, so that it can be brought back.
import type { TrashedFile } from "../../shared/api.ts";
import type { Connection } from "./database.ts";
import type { Store } from "./store.ts";

type TrashedVerbs = Pick<Store, "recordTrashed" | "trashed" | "trashedFile" | "forgetTrashed">;

/** Nobody looks for more; the system's Trash itself knows the rest. */
const MAX_RECORDS = 10_000;

export function createTrashed(db: Connection, now: () => number): TrashedVerbs {
  const columns = "id, path, trash_path AS trashPath, trashed_at_ms AS trashedAtMs";
  const insert = db.prepare<[string, string | null, number], TrashedFile>(
    `INSERT INTO trashed (path, trash_path, trashed_at_ms) VALUES (?, ?, ?) RETURNING ${columns}`,
  );
  const trim = db.prepare(`DELETE FROM trashed WHERE id <= (SELECT max(id) FROM trashed) - ${MAX_RECORDS}`);
  const page = db.prepare<[number, number], TrashedFile>(
    `SELECT ${columns} FROM trashed ORDER BY id DESC LIMIT ? OFFSET ?`,
  );
  const one = db.prepare<[number], TrashedFile>(`SELECT ${columns} FROM trashed WHERE id = ?`);
  const remove = db.prepare<[number]>("DELETE FROM trashed WHERE id = ?");

  return {
    recordTrashed(path, trashPath) {
      const file = insert.get(path, trashPath, now());
      if (!file) throw new Error("no row after INSERT … RETURNING");
      trim.run();
      return file;
    },
    trashed: (limit, offset) => page.all(limit, offset),
    trashedFile: (id) => one.get(id) ?? null,
    forgetTrashed: (id) => void remove.run(id),
  };
}
