// Turns a stream of "look here" into few scans: coalesces hints per root and waits until it is quiet. Touches no disk.
import { basename, dirname } from "node:path";
import { isRuleFileName, isWithin } from "./entry-names.ts";

/** Something may have changed at `path`, which is `root` or below it. A hint is never a fact: the scan decides. */
export interface PathHint {
  readonly root: string;
  readonly path: string;
  /**
   * The path is, or was, a directory: everything below it is looked at. Left out: it is taken for a file, and its
   * directory is looked at.
   */
  readonly directory?: boolean;
}

/** What to scan under one root. */
export interface HintBatch {
  readonly root: string;
  /** For scanDirectory: these and no deeper. None of them is inside one of the trees. */
  readonly directories: ReadonlySet<string>;
  /** For scanTree: these and everything below; the root alone when too much changed. None is inside another. */
  readonly trees: ReadonlySet<string>;
}

export interface HintOptions {
  /**
   * Gets one root's batch. While the promise is pending, new hints of that root are collected and delivered after it:
   * slow scans make fewer batches, not a longer queue. Must not reject.
   */
  readonly onBatch: (batch: HintBatch) => void | Promise<void>;
  /** A batch is delivered after this long without a hint, */
  readonly quietMs?: number;
  /** or this long after its first hint when they never stop. */
  readonly maxWaitMs?: number;
  /**
   * More distinct places than this become one scan of the root: walking it costs less than that many separate scans.
   */
  readonly maxPlaces?: number;
}

export interface Hints {
  add(hint: PathHint): void;
  /** Forgets what is collected for a root. */
  drop(root: string): void;
  /** Stops every timer; nothing is delivered any more. */
  close(): void;
}

interface Collected {
  readonly directories: Set<string>;
  readonly trees: Set<string>;
  firstAtMs: number;
  timer: NodeJS.Timeout | undefined;
  isDelivering: boolean;
}

/** Collects hints until they settle. Uses the global timers and Date, and keeps no process alive. */
export function createHints(options: HintOptions): Hints {
  const { onBatch, quietMs = 200, maxWaitMs = 2_000, maxPlaces = 256 } = options;
  const roots = new Map<string, Collected>();
  let isClosed = false;

  function arm(root: string, collected: Collected): void {
    clearTimeout(collected.timer);
    if (collected.isDelivering) return;
    const latestMs = collected.firstAtMs + maxWaitMs - Date.now();
    // The clock may have been set back: never wait longer than for silence.
    const delayMs = Math.min(quietMs, Math.max(0, latestMs));
    collected.timer = setTimeout(() => void deliver(root, collected), delayMs).unref();
  }

  async function deliver(root: string, collected: Collected): Promise<void> {
    const batch = batchOf(root, collected);
    collected.directories.clear();
    collected.trees.clear();
    collected.isDelivering = true;
    try {
      await onBatch(batch);
    } finally {
      collected.isDelivering = false;
      if (roots.get(root) === collected) {
        if (collected.directories.size + collected.trees.size > 0) arm(root, collected);
        else roots.delete(root);
      }
    }
  }

  return {
    add(hint) {
      const { root } = hint;
      if (isClosed || !isWithin(root, hint.path)) return;
      const collected: Collected = roots.get(root) ?? {
        directories: new Set(),
        trees: new Set(),
        firstAtMs: 0,
        timer: undefined,
        isDelivering: false,
      };
      roots.set(root, collected);
      if (collected.directories.size + collected.trees.size === 0) collected.firstAtMs = Date.now();
      collect(hint, collected, maxPlaces);
      arm(root, collected);
    },
    drop(root) {
      clearTimeout(roots.get(root)?.timer);
      roots.delete(root);
    },
    close() {
      isClosed = true;
      for (const { timer } of roots.values()) clearTimeout(timer);
      roots.clear();
    },
  };
}

function collect({ root, path, directory = path === root }: PathHint, collected: Collected, maxPlaces: number): void {
  const { directories, trees } = collected;
  if (trees.has(root)) return;
  if (directory) trees.add(path);
  // Rules changed: they hold for everything below.
  else if (isRuleFileName(basename(path))) trees.add(dirname(path));
  else directories.add(dirname(path));
  if (directories.size + trees.size > maxPlaces || trees.has(root)) {
    directories.clear();
    trees.clear();
    trees.add(root);
  }
}

/** Leaves out what another tree of the batch covers. */
function batchOf(root: string, { directories, trees }: Collected): HintBatch {
  const hasTreeAbove = (path: string): boolean => {
    for (let at = path; at.length > root.length; ) {
      at = dirname(at);
      if (trees.has(at)) return true;
    }
    return false;
  };
  return {
    root,
    directories: new Set([...directories].filter((path) => !trees.has(path) && !hasTreeAbove(path))),
    trees: new Set([...trees].filter((path) => !hasTreeAbove(path))),
  };
}
