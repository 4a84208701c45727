// Reads one directory: which entries it has, and the lstat of its pictures. Follows no links, remembers nothing.
import { isUtf8 } from "node:buffer";
import { type Dirent, lstat as lstatCallback, type OpenDirOptions } from "node:fs";
import { opendir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { isPictureName, isRuleFileName, type WantedKinds } from "./entry-names.ts";

/** Half the processor time of the lstat of node:fs/promises (measured with 140,000 files). */
const lstat = promisify(lstatCallback);

/** A picture file as it is on disk. */
export interface ScannedFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** Nanoseconds since the epoch. */
  readonly modifiedNs: bigint;
  readonly inode: bigint;
  /** It has room on the disk; false of a file in a cloud only. */
  readonly onDisk: boolean;
}

export interface DirectoryEntries {
  /** Regular files with the name of a picture. */
  readonly pictures: readonly string[];
  /** Real directories, ignored ones included. */
  readonly directories: readonly string[];
  /** .rememeignore and marker files, if any. */
  readonly ruleFiles: readonly string[];
  /** How many pictures or directories have a name that is not valid UTF-8: no string would lead back to them. */
  readonly unreadableNames: number;
}

/** Entries read in one call. */
const PART = 1_024;

/**
 * Lists a directory; names are kept byte by byte (NFC and NFD differ). Throws what readdir throws.
 * @param isLarge it has thousands of entries: to take all of them at once would hold up the event loop, while a part at a time takes small
 * directories four times as long
 */
export async function readEntries(directory: string, wanted?: WantedKinds, isLarge = false): Promise<DirectoryEntries> {
  const pictures: string[] = [];
  const directories: string[] = [];
  const ruleFiles: string[] = [];
  let unreadableNames = 0;
  for await (const entry of isLarge ? await entriesInParts(directory) : await allEntries(directory)) {
    const isDirectory = entry.isDirectory();
    if (!isDirectory && !entry.isFile()) continue;
    const name = entry.name.toString();
    const isPicture = !isDirectory && isPictureName(name, wanted);
    if (!isUtf8(entry.name)) unreadableNames += isDirectory || isPicture ? 1 : 0;
    else if (isDirectory) directories.push(name);
    else if (isPicture) pictures.push(name);
    else if (isRuleFileName(name)) ruleFiles.push(name);
  }
  return { pictures, directories, ruleFiles, unreadableNames };
}

function allEntries(directory: string): Promise<Dirent<Buffer>[]> {
  return readdir(directory, { withFileTypes: true, encoding: "buffer" });
}

async function entriesInParts(directory: string): Promise<AsyncIterable<Dirent<Buffer>>> {
  // The type knows no buffers, which it takes as readdir does.
  const options = { encoding: "buffer", bufferSize: PART } as unknown as OpenDirOptions;
  return (await opendir(directory, options)) as unknown as AsyncIterable<Dirent<Buffer>>;
}

/** What became of a name that readdir had listed. */
export interface FileStates {
  readonly files: readonly ScannedFile[];
  /** Names that could not be looked at, for whatever reason but being gone; `error` is the first one's. */
  readonly failed: ReadonlySet<string>;
  readonly error: unknown;
}

/** lstat calls at once: the sweet spot measured with libuv's four threads. */
const PARALLEL = 16;
/** On a volume that dies in between each call holds one of those threads for good; others stay free. */
const PARALLEL_WHERE_IT_MAY_DIE = 2;

/**
 * lstat of the named files, several at a time, in no particular order. Files that are gone or no plain files any more
 * are left out.
 */
export async function readFileStates(
  directory: string,
  names: readonly string[],
  signal: AbortSignal,
  { mayDie = false, onProgress = () => {} }: { readonly mayDie?: boolean; readonly onProgress?: () => void } = {},
): Promise<FileStates> {
  const files: ScannedFile[] = [];
  const failed = new Set<string>();
  let error: unknown;
  let next = 0;

  async function work(): Promise<void> {
    for (let name = names[next++]; name !== undefined; name = names[next++]) {
      signal.throwIfAborted();
      try {
        const stats = await lstat(join(directory, name), { bigint: true });
        onProgress();
        if (!stats.isFile()) continue;
        files.push({
          name,
          sizeBytes: Number(stats.size),
          modifiedNs: stats.mtimeNs,
          inode: stats.ino,
          onDisk: stats.blocks > 0n,
        });
      } catch (thrown) {
        if (isGone(thrown)) continue;
        error ??= thrown;
        failed.add(name);
      }
    }
  }

  await Promise.all(Array.from({ length: mayDie ? PARALLEL_WHERE_IT_MAY_DIE : PARALLEL }, work));
  return { files, failed, error };
}

/**
 * True for an error that says "there is nothing at this path". Nothing else does: no permission, too many open files, a
 * path that is too long or a disk that does not answer tell nothing about what is there.
 */
export function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR";
}
