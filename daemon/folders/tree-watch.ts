// What watches one tree of directories: the port between watcher.ts and the three ways of doing it.
import type { WatchFilter } from "./entry-names.ts";
import type { PathHint } from "./hints.ts";

/** What watches one tree. Neither `open` nor what it returns ever throws or rejects: errors go to `onError`. */
export interface TreeWatch {
  /** Why a root cannot be watched this way, now or later; null when it can. */
  refusal?(root: string): Error | null;
  open(root: string, options: TreeOptions): OpenTree;
}

export interface TreeOptions {
  readonly onHint: (hint: PathHint) => void;
  readonly onError: (error: Error) => void;
  readonly shouldIgnore: WatchFilter;
}

export interface OpenTree {
  /** Everything is being watched, or it failed, or it was closed before. */
  readonly ready: Promise<void>;
  /** See Watcher.refresh; left out where nothing can be missed for good. */
  refresh?(): Promise<void>;
  close(): Promise<void>;
}
