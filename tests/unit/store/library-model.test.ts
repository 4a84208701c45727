// Whatever happens, in whatever order: what can be searched is what the files say, and nothing is left behind.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import type { IndexedScene, Store } from "../../../daemon/store/store.ts";
import {
  FAILURE,
  forgetMissing,
  hashOf,
  type Library,
  move,
  openLibrary,
  picture,
  removeFolder,
  see,
  seen,
  vectorOf,
} from "./library.ts";

const DIRECTORIES = ["/p", "/p/a", "/p/a/b", "/q"] as const;
const NAMES = ["red", "blue", "green"] as const;
/** Few contents for many files: copies, moves and returns come by themselves. */
const CONTENTS = ["zebra", "yak", "walrus", "vole"] as const;
const MODELS = { a: 8, b: 5, c: 8 } as const;

type FileOperation =
  | { readonly kind: "see"; readonly place: number; readonly name: number; readonly at: number }
  | { readonly kind: "gone" | "return" | "forget"; readonly pick: number }
  | { readonly kind: "gone-below"; readonly place: number };
type WorkOperation =
  | { readonly kind: "save" | "embed" | "link" | "stale"; readonly pick: number; readonly content: number }
  | { readonly kind: "fail"; readonly pick: number; readonly retry: boolean };
type FolderOperation =
  | { readonly kind: "add" | "remove"; readonly place: number }
  | { readonly kind: "state"; readonly place: number; readonly online: boolean }
  | { readonly kind: "scanned" };
type Operation =
  | FileOperation
  | WorkOperation
  | FolderOperation
  | { readonly kind: "model"; readonly model: keyof typeof MODELS }
  | {
      readonly kind:
        | "retry"
        | "retry-due"
        | "grace"
        | "swap"
        | "reopen"
        | "forget-kept"
        | "step"
        | "queue"
        | "hide"
        | "take";
    };

const number = fc.nat({ max: 11 });
const operations: fc.Arbitrary<Operation[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant("see"), place: number, name: number, at: number }) },
    {
      weight: 12,
      arbitrary: fc.record({
        kind: fc.constantFrom("save", "save", "embed", "link", "stale"),
        pick: number,
        content: number,
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constantFrom("gone", "return", "gone", "return", "forget"), pick: number }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("fail"), pick: number, retry: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("state"), place: number, online: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("model"), model: fc.constantFrom("a", "b", "c") }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("remove", "add", "add", "gone-below"), place: number }) },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          "retry",
          "retry-due",
          "grace",
          "swap",
          "swap",
          "reopen",
          "scanned",
          "forget-kept",
          "step",
          "step",
          "queue",
          "hide",
          "take",
        ),
      }),
    },
  ) as fc.Arbitrary<Operation>,
  { minLength: 20, maxLength: 80, size: "max" },
);

function pickOf<T>(items: readonly T[], position: number): T | undefined {
  return items[position % Math.max(items.length, 1)];
}

/** The root that holds the directory, as the rules for roots have it. */
function rootOf(store: Store, directory: string) {
  return store.folders().find(({ path }) => directory === path || directory.startsWith(`${path}/`));
}

function allKnown(store: Store) {
  return store
    .folders()
    .flatMap(({ id: folderId }) =>
      DIRECTORIES.flatMap((directory) =>
        [...store.knownFiles(folderId, directory).values()].map((file) => ({ ...file, folderId, directory })),
      ),
    );
}

/** The same operation may mean nothing in the state that it meets. */
function apply(library: Library, operation: Operation, nowMs: number): void {
  const { store } = library;
  switch (operation.kind) {
    case "see":
    case "gone":
    case "return":
    case "forget":
    case "gone-below":
      changeFiles(store, operation);
      break;
    case "save":
    case "embed":
    case "link":
    case "stale":
    case "fail":
      work(library, operation, nowMs);
      break;
    case "add":
    case "remove":
    case "state":
    case "scanned":
      changeFolders(store, operation, nowMs);
      break;
    case "model":
      store.useModel(operation.model, MODELS[operation.model]);
      break;
    case "retry":
      store.retryFailures(null);
      break;
    case "retry-due":
      store.requeueDueFailures(nowMs);
      break;
    case "grace":
      store.forgetMissing(nowMs - 5);
      break;
    case "swap":
      store.activateIfComplete();
      break;
    case "forget-kept":
      store.forgetKept(nowMs - 5);
      break;
    case "step":
      if (!store.forgetFiles() && !store.dropSome()) store.forgetMissing(1);
      break;
    case "queue":
      store.queueSome();
      break;
    case "hide":
      store.hideFiles();
      break;
    case "take":
      store.takeFiles();
      break;
    case "reopen":
      library.reopen();
  }
}

