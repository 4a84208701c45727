// Temporary trees of files with pictures' names, what a scan found of them, and the rights of someone who is not root.
import { chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { type KnownFilesPort, type ScanOptions, scanDirectory, scanTree } from "../../../daemon/folders/scanner.ts";

export const NOBODY = 65_534;

/** An empty directory, gone when the test ends. */
export function temporary(t: TestContext): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "rememe-folders-")));
  t.after(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

/** Writes `{ "a/b.jpg": "content" }`, dated a minute ago so that the files have settled. Returns the root. */
export function write(root: string, files: Readonly<Record<string, string>>): string {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    utimesSync(path, Date.now() / 1_000 - 60, Date.now() / 1_000 - 60);
  }
  return root;
}

/** A tree in a directory of its own. */
export function tree(t: TestContext, files: Readonly<Record<string, string>> = {}): string {
  return write(temporary(t), files);
}

type Known = NonNullable<ReturnType<ReturnType<KnownFilesPort["knownFiles"]>["get"]>>;

export interface MemoryPort extends KnownFilesPort {
  /** Paths below the root that are known and not missing, sorted. */
  paths(root: string): string[];
  file(path: string): Known | undefined;
  /** Names of the verbs called that change something, with their directory. */
  readonly calls: string[];
}

/** Few enough that tests come by it. */
const KNOWN_AT_ONCE = 3;

/** The store's verbs on a map. */
export function memoryPort(): MemoryPort {
  const files = new Map<string, Known>();
  const calls: string[] = [];
  let lastId = 0;
  const setMissing = (fileIds: readonly number[], missing: boolean): void => {
    for (const [path, file] of files) if (fileIds.includes(file.fileId)) files.set(path, { ...file, missing });
  };
  return {
    calls,
    knownFiles(_, directory, after) {
      const names = [...files].filter(([path]) => dirname(path) === directory).map(([, file]) => file);
      const next = names.filter(({ name }) => name > after).sort((a, b) => (a.name < b.name ? -1 : 1));
      return new Map(next.slice(0, KNOWN_AT_ONCE).map((file) => [file.name, file]));
    },
    knownDirectories: (_, root) => {
      const present = [...files].filter(([, { missing }]) => !missing).map(([path]) => dirname(path));
      return [...new Set(present)].filter((path) => path === root || path.startsWith(`${root}/`));
    },
    applyChanges({ directory, seen, returned, gone }) {
      calls.push(`apply ${directory}`);
      for (const file of seen) {
        const path = `${directory}/${file.name}`;
        files.set(path, { ...file, fileId: files.get(path)?.fileId ?? ++lastId, missing: false, inCloud: false });
      }
      setMissing(returned, false);
      setMissing(gone, true);
    },
    caughtUp: async () => {},
    paths: (root) =>
      [...files]
        .filter(([path, { missing }]) => !missing && path.startsWith(`${root}/`))
        .map(([path]) => path.slice(root.length + 1))
        .sort(),
    file: (path) => files.get(path),
  };
}

export interface Scanner {
  readonly port: MemoryPort;
  readonly problems: { path: string; error: unknown }[];
  readonly unsettled: string[];
  tree(directory?: string, extra?: Partial<ScanOptions>): ReturnType<typeof scanTree>;
  directory(directory: string, extra?: Partial<ScanOptions>): ReturnType<typeof scanDirectory>;
  /** What is known below the root. */
  known(): string[];
}

/** Both scans on one root, remembering in memory. */
export function scanner(root: string): Scanner {
  const port = memoryPort();
  const problems: { path: string; error: unknown }[] = [];
  const unsettled: string[] = [];
  const options = (directory: string, extra: Partial<ScanOptions> = {}): ScanOptions => ({
    folderId: 1,
    root,
    directory,
    port,
    signal: new AbortController().signal,
    ownDirectory: "/nonexistent/rememe",
    wanted: { videos: false, pdfs: false },
    onProblem: (path, error) => problems.push({ path, error }),
    onUnsettled: (path) => unsettled.push(path),
    ...extra,
  });
  return {
    port,
    problems,
    unsettled,
    tree: (directory = root, extra) => scanTree(options(directory, extra)),
    directory: (directory, extra) => scanDirectory(options(directory, extra)),
    known: () => port.paths(root),
  };
}

/**
 * Runs something without root's right to read everything. `root`, and what is in it on the first level, is handed over
 * to that user.
 */
export async function asNobody<T>(paths: readonly string[], run: () => Promise<T>): Promise<T> {
  const { geteuid, seteuid } = process;
  if (geteuid?.() !== 0 || !seteuid) return run();
  for (const path of paths) chownSync(path, NOBODY, NOBODY);
  seteuid(NOBODY);
  try {
    return await run();
  } finally {
    seteuid(0);
  }
}

/** Asks until the answer is true; fails after ten seconds, saying what it waited for. */
export async function until(what: string, ask: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!ask()) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
