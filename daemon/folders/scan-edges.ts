// The two ends of a scan: the way from the root down to where it starts, and the known directories that it did not come
// by.
import { lstat } from "node:fs/promises";
import { join, relative } from "node:path";
import { isWithin, MARKER_FILES } from "./entry-names.ts";
import { type IgnoreRules, ignoreTest, NO_RULES, readRules } from "./ignore-rules.ts";
import { directoryState, everyKnownFile, handOver, isEntered, isRootThere, type Scan } from "./scan-state.ts";

/**
 * Goes from the root to the scan's directory. Returns the rules above it, or null when the way ends before: gone,
 * ignored or unreadable.
 */
export async function approach(scan: Scan): Promise<IgnoreRules | null> {
  const { root, directory, onProblem } = scan.options;
  let rules = NO_RULES;
  let at = root;
  for (const name of componentsOf(root, directory)) {
    if (at !== root && (await hasMarker(at))) {
      scan.ignored.add(at);
      return null;
    }
    rules = await readRules(rules, root, at, (path, error) => onProblem?.(path, error));
    at = join(at, name);
    if (!isEntered(scan, at, name, ignoreTest(rules, root))) return null;
    const state = await directoryState(at);
    if (typeof state === "object") onProblem?.(at, state.error);
    if (state !== "there") return null;
  }
  return rules;
}

/** Marks as gone what is known in directories that vanished or are ignored now, directory by directory. */
export async function settleUnvisited(scan: Scan): Promise<void> {
  const { folderId, port, signal } = scan.options;
  const states = new Map<string, Verdict>();
  let lastGone: string | null = null;
  // Sorted, a directory comes right before what is below it, but for names with a character that sorts before "/":
  // those cost a second call.
  for (const directory of [...scan.unvisited].sort()) {
    signal.throwIfAborted();
    if (lastGone !== null && isWithin(lastGone, directory)) continue;
    const gone = await highestGone(scan, directory, states);
    if (gone === null) continue;
    for (const below of port.knownDirectories(folderId, gone)) {
      if (!(await isRootThere(scan))) return;
      await settleGone(scan, below);
    }
    lastGone = gone;
  }
}

async function settleGone(scan: Scan, directory: string): Promise<void> {
  const { port, signal } = scan.options;
  signal.throwIfAborted();
  const known = [...(await everyKnownFile(scan, directory)).values()];
  const gone = known.filter(({ missing }) => !missing).map(({ fileId }) => fileId);
  await handOver(scan, { directory, seen: [], returned: [], gone });
  await port.caughtUp();
}

type Verdict = "there" | "gone" | "unclear";

/** The highest directory at or above `directory` whose files are to go; null when it exists or nothing can be said. */
async function highestGone(scan: Scan, directory: string, states: Map<string, Verdict>): Promise<string | null> {
  const { root } = scan.options;
  let at = root;
  for (const name of componentsOf(root, directory)) {
    at = join(at, name);
    const verdict = states.get(at) ?? (await judge(scan, at));
    states.set(at, verdict);
    if (verdict !== "there") return verdict === "gone" ? at : null;
  }
  return null;
}

async function judge(scan: Scan, directory: string): Promise<Verdict> {
  if (scan.notEntered.has(directory)) return "unclear";
  if (scan.ignored.has(directory)) return "gone";
  const state = await directoryState(directory);
  return typeof state === "object" ? "unclear" : state;
}

function componentsOf(root: string, directory: string): string[] {
  return relative(root, directory).split("/").filter(Boolean);
}

async function hasMarker(directory: string): Promise<boolean> {
  for (const name of MARKER_FILES) {
    const found = await lstat(join(directory, name)).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}
