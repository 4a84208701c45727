// Holds a library against the disk: is every picture there exactly once, and nothing else?
import { join } from "node:path";
import Database from "better-sqlite3";
import { load as loadVectorSearch } from "sqlite-vec";
import { type Inspection, inspect } from "../../daemon/store/inspection.ts";

export interface Audit {
  /** Distinct pictures on disk. */
  readonly pictures: number;
  readonly files: number;
  /** Files on disk that are not indexed, or as another content; in words. */
  readonly lost: readonly string[];
  /** Contents with more than one picture, or files with more than one row. */
  readonly duplicated: number;
  /** Rows, vectors, texts and thumbnails that belong to nothing on disk; in words. */
  readonly orphans: readonly string[];
  /** "ok", or the first thing that SQLite says is wrong. */
  readonly integrity: string;
}

/** Of a library that nobody writes to. `disk`: absolute path → SHA-256. */
export function audit(home: string, disk: ReadonlyMap<string, string>): Audit {
  const db = new Database(join(home, "library.db"), { readonly: true });
  loadVectorSearch(db);
  try {
    const rows = db
      .prepare<[], { path: string; state: string; hash: string | null }>(
        `SELECT directory || '/' || name AS path, files.state, content_hash AS hash
         FROM files LEFT JOIN images ON images.id = image_id WHERE missing_at_ms IS NULL`,
      )
      .all();
    const known = new Map(rows.map((row) => [row.path, row]));
    const lost = [...disk].flatMap(([path, hash]) => {
      const row = known.get(path);
      return row?.state === "indexed" && row.hash === hash ? [] : [`${path}: ${row?.state ?? "unknown"}`];
    });
    const hashes = db.prepare<[], string>("SELECT content_hash FROM images").pluck().all();
    const wanted = new Set(disk.values());
    // Everything is old enough from the day after tomorrow on.
    const inspection = inspect(db, join(home, "thumbnails"), Date.now() + 2 * 86_400_000);
    return {
      pictures: wanted.size,
      files: disk.size,
      lost,
      duplicated: hashes.length - new Set(hashes).size + rows.length - known.size,
      orphans: [
        ...[...known.keys()].filter((path) => !disk.has(path)).map((path) => `row of ${path}`),
        ...hashes.filter((hash) => !wanted.has(hash)).map((hash) => `picture ${hash.slice(0, 8)}`),
        ...misfits(inspection),
      ],
      integrity: inspection.damage[0] ?? "ok",
    };
  } finally {
    db.close();
  }
}

/** Everything that an inspection found, in words. */
export function misfits({ damage: _, pictures: __, ...found }: Inspection): string[] {
  return Object.entries(found).flatMap(([kind, value]) =>
    typeof value === "number"
      ? value > 0
        ? [`${kind}: ${value}`]
        : []
      : value.map((item) => `${kind}: ${typeof item === "object" ? JSON.stringify(item) : item}`),
  );
}
