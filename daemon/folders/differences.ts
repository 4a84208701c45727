// Compares a directory's files with what the store knows of them. Knows neither disk nor store.
import { setImmediate } from "node:timers/promises";
import type { ScannedFile } from "./directory.ts";

/** A file as the store knows it. */
export interface KnownFile extends Omit<ScannedFile, "onDisk"> {
  readonly fileId: number;
  readonly missing: boolean;
  /** It lay in a cloud only when it was to be read. */
  readonly inCloud: boolean;
}

export interface Differences {
  /** New or changed. */
  readonly seen: readonly ScannedFile[];
  /** File ids: they were missing and are back unchanged. */
  readonly returned: readonly number[];
  /** File ids: they are gone. */
  readonly gone: readonly number[];
  /** Names of new or changed files that may still be growing; neither seen nor gone yet. */
  readonly unsettled: readonly string[];
}

export interface DirectoryContents {
  readonly files: readonly ScannedFile[];
  /** Names of which nothing is known at the moment: never gone. */
  readonly unclear: ReadonlySet<string>;
}

/** A millisecond or two. */
const COMPARED_AT_ONCE = 1_000;

/**
 * What differs. A file has changed when its size or its modification time (to the nanosecond) has. A changed inode
 * alone counts only while it is the exception in its directory: then another file was moved over this one. When most
 * inodes differ, the file system has numbered its files anew (FAT, SMB and FUSE do so at every mount) or everything was
 * restored from a copy: the pictures are the same, and reading the whole disk again would tell so at length. A file that lay in a cloud
 * only and has come down is one that changed, although neither size nor time tell.
 *
 * @param isSettled false while a file may still be written to.
 */
export async function differencesOf(
  { files, unclear }: DirectoryContents,
  known: ReadonlyMap<string, KnownFile>,
  isSettled: (file: ScannedFile) => boolean,
): Promise<Differences> {
  const seen: ScannedFile[] = [];
  const returned: number[] = [];
  const gone: number[] = [];
  const unsettled: string[] = [];
  const renumbered: ScannedFile[] = [];
  const present = new Set<string>();
  let same = 0;
  const change = (file: ScannedFile): void => {
    if (isSettled(file)) seen.push(file);
    else unsettled.push(file.name);
  };
  for await (const file of withPauses(files)) {
    const before = known.get(file.name);
    present.add(file.name);
    if (before?.sizeBytes !== file.sizeBytes || before.modifiedNs !== file.modifiedNs) change(file);
    else if (before.missing) returned.push(before.fileId);
    else if (before.inCloud && file.onDisk) change(file);
    else if (before.inode !== file.inode) renumbered.push(file);
    else same++;
  }
  if (renumbered.length <= same) for await (const file of withPauses(renumbered)) change(file);
  for await (const { fileId, name, missing } of withPauses([...known.values()])) {
    if (!missing && !present.has(name) && !unclear.has(name)) gone.push(fileId);
  }
  return { seen, returned, gone, unsettled };
}

/** A directory may have very many files: others have their turn after every few of them. */
async function* withPauses<Each>(all: readonly Each[]): AsyncGenerator<Each> {
  for (const [index, each] of all.entries()) {
    if (index % COMPARED_AT_ONCE === COMPARED_AT_ONCE - 1) await setImmediate();
    yield each;
  }
}

/**
 * A file is settled when it was last written to at least `settleMs` ago. One from the future is settled, too: waiting
 * for the clock to catch up could take years.
 */
export function hasSettled(file: ScannedFile, nowMs: number, settleMs: number): boolean {
  return Math.abs(nowMs - Number(file.modifiedNs / 1_000_000n)) >= settleMs;
}
