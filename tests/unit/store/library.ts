// A real library in a directory of its own, the things that a scanner and a worker would put into it, and a look behind its back.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import Database from "better-sqlite3";
import { load as loadVectorSearch } from "sqlite-vec";
import { openStore, type StoreOptions } from "../../../daemon/store/open.ts";
import type { IndexedImage, PendingFile, SeenFile, Store } from "../../../daemon/store/store.ts";

export const NOBODY: ReadonlySet<number> = new Set();
export const DIMENSION = 8;

export interface Library {
  readonly directory: string;
  readonly path: string;
  readonly store: Store;
  /** What the store takes for the present. */
  setNow(nowMs: number): void;
  /** Closes the library and opens it again, as a restart does. */
  reopen(): Store;
  /** Rows of any statement, read over a connection of its own. */
  rows(sql: string): readonly unknown[][];
}

/** With no root; `model` null: without a model as well. */
export function openLibrary(
  t: TestContext,
  model: string | null = "a",
  thumbnailsDirectory = "/thumbnails",
  options: Pick<StoreOptions, "forgottenAtOnce" | "queuedAtOnce"> = {},
): Library {
  const directory = temporaryDirectory(t);
  const path = join(directory, "library.db");
  let nowMs = 1_000;
  const open = (): Store => openStore({ path, thumbnailsDirectory, now: () => nowMs, ...options });
  let store = open();
  if (model !== null) store.useModel(model, DIMENSION);
  t.after(() => store.close());
  return {
    directory,
    path,
    get store() {
      return store;
    },
    setNow(value) {
      nowMs = value;
    },
    reopen() {
      store.close();
      store = open();
      return store;
    },
    rows(sql) {
      const db = new Database(path, { readonly: true });
      loadVectorSearch(db);
      try {
        return db.prepare<[], unknown[]>(sql).raw().all();
      } finally {
        db.close();
      }
    },
  };
}

export function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "rememe-store-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A file as the scanner sees it; `at` is its modification in nanoseconds. */
export function seen(name: string, at = 1, sizeBytes = 100): SeenFile {
  return { name, sizeBytes, modifiedNs: BigInt(at), inode: 7n };
}

/** Files appear, or change, in one directory. */
export function see(store: Store, folderId: number, directory: string, ...files: readonly (string | SeenFile)[]): void {
  const all = files.map((file) => (typeof file === "string" ? seen(file) : file));
  store.applyChanges({ folderId, directory, seen: all, returned: [], gone: [] });
}

/** Files go (or return) in one directory. */
export function move(
  store: Store,
  what: "gone" | "returned",
  folderId: number,
  directory: string,
  ...names: readonly string[]
): void {
  const known = store.knownFiles(folderId, directory);
  const ids = names.map((name) => known.get(name)?.fileId ?? assert.fail(`${name} is not known`));
  store.applyChanges({ folderId, directory, seen: [], returned: [], gone: [], [what]: ids });
}

export function queue(store: Store, limit = 1_000): readonly PendingFile[] {
  return store.nextPending(limit, NOBODY);
}

/** Paths of the queue, in order. */
export function queuePaths(store: Store): readonly string[] {
  return queue(store).map(({ path }) => path);
}

export function pending(store: Store, path: string): PendingFile {
  return queue(store).find((file) => file.path === path) ?? assert.fail(`${path} is not pending`);
}

/** Is everything of this content there that the wanted model needs? */
export function isKnown(store: Store, contentHash: string): boolean {
  const indexes = store.knownIndexes();
  const target = indexes.find(({ state }) => state === "building") ?? indexes.find(({ state }) => state === "active");
  return store.knowledge(contentHash, target?.id ?? 0) === "whole";
}

export function hashOf(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** A unit vector that depends on the seed alone. */
export function vectorOf(seed: string, dimension = DIMENSION): Float32Array {
  const bytes = createHash("shake256", { outputLength: dimension * 2 })
    .update(seed)
    .digest();
  const numbers = Float32Array.from({ length: dimension }, (_, index) => bytes.readInt16LE(index * 2) + 0.5);
  const length = Math.hypot(...numbers);
  return numbers.map((value) => value / length);
}

/** What a worker makes of a file with this content. */
export function picture(content: string, rest: Partial<IndexedImage> = {}): IndexedImage {
  return {
    contentHash: hashOf(content),
    pixelHash: hashOf(`pixels of ${content}`),
    fingerprint: new Uint8Array(240),
    format: "png",
    width: 640,
    height: 480,
    frames: 1,
    thumbnail: `${content}.webp`,
    text: "",
    words: [],
    embedding: vectorOf(content),
    scenes: [],
    ...rest,
  };
}

/** Sees a file and indexes it: the picture's id. */
export function index(
  store: Store,
  folderId: number,
  path: string,
  content: string,
  rest: Partial<IndexedImage> & { readonly at?: number } = {},
): number {
  const { at = 1, ...image } = rest;
  const slash = path.lastIndexOf("/");
  see(store, folderId, path.slice(0, slash), seen(path.slice(slash + 1), at));
  return store.saveImage(pending(store, path), picture(content, image)) ?? assert.fail(`${path} was not saved`);
}

/** Ids that a text search finds, best first. */
export async function found(store: Store, query: string, limit = 50): Promise<readonly number[]> {
  return (await store.matchText(query, limit)).map(({ imageId }) => imageId);
}

export const FAILURE = { stage: "decode", reason: "truncated", message: "the file ends early" } as const;

/** Forgets a root to the end. Returns the thumbnails that are nobody's now. */
export function removeFolder(store: Store, folderId: number): readonly string[] {
  store.removeFolder(folderId);
  while (store.hideFiles());
  while (store.forgetFiles());
  return forgetMissing(store, 1);
}

/** Forgets to the end what has been missing since before this time. Returns the thumbnails that are nobody's now. */
export function forgetMissing(store: Store, beforeMs: number): readonly string[] {
  const thumbnails: string[] = [];
  for (let some = store.forgetMissing(beforeMs); some !== null; some = store.forgetMissing(beforeMs))
    thumbnails.push(...some);
  return thumbnails;
}

/** As the daemon does it, to the end. Returns how many indexes are forgotten. */
export function forgetKept(store: Store, beforeMs: number): number {
  const count = store.forgetKept(beforeMs);
  while (store.dropSome());
  return count;
}
