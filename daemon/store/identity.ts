// Which picture a content is: by its bytes, by bytes that were recognised before, or by its pixels. Runs inside the caller's transaction.
import type { Connection } from "./database.ts";

export interface KnownImage {
  readonly id: number;
  /** The content that the picture, and its marks, are known as. */
  readonly knownAs: string;
  /** Something of it is lost: it must be read as a whole. */
  readonly reread: number;
}

export interface Identity {
  find(contentHash: string, pixelHash: string | null): KnownImage | null;
  /** What a picture with this content is to be known as. */
  nameOf(contentHash: string): string;
  /** From now on these bytes are this picture; what was said of them when they were not is said of it. Notes its pixels. */
  adopt(image: KnownImage, contentHash: string, pixelHash: string | null): void;
  /** The picture is forgotten: so are its other contents, unless something is still said of it. */
  forget(knownAs: string): void;
}

const COLUMNS = "id, content_hash AS knownAs, reread FROM images";

export function createIdentity(db: Connection): Identity {
  const byContent = db.prepare<[string], KnownImage>(`SELECT ${COLUMNS} WHERE content_hash = ?`);
  const byPixels = db.prepare<[string], KnownImage>(`SELECT ${COLUMNS} WHERE pixel_hash = ? ORDER BY id LIMIT 1`);
  const nameOf = db.prepare<[string], string>("SELECT known_as FROM other_contents WHERE content_hash = ?").pluck();
  const putPixels = db.prepare<[string, number]>(
    "UPDATE images SET pixel_hash = ? WHERE id = ? AND pixel_hash IS NULL",
  );
  const putName = db.prepare<[string, string]>(
    "INSERT OR IGNORE INTO other_contents (content_hash, known_as) VALUES (?, ?)",
  );
  const moveMarks = [
    `INSERT INTO marks (content_hash, favourite_at_ms, hidden)
       SELECT :to, favourite_at_ms, hidden FROM marks WHERE content_hash = :from
       ON CONFLICT (content_hash) DO UPDATE SET
         favourite_at_ms = ifnull(favourite_at_ms, excluded.favourite_at_ms), hidden = max(hidden, excluded.hidden)`,
    "DELETE FROM marks WHERE content_hash = :from",
    "UPDATE OR IGNORE tags SET content_hash = :to WHERE content_hash = :from",
    "DELETE FROM tags WHERE content_hash = :from",
    "UPDATE uses SET content_hash = :to WHERE content_hash = :from",
    `UPDATE images SET (favourite_at_ms, hidden) =
       (SELECT max(favourite_at_ms), ifnull(max(hidden), 0) FROM marks WHERE marks.content_hash = :to)
     WHERE content_hash = :to`,
  ].map((sql) => db.prepare<{ from: string; to: string }>(sql));
  const forget = db.prepare<{ knownAs: string }>(
    `DELETE FROM other_contents WHERE known_as = :knownAs
       AND NOT EXISTS (SELECT 1 FROM marks WHERE content_hash = :knownAs)
       AND NOT EXISTS (SELECT 1 FROM tags WHERE content_hash = :knownAs)
       AND NOT EXISTS (SELECT 1 FROM uses WHERE content_hash = :knownAs)`,
  );

  const name = (contentHash: string): string => nameOf.get(contentHash) ?? contentHash;

  return {
    find: (contentHash, pixelHash) =>
      byContent.get(name(contentHash)) ?? (pixelHash === null ? null : (byPixels.get(pixelHash) ?? null)),
    nameOf: name,
    adopt({ id, knownAs }, contentHash, pixelHash) {
      if (pixelHash !== null) putPixels.run(pixelHash, id);
      if (contentHash === knownAs || putName.run(contentHash, knownAs).changes === 0) return;
      for (const move of moveMarks) move.run({ from: contentHash, to: knownAs });
    },
    forget: (knownAs) => forget.run({ knownAs }),
  };
}
