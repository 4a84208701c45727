// What .rememeignore files say, in gitignore syntax: at the root and in any directory below; deeper rules beat higher
// ones.
import { readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import ignore from "ignore";
import { messageOf } from "../errors.ts";
import { RULES_FILE } from "./entry-names.ts";

/** A list of rules larger than this is a mistake. */
const MAX_RULES_BYTES = 1_000_000;
/** The library makes a regular expression of each, and very long ones throw when they are used. */
const MAX_PATTERN_LENGTH = 1_000;
/** Counted from the root down. Every name is held against all of them: 500 names and 1,000 patterns take 0.2 s. */
const MAX_PATTERNS = 1_000;

/** The rules that hold in one directory: its own and those of the directories above it. */
export interface IgnoreRules {
  /** Patterns relative to the root, in the order in which they are read: the last one that matches decides. */
  readonly patterns: readonly string[];
}

export const NO_RULES: IgnoreRules = { patterns: [] };

/** Says of an absolute path below the root whether the rules leave it out. */
export type IgnoreTest = (path: string, kind: "file" | "directory") => boolean;

/**
 * A test for the entries of one directory. Not to be kept: the library remembers every path it was asked about. It
 * looks at parents, too, but those that are ignored are never entered, so only a path's own verdict counts.
 */
export function ignoreTest({ patterns }: IgnoreRules, root: string): IgnoreTest {
  if (patterns.length === 0) return () => false;
  const matcher = ignore().add(patterns.map((pattern) => ({ pattern })));
  return (path, kind) => matcher.ignores(`${relative(root, path)}${kind === "directory" ? "/" : ""}`);
}

/**
 * The rules in `directory`: those of its parent, and its own .rememeignore if there is one. A rules file that cannot be
 * used (unreadable, binary, too large) is told to `warn` and holds no rules; nothing is thrown. Patterns cannot be
 * wrong, they only match nothing.
 */
export async function readRules(
  parent: IgnoreRules,
  root: string,
  directory: string,
  warn: (path: string, error: Error) => void,
): Promise<IgnoreRules> {
  const path = join(directory, RULES_FILE);
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw new Error("it is not a file");
    if (stats.size > MAX_RULES_BYTES) throw new Error("it is larger than 1 MB");
    const text = (await readFile(path, "utf8")).replace(/^\uFEFF/, "");
    if (text.includes("\0")) throw new Error("it is not a text file");
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
    const usable = lines
      .filter((line) => line.length <= MAX_PATTERN_LENGTH)
      .slice(0, Math.max(0, MAX_PATTERNS - parent.patterns.length));
    if (usable.length < lines.length) {
      warn(path, new Error(`${lines.length - usable.length} of its lines are not used: too long, or too many`));
    }
    const prefix = relative(root, directory);
    return { patterns: [...parent.patterns, ...usable.map((line) => relativeToRoot(line, prefix))] };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") {
      warn(path, new Error(`the rules are not used: ${messageOf(cause)}`, { cause }));
    }
    return parent;
  }
}

// A line of `<prefix>/.rememeignore` as one of a file in the root, so that one list holds all rules and the library
// decides between them: `*.gif` in `a/b` becomes `/a/b/**/*.gif`; `/x` and `x/y`, which are anchored to their
// directory, become `/a/b/x` and `/a/b/x/y`.
function relativeToRoot(line: string, prefix: string): string {
  if (prefix === "") return line;
  const sign = line.startsWith("!") ? "!" : "";
  const body = line.slice(sign.length);
  const base = `${sign}/${prefix.replace(/[\\*?[\]]/g, "\\$&")}/`;
  const isAnchored = body.replace(/\/?\s*$/, "").includes("/");
  return isAnchored ? base + body.replace(/^\//, "") : `${base}**/${body}`;
}
