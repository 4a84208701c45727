// What was copied, pasted, opened or dragged, and after which words. Rows only; what they mean for a ranking is search's matter.
import type { Connection } from "./database.ts";
import { type PictureSet, pictureSet, SHOWN_PICTURES } from "./picture-set.ts";
import type { Store, StoredUse } from "./store.ts";

type UseVerbs = Pick<Store, "recordUse" | "forgetUses" | "uses" | "recentlyUsed" | "favourites">;

/** Older ones have decayed to nothing long before. */
const MAX_USES = 5_000;
const MAX_QUERY_CHARACTERS = 200;
const EVERYTHING: PictureSet = {
  sql: SHOWN_PICTURES,
  list: SHOWN_PICTURES,
  parameters: [],
  known: "whole",
  showsHidden: false,
};

export function createUses(db: Connection, now: () => number): UseVerbs {
  const insert = db.prepare<[string, string, number, number]>(
    "INSERT INTO uses (content_hash, kind, query, used_at_ms) SELECT content_hash, ?, ?, ? FROM images WHERE id = ?",
  );
  const trim = db.prepare(`DELETE FROM uses WHERE id <= (SELECT max(id) FROM uses) - ${MAX_USES}`);
  const forget = db.prepare("DELETE FROM uses");
  const revision = db.prepare<[], number>("SELECT revision FROM library").pluck();
  const all = db.prepare<[], StoredUse>(
    `SELECT images.id AS imageId, kind, query, used_at_ms AS usedAtMs
     FROM uses JOIN images USING (content_hash) WHERE query <> '' AND present > 0`,
  );
  // The few are looked up in the set: listing the set takes 50 ms at 140,000 pictures, with every empty search.
  const isIn = (set: string): string => `EXISTS (${set} AND files.image_id = marked.id)`;
  const lastUsed = (set: string) =>
    db
      .prepare<unknown[], number>(
        `SELECT marked.id FROM uses CROSS JOIN images AS marked USING (content_hash) WHERE ${isIn(set)} ORDER BY uses.id DESC`,
      )
      .pluck();
  const liked = (set: string) =>
    db
      .prepare<unknown[], number>(
        `SELECT id FROM images AS marked WHERE favourite_at_ms IS NOT NULL AND ${isIn(set)}
         ORDER BY favourite_at_ms DESC, id DESC LIMIT ?`,
      )
      .pluck();
  const hasUses = db.prepare<[], number>("SELECT EXISTS (SELECT 1 FROM uses)").pluck();
  const hasFavourites = db
    .prepare<[], number>("SELECT EXISTS (SELECT 1 FROM images WHERE favourite_at_ms IS NOT NULL)")
    .pluck();

  /** Asked for with every keystroke: read again only when a use or the set of pictures changed. */
  let known: { readonly revision: number; readonly uses: readonly StoredUse[] } | null = null;

  const record = db.transaction((imageId: number, kind: string, query: string): boolean => {
    const words = query.trim().slice(0, MAX_QUERY_CHARACTERS);
    const { changes } = insert.run(kind, words, now(), imageId);
    if (changes > 0) trim.run();
    return changes > 0;
  });

  return {
    recordUse(imageId, kind, query) {
      known = null;
      return record.immediate(imageId, kind, query);
    },
    forgetUses() {
      known = null;
      return forget.run().changes;
    },
    uses() {
      const current = revision.get() ?? 0;
      if (known?.revision !== current) known = { revision: current, uses: all.all() };
      return known.uses;
    },
    recentlyUsed(limit, filter = {}) {
      if (!hasUses.get()) return [];
      const { sql, parameters } = pictureSet(filter) ?? EVERYTHING;
      // Read no further than that; a picture that was used often stands in it once.
      const ids = new Set<number>();
      for (const imageId of lastUsed(sql).iterate(...parameters)) {
        if (ids.size >= limit) break;
        ids.add(imageId);
      }
      return [...ids];
    },
    favourites(limit, filter = {}) {
      if (!hasFavourites.get()) return [];
      const { sql, parameters } = pictureSet(filter) ?? EVERYTHING;
      return liked(sql).all(...parameters, limit);
    },
  };
}