function changeFiles(store: Store, operation: FileOperation): void {
  if (operation.kind === "see" || operation.kind === "gone-below") {
    const directory = pickOf(DIRECTORIES, operation.place) ?? "/p";
    const root = rootOf(store, directory);
    if (!root) return;
    if (operation.kind === "gone-below") {
      for (const below of store.knownDirectories(root.id, directory)) {
        const present = [...store.knownFiles(root.id, below).values()].filter(({ missing }) => !missing);
        move(store, "gone", root.id, below, ...present.map(({ name }) => name));
      }
    } else see(store, root.id, directory, seen(`${pickOf(NAMES, operation.name)}.png`, operation.at));
    return;
  }
  const comesBack = operation.kind === "return";
  const files = allKnown(store).filter(({ missing }) => operation.kind === "forget" || missing === comesBack);
  const file = pickOf(files, operation.pick);
  if (!file) return;
  const { folderId, directory, fileId } = file;
  if (operation.kind === "forget") store.forgetFile(fileId);
  else {
    const [returned, gone] = comesBack ? [[fileId], []] : [[], [fileId]];
    store.applyChanges({ folderId, directory, seen: [], returned, gone });
  }
}

function work(library: Library, operation: WorkOperation, nowMs: number): void {
  const { store } = library;
  const file = pickOf(store.nextPending(50, new Set()), operation.pick);
  if (!file) return;
  if (operation.kind === "fail") {
    store.saveFailure(file, { ...FAILURE, retryAtMs: operation.retry ? nowMs + 3 : null }, nowMs);
    return;
  }
  const content = pickOf(CONTENTS, operation.content) ?? "vole";
  const dimension = store.knownIndexes().find(({ id }) => id === file.indexId)?.dimension;
  const scene = (number: number): IndexedScene => ({
    ...{ frame: number * 10, atMs: null, thumbnail: `${content}-${number}.webp` },
    embedding: vectorOf(`${content} ${number}`, dimension),
  });
  const image = picture(content, {
    ...{ text: `${content} text`, embedding: vectorOf(content, dimension) },
    // Every other picture moves.
    scenes: content.charCodeAt(0) % 2 === 0 ? [scene(1), scene(2)] : [],
  });
  if (operation.kind === "link") store.linkKnown(file, image.contentHash);
  else if (operation.kind === "save") store.saveImage(file, image);
  else if (operation.kind === "embed") {
    const ofScenes = image.scenes.map(({ embedding }) => embedding);
    store.saveEmbedding(file, image.contentHash, [image.embedding, ...ofScenes]);
  } else assert.equal(store.saveImage({ ...file, sizeBytes: file.sizeBytes + 1 }, image), null);
}

function changeFolders(store: Store, operation: FolderOperation, nowMs: number): void {
  if (operation.kind === "scanned") {
    for (const { id } of store.folders()) store.setFolderScanned(id, nowMs);
  } else if (operation.kind === "add") {
    const path = pickOf(DIRECTORIES, operation.place) ?? "/p";
    if (!rootOf(store, path)) store.addFolder(path);
    // What another folder takes over is not scanned before that is done; removing it is allowed at any time.
    if (operation.place % 2) while (store.takeFiles());
  } else {
    const folder = pickOf(store.folders(), operation.place);
    if (!folder) return;
    if (operation.kind === "state") store.setFolderState(folder.id, operation.online ? "online" : "offline");
    else store.removeFolder(folder.id);
  }
}

/** Every rule of the tables, as a query for what breaks it. */
const BROKEN: Readonly<Record<string, string>> = {
  "a folder's counters": `SELECT path, files, pending, failed FROM folders AS f WHERE (files, pending, failed) IS NOT
    (SELECT count(*), count(*) FILTER (WHERE state = 'pending'), count(*) FILTER (WHERE state = 'failed')
     FROM files WHERE folder_id = f.id AND missing_at_ms IS NULL)`,
  "a picture's present files": `SELECT id, present FROM images AS i WHERE present <>
    (SELECT count(*) FROM files WHERE image_id = i.id AND missing_at_ms IS NULL)`,
  "the library's counter": "SELECT images FROM library WHERE images <> (SELECT count(*) FROM images WHERE present > 0)",
  "a picture without files and without an end": `SELECT id FROM images AS i WHERE (orphaned_at_ms IS NULL) <>
    EXISTS (SELECT 1 FROM files WHERE image_id = i.id)`,
  "a failed file without a failure":
    "SELECT id FROM files WHERE state = 'failed' AND id NOT IN (SELECT file_id FROM failures)",
  "a failure of a file that was read": `SELECT file_id FROM failures JOIN files ON files.id = file_id WHERE state = 'indexed'`,
  "an indexed file without a picture": "SELECT id FROM files WHERE state = 'indexed' AND image_id IS NULL",
  "a failure without a file": "SELECT file_id FROM failures WHERE file_id NOT IN (SELECT id FROM files)",
  "words without a picture": "SELECT rowid FROM words WHERE rowid NOT IN (SELECT id FROM images)",
  "trigrams without a picture": "SELECT rowid FROM trigrams WHERE rowid NOT IN (SELECT id FROM images)",
  "a findable picture without words": "SELECT id FROM images WHERE present > 0 AND id NOT IN (SELECT rowid FROM words)",
  "a findable picture without trigrams":
    "SELECT id FROM images WHERE present > 0 AND id NOT IN (SELECT rowid FROM trigrams)",
};

