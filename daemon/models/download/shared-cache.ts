// The cache that the hub's own tools share: models--owner--name/{refs,snapshots/<commit>,blobs}. Only read.
import { constants, copyFile, link, readFile, realpath, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { hasContent, isHash } from "./content.ts";
import type { HubFile } from "./repository.ts";

export interface SharedCache {
  /** The commit that a branch had when somebody last fetched from it; null when the cache does not know. */
  commitOf(repository: string, branch: string): Promise<string | null>;
  /** Size and hash of a file, by the name of its blob; null when it is not there. */
  describe(repository: string, commit: string, path: string): Promise<HubFile | null>;
  /** Puts the file at `target` when it is there with the right content: true. */
  take(repository: string, commit: string, file: HubFile, target: string, signal: AbortSignal): Promise<boolean>;
}

export function openSharedCache(directory: string): SharedCache {
  const home = (repository: string): string => join(directory, `models--${repository.replaceAll("/", "--")}`);
  const snapshot = (repository: string, commit: string, path: string): string =>
    join(home(repository), "snapshots", commit, path);

  return {
    async commitOf(repository, branch) {
      const text = await readFile(join(home(repository), "refs", branch), "utf8").catch(() => "");
      return /^[0-9a-f]{40}$/.test(text.trim()) ? text.trim() : null;
    },
    async describe(repository, commit, path) {
      const blob = await realpath(snapshot(repository, commit, path)).catch(() => null);
      if (blob === null || !isHash(basename(blob))) return null;
      return { path, sizeBytes: (await stat(blob)).size, hash: basename(blob) };
    },
    async take(repository, commit, file, target, signal) {
      for (const place of [snapshot(repository, commit, file.path), join(home(repository), "blobs", file.hash)]) {
        const source = await realpath(place).catch(() => null);
        if (source === null || (await stat(source)).size !== file.sizeBytes) continue;
        if (!(await hasContent(source, file, signal).catch(() => false))) continue;
        await rm(target, { force: true });
        // A second name for the same bytes: no space, no time, and it stays when that cache is cleared.
        await link(source, target).catch(() => copyFile(source, target, constants.COPYFILE_FICLONE));
        return true;
      }
      return false;
    },
  };
}
