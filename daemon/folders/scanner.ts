// The one path that decides what is on disk: lstat against what the store knows. Hints only say where to look.
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { differencesOf, hasSettled } from "./differences.ts";
import { isGone, readEntries, readFileStates } from "./directory.ts";
import { MARKER_FILES, RULES_FILE } from "./entry-names.ts";
import { type IgnoreRules, ignoreTest, readRules } from "./ignore-rules.ts";
import { approach, settleUnvisited } from "./scan-edges.ts";
import {
  beginScan,
  everyKnownFile,
  handOver,
  isEntered,
  isRootThere,
  type Scan,
  type ScanOptions,
} from "./scan-state.ts";

export type { ScannedFile } from "./directory.ts";
export type { DirectoryChanges, KnownFilesPort, ScanOptions } from "./scan-state.ts";

export interface ScanTotals {
  /** Directories looked at. */
  readonly directories: number;
  /** Picture files found in them. */
  readonly files: number;
  /** New, changed or back again. */
  readonly changed: number;
  readonly gone: number;
}

/** A file written to more recently is left for later: half of a picture is not worth reading. */
const SETTLE_MS = 300;
/**
 * A directory that nothing is known of counts as just moved in when it changed within this time; the periodic scan
 * finds older ones.
 */
const NEW_DIRECTORY_MS = 3_600_000;

/**
 * Compares a directory and everything below it with what is known, and hands the differences to the port. Something is
 * gone only when the system says that nothing is there and the root is present; what cannot be read keeps what is known
 * of it. Links are not followed, mounts are. Rejects only when aborted (with the signal's reason) or when the port
 * throws; what was handed over until then stays.
 */
export function scanTree(options: ScanOptions): Promise<ScanTotals> {
  return walk(options, async () => true);
}

/**
 * The same for one directory. Of its sub-directories it enters those that nothing is known of and that changed lately:
 * a folder that was moved in. If the directory itself is gone, so is all that is known in it and below.
 */
export function scanDirectory(options: ScanOptions): Promise<ScanTotals> {
  const { folderId, directory, port, now = Date.now } = options;
  let known: ReadonlySet<string> | undefined;
  return walk(options, async (child) => {
    known ??= childrenWithFiles(directory, port.knownDirectories(folderId, directory));
    if (known.has(child)) return false;
    const changedAtMs = await lstat(child).then(
      (stats) => stats.ctimeMs,
      () => 0,
    );
    return changedAtMs > now() - NEW_DIRECTORY_MS;
  });
}

function childrenWithFiles(directory: string, known: readonly string[]): ReadonlySet<string> {
  const end = (path: string): number => path.indexOf("/", directory.length + 1);
  return new Set(known.map((path) => (end(path) < 0 ? path : path.slice(0, end(path)))));
}

interface Place {
  readonly directory: string;
  /** The rules of the directories above it. */
  readonly rules: IgnoreRules;
}

/** @param entersChild whether to enter a sub-directory of the first directory; deeper ones are entered always. */
async function walk(options: ScanOptions, entersChild: (child: string) => Promise<boolean>): Promise<ScanTotals> {
  const { directory, signal } = options;
  signal.throwIfAborted();
  const scan = await beginScan(options);
  if (!scan) return { directories: 0, files: 0, changed: 0, gone: 0 };
  const rules = await approach(scan);
  const stack: Place[] = rules ? [{ directory, rules }] : [];
  for (let place = stack.pop(); place; place = stack.pop()) {
    signal.throwIfAborted();
    for (const child of await visit(scan, place)) {
      if (place.directory !== directory || (await entersChild(child.directory))) stack.push(child);
      else scan.notEntered.add(child.directory);
    }
  }
  await settleUnvisited(scan);
  return { ...scan.totals };
}

/** Known files from which on a directory is read in parts. */
const LARGE_DIRECTORY = 1_000;

/** Scans one directory; returns the sub-directories that are not ignored. */
async function visit(scan: Scan, { directory, rules: rulesAbove }: Place): Promise<Place[]> {
  const { root, folderId, port, wanted, onDirectory, onProblem, onProgress } = scan.options;
  onDirectory?.(directory);
  // Where a scan begins may be anything: one flat folder of memes, at the first time.
  const isLarge =
    directory === scan.options.directory || port.knownFiles(folderId, directory, "").size >= LARGE_DIRECTORY;
  const entries = await readEntries(directory, wanted, isLarge).catch((error: unknown) => {
    if (!isGone(error)) onProblem?.(directory, error);
    return null;
  });
  onProgress?.();
  if (!entries) return [];
  if (directory !== root && entries.ruleFiles.some((name) => MARKER_FILES.includes(name))) {
    scan.ignored.add(directory);
    return [];
  }
  scan.unvisited.delete(directory);
  scan.totals.directories++;
  if (entries.unreadableNames > 0) {
    onProblem?.(directory, new Error(`names that are not valid UTF-8 were left out: ${entries.unreadableNames}`));
  }
  const rules = entries.ruleFiles.includes(RULES_FILE)
    ? await readRules(rulesAbove, root, directory, (path, error) => onProblem?.(path, error))
    : rulesAbove;
  const isIgnored = ignoreTest(rules, root);
  const pictures = entries.pictures.filter((name) => !isIgnored(join(directory, name), "file"));
  await compareFiles(scan, directory, pictures);
  return entries.directories.flatMap((name) => {
    const path = join(directory, name);
    return isEntered(scan, path, name, isIgnored) ? [{ directory: path, rules }] : [];
  });
}

async function compareFiles(scan: Scan, directory: string, pictures: readonly string[]): Promise<void> {
  const { signal, settleMs = SETTLE_MS, now = Date.now, onProblem, onProgress = () => {}, onUnsettled } = scan.options;
  const { files, failed, error } = await readFileStates(directory, pictures, signal, {
    mayDie: scan.mayDie,
    onProgress,
  });
  if (failed.size > 0) onProblem?.(directory, error);
  const nowMs = now();
  const known = await everyKnownFile(scan, directory);
  const found = await differencesOf({ files, unclear: failed }, known, (file) => hasSettled(file, nowMs, settleMs));
  const { seen, returned, unsettled } = found;
  const gone = found.gone.length > 0 && (await isRootThere(scan)) ? found.gone : [];

  scan.totals.files += files.length;
  if (unsettled[0] !== undefined) onUnsettled?.(join(directory, unsettled[0]));
  await handOver(scan, { directory, seen, returned, gone });
}
