import assert from "node:assert/strict";
import { test } from "node:test";
import { createRemovals } from "../../../daemon/indexer/removals.ts";
import { createLog } from "../../../daemon/log.ts";
import type { Store } from "../../../daemon/store/store.ts";
import { until } from "../../helpers/daemon.ts";
import { index, type Library, openLibrary, removeFolder } from "../store/library.ts";

const COUNT = 9;

function start({ store, rows }: Library) {
  const stopping = new AbortController();
  const thumbnails: string[] = [];
  /** Whenever a change is told: how many pictures are found, and how many are left. */
  const changes: (readonly [number, number])[] = [];
  const removals = createRemovals({
    store,
    signal: stopping.signal,
    log: createLog("silent", ""),
    onChange: () => changes.push([store.counts().images, rows("SELECT id FROM images").length]),
    onForgotten: (names) => thumbnails.push(...names),
  });
  return { removals, stopping, thumbnails, changes };
}

function fill(store: Store): number {
  const { id } = store.addFolder("/p");
  for (let number = 0; number < COUNT; number++) index(store, id, `/p/${number}.png`, `${number}`);
  return id;
}

test("what a removed folder held is hidden, told, and forgotten afterwards; others have their turn", async (t) => {
  const library = openLibrary(t, "a", "/thumbnails", { forgottenAtOnce: 1, queuedAtOnce: 1 });
  const { store, rows } = library;
  const { removals, thumbnails, changes } = start(library);
  store.removeFolder(fill(store));
  let turns = 0;
  const counting = setInterval(() => turns++, 0);
  t.after(() => clearInterval(counting));
  removals.forgetFolders();
  assert.equal(rows("SELECT id FROM files").length, COUNT, "nobody waits for it");
  await until("it is told that all are hidden", async () => changes.length > 0);
  assert.deepEqual(changes, [[0, COUNT]]);
  await until("all is forgotten", async () => rows("SELECT id FROM images").length === 0);
  await until("their thumbnails are nobody's", async () => thumbnails.length === COUNT);
  assert.equal(new Set(thumbnails).size, COUNT);
  assert.ok(turns > 1);
  await removals.close();
});

test("a folder that is removed while much is being forgotten is hidden without waiting for that", async (t) => {
  const library = openLibrary(t, "a", "/thumbnails", { forgottenAtOnce: 1, queuedAtOnce: 1 });
  const { store } = library;
  const { removals, changes } = start(library);
  const first = fill(store);
  const second = store.addFolder("/q").id;
  index(store, second, "/q/other.png", "other");
  store.removeFolder(first);
  removals.forgetFolders();
  store.removeFolder(second);
  removals.forgetFolders();
  await until("both are hidden", async () => changes.length === 2);
  assert.deepEqual(changes[1], [0, COUNT + 1]);
  await removals.close();
});

test("a stop ends it after the step, and the next life goes on", async (t) => {
  const library = openLibrary(t, "a", "/thumbnails", { forgottenAtOnce: 1, queuedAtOnce: 1 });
  const first = start(library);
  library.store.removeFolder(fill(library.store));
  first.removals.forgetFolders();
  first.stopping.abort();
  await first.removals.close();
  assert.ok(library.store.counts().images > 0);
  const store = library.reopen();
  const next = start(library);
  next.removals.forgetFolders();
  await until("all are hidden", async () => store.counts().images === 0);
  await until("all is forgotten", async () => library.rows("SELECT id FROM images").length === 0);
  await next.removals.close();
  const again = fill(store);
  assert.deepEqual(removeFolder(store, again).length, COUNT);
});
