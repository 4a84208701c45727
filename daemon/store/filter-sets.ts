// The pictures that a filter lets through, read once and remembered until something is written: as a bit each, and as a list when they are
// not very many. What takes long to read is read while nobody asks; until then pictures are asked one by one. While pictures are being
// stored, long sets are a few seconds old.
import type { Connection } from "./database.ts";
import { type Collected, collected, difference, type Members } from "./members.ts";
import { type PictureSet, SHOWN_PICTURES } from "./picture-set.ts";

export interface FilterSets {
  /** What is known already, or best read at once; null when the filter's pictures are better asked one by one. */
  members(set: PictureSet): Members | null;
  /** The same, however long it takes to read. */
  all(set: PictureSet): Members;
  /** How to ask one by one. */
  asking(set: PictureSet): Asking;
  /** Reads a little of what was asked one by one, a millisecond or two; false when there is no such filter. */
  readAhead(): boolean;
}

/** Whether single pictures are among a filter's. */
export interface Asking extends Pick<PictureSet, "parameters"> {
  /** A condition of SQL on the column with a picture's id. */
  passes(imageId: string): string;
  /** What else must let them; null for nothing. */
  readonly lets: ((imageId: number) => boolean) | null;
}

/** So many that an index lists are read at once: three milliseconds. */
const MANY = 20_000;
/** Pictures gone through in a step of reading ahead: a millisecond or two. */
const AHEAD = 2_500;
/** 125 kB each in a library of a million. A filter that leaves pictures out is several. */
const REMEMBERED = 16;
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

/** A filter that is being read. */
interface Ahead extends PictureSet {
  readonly key: string;
  readonly found: Collected;
  readonly version: unknown;
  readonly startedAtMs: number;
  readonly upTo: number;
  /** The last picture gone through. */
  last: number;
}

export function createFilterSets(db: Connection, nowMs: () => number = () => performance.now()): FilterSets {
  const sets = new Map<string, Read>();
  const lastId = db.prepare<[], number | null>("SELECT max(id) FROM images").pluck();
  /** What was made of several sets, as long as those are the same. */
  const combined = new Map<string, { readonly parts: readonly (Members | null)[]; readonly members: Members }>();
  let ahead: Ahead | null = null;

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
    keep(key, { members, version: version(), readAtMs: nowMs() });
    return members;
  }

  function keep(key: string, read: Read): void {
    sets.delete(key);
    sets.set(key, read);
    for (const oldest of sets.keys()) if (sets.size > REMEMBERED) sets.delete(oldest);
  }

  /** Null when there are more. */
  function readNow({ list, parameters }: PictureSet, most: number): Members | null {
    // One text from SQLite is several times quicker than a row a picture.
    const all = `SELECT json_group_array(image_id) FROM (SELECT image_id FROM (${list}) LIMIT ?)`;
    const statement = db.prepare<unknown[], string>(all).pluck();
    const ids = JSON.parse(statement.get(...parameters, most + 1) ?? "[]") as number[];
    if (ids.length > most) return null;
    const found = collected();
    found.add(ids);
    return found.members();
  }

  function begin(set: PictureSet, key: string): void {
    const upTo = lastId.get() ?? 0;
    ahead = { ...set, key, found: collected(), version: version(), startedAtMs: nowMs(), upTo, last: 0 };
  }

  /** Goes through the pictures in the order of their ids. */
  function readSome(from: Ahead): void {
    const { sql, parameters, found, last } = from;
    const some = `SELECT json_group_array(image_id) FROM (${sql} AND files.image_id > ? AND files.image_id <= ?)`;
    const statement = db.prepare<unknown[], string>(some).pluck();
    found.add(JSON.parse(statement.get(...parameters, last, last + AHEAD) ?? "[]") as number[]);
    from.last += AHEAD;
  }

  function members(set: PictureSet): Members | null {
    if (set.but) {
      const among = set.but.among && members(set.but.among);
      const left = set.but.leftOut.map(toLeaveOut);
      const isKnown = (among !== null || set.but.among === null) && left.every((each) => each !== null);
      return isKnown ? without(set, among, left) : null;
    }
    const key = keyOf(set);
    const found = known(key);
    const most = { whole: ALL, listed: MANY, singly: null }[set.known];
    const read = found ?? (found === null || most === null ? null : readNow(set, most));
    if (found === undefined) remember(key, read);
    if (!read && ahead === null) begin(set, key);
    return read;
  }

  /** To ask for single pictures whether they are in a set of several would read all of one of those. */
  function toLeaveOut(set: PictureSet): Members | null {
    return set.known === "whole" ? all(set) : members(set);
  }

  function all(set: PictureSet): Members {
    if (set.but) return without(set, set.but.among && all(set.but.among), set.but.leftOut.map(all));
    const key = keyOf(set);
    return known(key) ?? remember(key, readNow(set, ALL) ?? collected().members());
  }

  /** Of few pictures that are left out it is quicker to know them than all the others. `among`: null for all, hidden and absent ones as well. */
  function without(set: PictureSet, among: Members | null, left: readonly Members[]): Members {
    const key = keyOf(set);
    const parts = [among, ...left];
    const before = combined.get(key);
    if (before?.parts.every((part, at) => part === parts[at])) return before.members;
    const members = difference(among, left, lastId.get() ?? 0);
    combined.delete(key);
    combined.set(key, { parts, members });
    for (const oldest of combined.keys()) if (combined.size > REMEMBERED) combined.delete(oldest);
    return members;
  }

  return {
    members,
    all,
    asking(set) {
      const { among = set, leftOut = [] } = set.but ?? {};
      const wanted = among ?? { sql: SHOWN_PICTURES, parameters: [] };
      const known = leftOut.flatMap((left) => toLeaveOut(left) ?? []);
      const unknown = leftOut.filter((left) => toLeaveOut(left) === null);
      return {
        passes: (imageId) =>
          [`EXISTS (${wanted.sql} AND files.image_id = ${imageId})`]
            .concat(unknown.map(({ sql }) => `NOT EXISTS (${sql} AND files.image_id = ${imageId})`))
            .join(" AND "),
        parameters: [wanted, ...unknown].flatMap(({ parameters }) => parameters),
        lets: known.length === 0 ? null : (imageId) => !known.some(({ has }) => has(imageId)),
      };
    },
    readAhead() {
      if (!ahead) return false;
      readSome(ahead);
      if (ahead.last < ahead.upTo) return true;
      const { key, found, version, startedAtMs } = ahead;
      keep(key, { members: found.members(), version, readAtMs: startedAtMs });
      ahead = null;
      return false;
    },
  };
}
