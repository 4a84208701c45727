// The pictures that a filter lets through, read once and remembered until something is written: as a bit each, and as a list when they are
// not very many. While pictures are being stored, long ones are a few seconds old.
import type { Connection } from "./database.ts";
import type { PictureSet } from "./picture-set.ts";

/** The pictures of a filter. */
export interface Members {
  readonly count: number;
  /** As they are now; others may be some seconds old. */
  readonly areCurrent: boolean;
  /** When it is quicker to go through them than through all pictures. */
  readonly ids: readonly number[] | null;
  has(imageId: number): boolean;
}

export interface FilterSets {
  /** What is known already, or quick to read, or slow to ask; null when the filter's pictures are better asked one by one. */
  members(set: PictureSet): Members | null;
  /** The same, however long it takes to read. */
  all(set: PictureSet): Members;
}

const FEW = 5_000;
/** A list of so many takes some milliseconds to go through. */
const LISTED = 50_000;
/** When FEW are read as quickly as this, from an index most likely, */
const QUICK_MS = 5;
/** so many are: fifteen to thirty milliseconds. Others take half a second in a library of a million. */
const MANY = 100_000;
/** 125 kB each in a library of a million. */
const REMEMBERED = 8;
/** To read longer ones takes tens of milliseconds, a second in a library of a million: not anew for each picture that is stored meanwhile. */
const LONG_ONES_LAST_MS = 3_000;
/** More than any library has. */
const ALL = 2 ** 31;

interface Read {
  /** Null: too many. */
  readonly members: Members | null;
  /** SQLite's data_version. */
  readonly version: unknown;
  readonly readAtMs: number;
}

export function createFilterSets(db: Connection, nowMs: () => number = () => performance.now()): FilterSets {
  const sets = new Map<string, Read>();

  const version = (): unknown => db.pragma("data_version", { simple: true });
  const keyOf = ({ sql, parameters }: PictureSet): string => JSON.stringify([sql, ...parameters.map(String)]);

  /** Undefined: it must be read. */
  function known(key: string): Members | null | undefined {
    const found = sets.get(key);
    if (!found) return undefined;
    const mayBeOld = !found.members?.areCurrent && nowMs() - found.readAtMs < LONG_ONES_LAST_MS;
    const isFresh = mayBeOld || found.version === version();
    sets.delete(key);
    if (!isFresh) return undefined;
    sets.set(key, found);
    return found.members;
  }

  function remember<Found extends Members | null>(key: string, members: Found): Found {
    sets.delete(key);
    sets.set(key, { members, version: version(), readAtMs: nowMs() });
    for (const oldest of sets.keys()) if (sets.size > REMEMBERED) sets.delete(oldest);
    return members;
  }

  /** Null when there are more. */
  function read({ sql, parameters }: PictureSet, most: number): Members | null {
    // One text from SQLite is several times quicker than a row a picture.
    const list = `SELECT json_group_array(image_id) FROM (SELECT image_id FROM (${sql}) LIMIT ?)`;
    const statement = db.prepare<unknown[], string>(list).pluck();
    const ids = JSON.parse(statement.get(...parameters, most + 1) ?? "[]") as number[];
    return ids.length > most ? null : membersOf([...new Set(ids)]);
  }

  function readQuickly(set: PictureSet): Members | null {
    const started = performance.now();
    const few = read(set, FEW);
    return few ?? (performance.now() - started < QUICK_MS ? read(set, MANY) : null);
  }

  return {
    members(set) {
      const key = keyOf(set);
      const found = known(key);
      if (found !== undefined) return found;
      return remember(key, set.isSlow ? read(set, ALL) : readQuickly(set));
    },
    all(set) {
      const key = keyOf(set);
      return known(key) ?? remember(key, read(set, ALL) ?? membersOf([]));
    },
  };
}

function membersOf(ids: readonly number[]): Members {
  const highest = ids.reduce((most, id) => Math.max(most, id), 0);
  const bits = new Uint8Array((highest >> 3) + 1);
  for (const id of ids) bits[id >> 3] = (bits[id >> 3] ?? 0) | (1 << (id & 7));
  return {
    count: ids.length,
    areCurrent: ids.length <= FEW,
    ids: ids.length <= LISTED ? ids : null,
    has: (imageId) => (((bits[imageId >> 3] ?? 0) >> (imageId & 7)) & 1) === 1,
  };
}
