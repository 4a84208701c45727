// Sets of pictures: a bit for each, and a list when they are not very many. Knows no database.

/** The pictures of a filter. */
export interface Members {
  readonly count: number;
  /** As they are now; others may be some seconds old. */
  readonly areCurrent: boolean;
  /** When it is quicker to go through them than through all pictures. */
  readonly ids: readonly number[] | null;
  has(imageId: number): boolean;
}

/** So many are read anew after each change. */
const FEW = 5_000;
/** A list of so many takes some milliseconds to go through. */
const LISTED = 50_000;

/**
 * Those of `among` (null: all) that are in none of `left`.
 * @param upTo as many pictures as there may be
 */
export function difference(among: Members | null, left: readonly Members[], upTo: number): Members {
  const has = (imageId: number): boolean =>
    (among === null || among.has(imageId)) && !left.some((members) => members.has(imageId));
  const areCurrent = among !== null && [among, ...left].every((members) => members.areCurrent);
  if (among?.ids) {
    const found = collected();
    found.add(among.ids.filter(has));
    return { ...found.members(), areCurrent };
  }
  const share = left.reduce((rest, { count }) => rest * (1 - count / Math.max(count, upTo, 1)), 1);
  return { count: Math.max(1, Math.round((among?.count ?? upTo) * share)), areCurrent, ids: null, has };
}

export interface Collected {
  add(ids: readonly number[]): void;
  members(): Members;
}

/** Ids of pictures, as they come, each once. */
export function collected(): Collected {
  let bits = new Uint8Array(0);
  let count = 0;
  let list: number[] | null = [];
  return {
    add(ids) {
      const highest = ids.reduce((most, id) => Math.max(most, id), 0);
      if (highest >> 3 >= bits.length) {
        const more = new Uint8Array((highest >> 3) + 1);
        more.set(bits);
        bits = more;
      }
      for (const id of ids) {
        const before = bits[id >> 3] ?? 0;
        const after = before | (1 << (id & 7));
        if (after === before) continue;
        bits[id >> 3] = after;
        if (++count > LISTED) list = null;
        list?.push(id);
      }
    },
    members: () => ({
      count,
      areCurrent: count <= FEW,
      ids: list,
      has: (imageId) => (((bits[imageId >> 3] ?? 0) >> (imageId & 7)) & 1) === 1,
    }),
  };
}
