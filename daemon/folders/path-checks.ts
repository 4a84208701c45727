// Looks again at paths that a system event named: is there a directory now, and which one? Coalesces a burst of events,
// and answers one path after another.
import { lstat as lstatCallback } from "node:fs";
import { promisify } from "node:util";
import { isGone } from "./directory.ts";

/** Half the processor time of the lstat of node:fs/promises. */
const lstat = promisify(lstatCallback);
const PARALLEL = 16;

/** What is at a path. The identity tells one directory from another at the same path. */
export type Found =
  | { readonly kind: "directory"; readonly identity: string }
  | { readonly kind: "other" }
  | { readonly kind: "gone" };

export interface PathChecks {
  /** Looks at the path soon; once, however often it is added until then. */
  add(path: string): void;
  /** Resolves when everything that was added is settled. */
  done(): Promise<void>;
  /** Forgets what waits; resolves when nothing is settled any more. */
  close(): Promise<void>;
}

/**
 * @param settle gets each path with what is there, never two at once.
 * @param onError gets what cannot be looked at, for another reason than being gone.
 */
export function createPathChecks(
  settle: (path: string, found: Found) => void | Promise<void>,
  onError: (error: Error) => void,
): PathChecks {
  const waiting = new Set<string>();
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (waiting.size > 0) {
      const batch: string[] = [];
      for (const path of waiting) if (batch.push(path) === PARALLEL) break;
      for (const path of batch) waiting.delete(path);
      const found = await Promise.all(batch.map(look));
      for (const [at, path] of batch.entries()) {
        const what = found[at];
        if (what) await settle(path, what);
      }
    }
    running = undefined;
  }

  async function look(path: string): Promise<Found | undefined> {
    try {
      return await findOut(path);
    } catch (error) {
      onError(error as Error);
      return undefined;
    }
  }

  return {
    add(path) {
      waiting.add(path);
      running ??= run();
    },
    done: async () => running,
    async close() {
      waiting.clear();
      await running;
    },
  };
}

/**
 * Follows no links. Throws what lstat throws when nothing can be said. A directory is told by device, inode and time of
 * birth: an inode's number alone is soon used again.
 */
export async function findOut(path: string): Promise<Found> {
  try {
    const stats = await lstat(path, { bigint: true });
    if (!stats.isDirectory()) return { kind: "other" };
    return { kind: "directory", identity: `${stats.dev}:${stats.ino}:${stats.birthtimeNs}` };
  } catch (error) {
    if (isGone(error)) return { kind: "gone" };
    throw error;
  }
}
