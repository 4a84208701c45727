// Thumbnail files that no picture needs any more. Deletes only below rememe's own thumbnails directory.
import { rmSync, statSync } from "node:fs";
import { opendir, rm, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { setImmediate } from "node:timers/promises";
import { classifyFsError, messageOf } from "../errors.ts";
import type { Logger } from "../log.ts";

/** Younger files may belong to a picture that is being stored at this moment. */
const MIN_AGE_MS = 3_600_000;
/** File times are as coarse as this on FAT; what is left because of it, the daily sweep removes. */
const COARSE_MS = 2_000;

/**
 * Deletes these thumbnails (names below `directory`), but for those that were made anew since: thousands take a while, and
 * meanwhile the same pictures may be indexed again.
 */
export async function removeThumbnails(
  directory: string,
  names: readonly string[],
  isNeeded: (name: string) => boolean,
  log: Logger,
): Promise<void> {
  const begunAtMs = Date.now() - COARSE_MS;
  for (const name of names) {
    await setImmediate();
    const path = join(directory, name);
    try {
      // In one go: in between, the worker could put a new one there.
      const found = statSync(path, { throwIfNoEntry: false });
      if (found && found.mtimeMs < begunAtMs && !isNeeded(name)) rmSync(path);
    } catch (error) {
      log.warn({ name, reason: messageOf(error) }, "thumbnail not removed");
    }
  }
}

/** Finds and deletes what a crash left behind: half-written files and thumbnails without a picture. Returns how many. */
export async function sweepThumbnails(
  directory: string,
  isNeeded: (name: string) => boolean,
  signal: AbortSignal,
  log: Logger,
): Promise<number> {
  let removed = 0;
  try {
    for await (const entry of await opendir(directory, { recursive: true })) {
      if (signal.aborted) break;
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      if (isNeeded(relative(directory, path))) continue;
      if (Date.now() - (await stat(path)).mtimeMs < MIN_AGE_MS) continue;
      await rm(path, { force: true });
      removed++;
    }
  } catch (error) {
    if (classifyFsError(error) !== "missing") log.warn({ reason: messageOf(error) }, "thumbnails not swept");
  }
  if (removed > 0) log.info({ removed }, "removed thumbnails that no picture needs");
  return removed;
}
