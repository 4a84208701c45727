// The pictures that a filter lets through, as a list, when there are not too many. Lists are remembered until something is written.
import type { Connection } from "./database.ts";
import type { PictureSet } from "./picture-set.ts";

/** Lists this long are quicker to work with than conditions that are asked picture by picture. */
export const FEW = 5_000;
export const ALL = 2 ** 31;
const REMEMBERED = 8;

/** Ids of a filter's pictures, all of them; null if there are more than `most`. */
export function createFilterSets(db: Connection): (set: PictureSet, most: number) => readonly number[] | null {
  const known = new Map<string, readonly number[] | null>();
  let version: unknown;

  function read({ sql, parameters }: PictureSet, most: number): readonly number[] | null {
    // One text from SQLite is several times quicker than a row a picture.
    const list = `SELECT json_group_array(image_id) FROM (SELECT image_id FROM (${sql}) LIMIT ?)`;
    const text = db
      .prepare<unknown[], string>(list)
      .pluck()
      .get(...parameters, most + 1);
    const found = [...new Set(JSON.parse(text ?? "[]") as number[])];
    return found.length > most ? null : found;
  }

  return (set, most) => {
    const now = db.pragma("data_version", { simple: true });
    if (now !== version) known.clear();
    version = now;
    const key = JSON.stringify([most, set.sql, ...set.parameters.map(String)]);
    const found = known.has(key) ? (known.get(key) ?? null) : read(set, most);
    known.delete(key);
    known.set(key, found);
    for (const oldest of known.keys()) if (known.size > REMEMBERED) known.delete(oldest);
    return found;
  };
}
