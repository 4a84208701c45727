// Favourite, hidden and tags: written by content hash, and copied to the picture's row, where searches look.
import type { Connection } from "./database.ts";
import type { Marks, Store } from "./store.ts";
import type { TextIndex } from "./text-index.ts";

type MarkVerbs = Pick<Store, "mark" | "tags">;

export function createMarks(db: Connection, texts: TextIndex, now: () => number): MarkVerbs {
  const hashOf = db.prepare<[number], string>("SELECT content_hash FROM images WHERE id = ?").pluck();
  const ensure = db.prepare<[string]>("INSERT OR IGNORE INTO marks (content_hash) VALUES (?)");
  // The first time counts: marking it again does not move it.
  const like = db.prepare<[number, string]>(
    "UPDATE marks SET favourite_at_ms = ifnull(favourite_at_ms, ?) WHERE content_hash = ?",
  );
  const dislike = db.prepare<[string]>("UPDATE marks SET favourite_at_ms = NULL WHERE content_hash = ?");
  const setHidden = db.prepare<[number, string]>("UPDATE marks SET hidden = ? WHERE content_hash = ?");
  const forgetPlain = db.prepare<[string]>(
    "DELETE FROM marks WHERE content_hash = ? AND favourite_at_ms IS NULL AND hidden = 0",
  );
  const copy = db.prepare<[string]>(
    `UPDATE images SET
       favourite_at_ms = (SELECT favourite_at_ms FROM marks WHERE marks.content_hash = images.content_hash),
       hidden = ifnull((SELECT hidden FROM marks WHERE marks.content_hash = images.content_hash), 0)
     WHERE content_hash = ?`,
  );
  const clearTags = db.prepare<[string]>("DELETE FROM tags WHERE content_hash = ?");
  const spelling = db.prepare<[string], string>("SELECT tag FROM tags WHERE folded = ? LIMIT 1").pluck();
  const addTag = db.prepare<[string, string, string]>(
    "INSERT OR IGNORE INTO tags (content_hash, folded, tag) VALUES (?, ?, ?)",
  );
  const allTags = db.prepare<[], { tag: string; images: number }>(
    `SELECT min(tag) AS tag, count(*) AS images FROM tags JOIN images USING (content_hash)
     WHERE present > 0 AND hidden = 0 GROUP BY folded ORDER BY images DESC, folded`,
  );
  const bumpRevision = db.prepare("UPDATE library SET revision = revision + 1");

  function setTags(contentHash: string, wanted: readonly string[]): void {
    // As people spelt them elsewhere: "cat" becomes "Cat" where there are Cats already.
    const tags = wanted.map(clean).filter((tag) => tag !== "");
    const spelt = tags.map((tag) => [foldTag(tag), spelling.get(foldTag(tag)) ?? tag] as const);
    clearTags.run(contentHash);
    for (const [folded, tag] of spelt) addTag.run(contentHash, folded, tag);
  }

  const write = db.transaction((imageId: number, { favourite, hidden, tags }: Marks): boolean => {
    const contentHash = hashOf.get(imageId);
    if (contentHash === undefined) return false;
    ensure.run(contentHash);
    if (favourite === true) like.run(now(), contentHash);
    if (favourite === false) dislike.run(contentHash);
    if (hidden !== undefined) setHidden.run(hidden ? 1 : 0, contentHash);
    copy.run(contentHash);
    forgetPlain.run(contentHash);
    if (tags !== undefined) {
      setTags(contentHash, tags);
      texts.update(imageId);
    }
    bumpRevision.run();
    return true;
  });

  return {
    mark: (imageId, marks) => write.immediate(imageId, marks),
    tags: () => allTags.all(),
  };
}

function clean(tag: string): string {
  return tag.normalize("NFC").replace(/\s+/g, " ").trim();
}

/** Two spellings of one tag are the same. */
export function foldTag(tag: string): string {
  return clean(tag).toLowerCase();
}
