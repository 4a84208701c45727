// What one scan is given and keeps in mind: the ports, the totals, and which known directories it has not come by.
import { lstat, realpath, stat } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import type { KnownFile } from "./differences.ts";
import { isGone, type ScannedFile } from "./directory.ts";
import { excludedDirectories, isIgnoredDirectoryName, isWithin, type WantedKinds } from "./entry-names.ts";
import type { IgnoreTest } from "./ignore-rules.ts";

/** What differs in one directory. */
export interface DirectoryChanges {
  readonly folderId: number;
  /** Absolute path without a trailing slash. */
  readonly directory: string;
  /** New or changed files. */
  readonly seen: readonly ScannedFile[];
  /** File ids: missing before, and back unchanged. */
  readonly returned: readonly number[];
  /** File ids: gone, or ignored from now on. */
  readonly gone: readonly number[];
}

/** What a scan needs of the store. */
export interface KnownFilesPort {
  /** Files known in one directory, missing ones included, by name: some of those after a name, in order; none at the end. */
  knownFiles(folderId: number, directory: string, after: string): ReadonlyMap<string, KnownFile>;
  /** Directories below `root` (and itself) that have files which are not missing. */
  knownDirectories(folderId: number, root: string): readonly string[];
  /** Called only when something differs; several times for one directory when much does. */
  applyChanges(changes: DirectoryChanges): void;
  /** Resolves when the disk keeps up with what was handed over. */
  caughtUp(): Promise<void>;
}

export interface ScanOptions {
  readonly folderId: number;
  /** The watched root: absolute, without a trailing slash. */
  readonly root: string;
  /** Where to scan: the root or a path below it. */
  readonly directory: string;
  readonly port: KnownFilesPort;
  readonly signal: AbortSignal;
  /** rememe's own data directory: never entered, its thumbnails are no pictures of the user's. */
  readonly ownDirectory: string;
  readonly wanted: WantedKinds;
  readonly onDirectory?: (path: string) => void;
  /** The system has answered something. */
  readonly onProgress?: () => void;
  /** Something could not be looked at, and what is known of it stays as it is; or a .rememeignore could not be used. */
  readonly onProblem?: (path: string, error: unknown) => void;
  /**
   * A file that may still be growing was left for later: hint at `path` again. Once per directory, with one of its
   * files.
   */
  readonly onUnsettled?: (path: string) => void;
  /** A file written to within this time is left for later. */
  readonly settleMs?: number;
  readonly now?: () => number;
}

/** A scan under way. */
export interface Scan {
  readonly options: ScanOptions;
  readonly totals: { directories: number; files: number; changed: number; gone: number };
  /**
   * Directories known below the start that have not been come by. What is left in the end is gone, ignored or unclear.
   */
  readonly unvisited: Set<string>;
  /** Directories that the rules leave out: what is known in them and below is to go. */
  readonly ignored: Set<string>;
  /** Directories that are there but were not to be entered: nothing below them needs to be looked at. */
  readonly notEntered: Set<string>;
  readonly excluded: ReadonlySet<string>;
  /** Device of the root at the start, to notice when the disk goes away in the middle. */
  readonly rootDevice: bigint;
  /** It is on another volume than rememe itself: one that may stop answering while rememe goes on. */
  readonly mayDie: boolean;
}

/** Null, and the reason to onProblem, when the root cannot be looked at. */
export async function beginScan(options: ScanOptions): Promise<Scan | null> {
  const { root, directory, folderId, port, ownDirectory } = options;
  if (!isWithin(root, directory)) throw new RangeError(`${directory} is not in ${root}`);
  const rootDevice = await deviceOf(root).catch((error: unknown) => {
    options.onProblem?.(root, error);
    return null;
  });
  if (rootDevice === null) return null;
  return {
    options,
    totals: { directories: 0, files: 0, changed: 0, gone: 0 },
    unvisited: new Set(port.knownDirectories(folderId, directory)),
    ignored: new Set(),
    notEntered: new Set(),
    // Roots are real paths, so its real path is the one that a walk meets.
    excluded: excludedDirectories(await realpath(ownDirectory).catch(() => ownDirectory)),
    rootDevice,
    mayDie: rootDevice !== (await deviceOf(ownDirectory).catch(() => null)),
  };
}

/** Device number of a directory; throws when there is none at the path. */
export async function deviceOf(directory: string): Promise<bigint> {
  const stats = await stat(directory, { bigint: true });
  if (stats.isDirectory()) return stats.dev;
  throw Object.assign(new Error(`${directory} is not a directory`), { code: "ENOTDIR", path: directory });
}

/**
 * False when the root is absent or another device is in its place: its disk was unplugged in the middle of the scan,
 * and nothing that is not there is gone. To be asked each time before something is called gone.
 */
export async function isRootThere({ options, rootDevice }: Scan): Promise<boolean> {
  return (await deviceOf(options.root).catch(() => null)) === rootDevice;
}

/** False, and noted as ignored, for a directory below the root that its name or the rules leave out. */
export function isEntered(scan: Scan, path: string, name: string, isIgnored: IgnoreTest): boolean {
  if (!isIgnoredDirectoryName(name) && !scan.excluded.has(path) && !isIgnored(path, "directory")) return true;
  scan.ignored.add(path);
  return false;
}

/** Every file known in one directory, by name. The event loop is free between parts. */
export async function everyKnownFile({ options }: Scan, directory: string): Promise<ReadonlyMap<string, KnownFile>> {
  const { folderId, port } = options;
  const known = new Map<string, KnownFile>();
  let last = "";
  for (let part = port.knownFiles(folderId, directory, last); part.size > 0; ) {
    for (const [name, file] of part) {
      known.set(name, file);
      last = name;
    }
    await setImmediate();
    part = port.knownFiles(folderId, directory, last);
  }
  return known;
}

/** Changes in one call of applyChanges, which is one transaction. The event loop is free between calls. */
const CHANGES_PER_CALL = 100;

/** Hands over what differs in one directory, a part at a time, and counts it. A scan that is interrupted leaves the rest to the next one. */
export async function handOver(scan: Scan, changes: Omit<DirectoryChanges, "folderId">): Promise<void> {
  const { folderId, port, signal } = scan.options;
  const { directory, seen, returned, gone } = changes;
  const most = Math.max(seen.length, returned.length, gone.length);
  for (let from = 0; from < most; from += CHANGES_PER_CALL) {
    if (from > 0) {
      await setImmediate();
      await port.caughtUp();
    }
    signal.throwIfAborted();
    const to = from + CHANGES_PER_CALL;
    const part = { seen: seen.slice(from, to), returned: returned.slice(from, to), gone: gone.slice(from, to) };
    port.applyChanges({ folderId, directory, ...part });
  }
  scan.totals.changed += seen.length + returned.length;
  scan.totals.gone += gone.length;
}

/** "gone" also when a file or a link has taken the directory's place. */
export async function directoryState(path: string): Promise<"there" | "gone" | { readonly error: unknown }> {
  try {
    return (await lstat(path)).isDirectory() ? "there" : "gone";
  } catch (error) {
    return isGone(error) ? "gone" : { error };
  }
}
