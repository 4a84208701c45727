// The pictures that a filter lets through, read once and remembered until something is written: a list when they are few, else a
// bit each, which while pictures are being stored is a few seconds old.
import type { Connection } from "./database.ts";
import type { PictureSet } from "./picture-set.ts";

export interface FilterSets {
  /** Ids of a filter's pictures; null if they are more than FEW. Lists are quicker to work with than conditions asked picture by picture. */
  few(set: PictureSet): readonly number[] | null;
  /** A list likewise, or a bit for every picture: see hasPicture. */
  all(set: PictureSet): readonly number[] | Uint8Array;
  /** What is known already, or a few, or all of what is slow to ask; null when the filter's pictures are better asked one by one. */
  members(set: PictureSet): readonly number[] | Uint8Array | null;
  /** Whether a picture is among the `members`; null without them. */
  passes(set: PictureSet): ((imageId: number) => boolean) | null;
}

const FEW = 5_000;
/** 125 kB each in a library of a million. */
const REMEMBERED = 8;
/** To read longer ones takes tens of milliseconds, a second in a library of a million: not anew for each picture that is stored meanwhile. */
const LONG_ONES_LAST_MS = 3_000;
/** More than any library has. */
const ALL = 2 ** 31;

export function hasPicture(bits: Uint8Array, imageId: number): boolean {
  return (((bits[imageId >> 3] ?? 0) >> (imageId & 7)) & 1) === 1;
}

interface Read {
  /** Null: more than a few. */
  readonly members: readonly number[] | Uint8Array | null;
  /** SQLite's data_version. */
  readonly version: unknown;
  readonly readAtMs: number;
}

export function createFilterSets(db: Connection, nowMs: () => number = () => performance.now()): FilterSets {
  const sets = new Map<string, Read>();
  const tests = new WeakMap<readonly number[] | Uint8Array, (imageId: number) => boolean>();

  /** Undefined: it must be read. */
  function known(key: string): Read["members"] | undefined {
    const found = sets.get(key);
    if (!found) return undefined;
    const isLong = !Array.isArray(found.members);
    const isFresh = found.version === version() || (isLong && nowMs() - found.readAtMs < LONG_ONES_LAST_MS);
    if (isFresh) return keep(key, found);
    sets.delete(key);
    return undefined;
  }

  const version = (): unknown => db.pragma("data_version", { simple: true });
  const keyOf = ({ sql, parameters }: PictureSet): string => JSON.stringify([sql, ...parameters.map(String)]);

  function read({ sql, parameters }: PictureSet, most: number): readonly number[] {
    // One text from SQLite is several times quicker than a row a picture.
    const list = `SELECT json_group_array(image_id) FROM (SELECT image_id FROM (${sql}) LIMIT ?)`;
    const statement = db.prepare<unknown[], string>(list).pluck();
    return [...new Set(JSON.parse(statement.get(...parameters, most) ?? "[]") as number[])];
  }

  function keep(key: string, found: Read): Read["members"] {
    sets.delete(key);
    sets.set(key, found);
    for (const oldest of sets.keys()) if (sets.size > REMEMBERED) sets.delete(oldest);
    return found.members;
  }

  function remember<T extends Read["members"]>(key: string, members: T): T {
    keep(key, { members, version: version(), readAtMs: nowMs() });
    return members;
  }

  function few(set: PictureSet): readonly number[] | null {
    const key = keyOf(set);
    const found = known(key);
    if (found !== undefined) return found instanceof Uint8Array ? null : found;
    const ids = read(set, FEW + 1);
    return remember(key, ids.length > FEW ? null : ids);
  }

  function all(set: PictureSet): readonly number[] | Uint8Array {
    const key = keyOf(set);
    const found = known(key);
    if (found) return found;
    const ids = read(set, ALL);
    return remember(key, ids.length > FEW ? bitsOf(ids) : ids);
  }

  function members(set: PictureSet): readonly number[] | Uint8Array | null {
    return known(keyOf(set)) ?? (set.isSlow ? all(set) : few(set));
  }

  return {
    few,
    all,
    members,
    passes(set) {
      const found = members(set);
      if (!found) return null;
      const test = tests.get(found) ?? testOf(found);
      tests.set(found, test);
      return test;
    },
  };
}

function testOf(members: readonly number[] | Uint8Array): (imageId: number) => boolean {
  if (members instanceof Uint8Array) return (imageId) => hasPicture(members, imageId);
  const ids = new Set(members);
  return (imageId) => ids.has(imageId);
}

function bitsOf(ids: readonly number[]): Uint8Array {
  const highest = ids.reduce((most, id) => Math.max(most, id), 0);
  const bits = new Uint8Array((highest >> 3) + 1);
  for (const id of ids) bits[id >> 3] = (bits[id >> 3] ?? 0) | (1 << (id & 7));
  return bits;
}