async function check(library: Library): Promise<void> {
  const { store } = library;
  for (const [rule, sql] of Object.entries(BROKEN)) assert.deepEqual(library.rows(sql), [], rule);
  checkVectors(library);
  const visible = library.rows(
    `SELECT i.id, i.content_hash FROM images AS i WHERE EXISTS (SELECT 1 FROM files WHERE image_id = i.id AND missing_at_ms IS NULL)`,
  );
  const files = allKnown(store);
  assert.deepEqual(store.counts().images, visible.length);
  assert.equal(store.counts().files, files.filter(({ missing }) => !missing).length);
  for (const content of CONTENTS) {
    const expected = visible.flatMap(([id, hash]) => (hash === hashOf(content) ? [id] : []));
    assert.deepEqual(
      (await store.matchText(content, 9)).map(({ imageId }) => imageId),
      expected,
      content,
    );
  }
  for (const name of NAMES) {
    const expected = library.rows(
      `SELECT DISTINCT image_id FROM files WHERE name = '${name}.png' AND missing_at_ms IS NULL AND image_id IS NOT NULL ORDER BY 1`,
    );
    assert.deepEqual((await store.matchText(name, 9)).map(({ imageId }) => imageId).toSorted(), expected.flat(), name);
  }
  for (const image of await store.recentImages(20, 0)) assert.ok(image.copies > 0);
  // What a removed folder holds is not shown, hidden from searches yet or not.
  const shown = library.rows(`SELECT DISTINCT image_id FROM files JOIN folders ON folders.id = folder_id
    WHERE missing_at_ms IS NULL AND image_id IS NOT NULL AND removed <> 1 ORDER BY 1`);
  const recent = (await store.recentImages(20, 0)).map((image) => image.id);
  assert.deepEqual(
    recent.toSorted((a, b) => a - b),
    shown.flat(),
  );
}

function checkVectors(library: Library): void {
  const indexes = library.rows("SELECT id, state FROM indexes WHERE dropped = 0");
  for (const [id] of indexes) {
    const orphans = `SELECT rowid FROM vectors_${id} WHERE rowid NOT IN (
      SELECT id FROM images UNION SELECT scene * 4294967296 + image_id FROM scenes)`;
    assert.deepEqual(library.rows(orphans), [], "a vector without a picture or scene");
    const lost = `SELECT id FROM images WHERE index_id = ${id} AND id NOT IN (SELECT rowid FROM vectors_${id})`;
    assert.deepEqual(library.rows(lost), [], "a picture without the vector it should have");
    const lostScenes = `SELECT scenes.* FROM scenes JOIN images ON images.id = image_id
      WHERE index_id = ${id} AND scene * 4294967296 + image_id NOT IN (SELECT rowid FROM vectors_${id})`;
    assert.deepEqual(library.rows(lostScenes), [], "a scene without the vector it should have");
  }
  const target = indexes.find(([, state]) => state === "building") ?? indexes.find(([, state]) => state === "active");
  // A picture that can be seen gets its vector some day: it has it, or a file of it is in the queue or failed.
  const stuck = `SELECT id FROM images AS i WHERE present > 0 AND index_id IS NOT ${target?.[0]} AND NOT EXISTS
    (SELECT 1 FROM files WHERE image_id = i.id AND missing_at_ms IS NULL AND state <> 'indexed')`;
  assert.deepEqual(library.rows(stuck), [], "a picture that never gets its vector");
  assert.equal(
    library.rows("SELECT name FROM sqlite_schema WHERE name GLOB 'vectors_[0-9]*' AND sql LIKE '%vec0%'").length,
    library.rows("SELECT id FROM indexes").length,
  );
}

async function run(t: TestContext, list: readonly Operation[]): Promise<void> {
  const library = openLibrary(t, "a", "/thumbnails", { forgottenAtOnce: 1, queuedAtOnce: 1 });
  library.store.addFolder("/p/a");
  library.store.addFolder("/q");
  for (const [step, operation] of list.entries()) {
    library.setNow(step);
    apply(library, operation, step);
  }
  while (library.store.queueSome() || library.store.takeFiles());
  await check(library);
  // Everything goes: nothing stays.
  for (const { id } of library.store.folders()) removeFolder(library.store, id);
  while (library.store.forgetFiles() || library.store.dropSome());
  forgetMissing(library.store, 10 ** 12);
  await check(library);
  const left = ["images", "files", "folders", "failures", "word_boxes", "fingerprints", "scenes"].map((table) => {
    return [table, library.rows(`SELECT count(*) FROM ${table}`)[0]?.[0]];
  });
  assert.deepEqual(
    left.filter(([, count]) => count !== 0),
    [],
  );
  library.store.close();
}

test("nothing is lost, doubled or left behind by any order of events", async (t) => {
  await fc.assert(
    fc.asyncProperty(operations, (list) => run(t, list)),
    { numRuns: 25 },
  );
});
