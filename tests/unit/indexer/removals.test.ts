import assert from "node:assert/strict";
import { test } from "node:test";
import { createRemovals } from "../../../daemon/indexer/removals.ts";
import { createLog } from "../../../daemon/log.ts";
import type { Store } from "../../../daemon/store/store.ts";
import { until } from "../../helpers/daemon.ts";
import { index, openLibrary, removeFolder } from "../store/library.ts";

const COUNT = 9;

function start(store: Store) {
  const stopping = new AbortController();
  const thumbnails: string[] = [];
  const removals = createRemovals({
    store,
    signal: stopping.signal,
    log: createLog("silent", ""),
    onForgotten: (names) => thumbnails.push(...names),
  });
  return { removals, stopping, thumbnails };
}

function fill(store: Store): number {
  const { id } = store.addFolder("/p");
  for (let number = 0; number < COUNT; number++) index(store, id, `/p/${number}.png`, `${number}`);
  return id;
}

test("what a removed folder held is not found when the promise resolves, and forgotten afterwards; others have their turn", async (t) => {
  const { store, rows } = openLibrary(t, "a", "/thumbnails", { forgottenAtOnce: 1 });
  const { removals, thumbnails } = start(store);
  store.removeFolder(fill(store));
  let turns = 0;
  const counting = setInterval(() => turns++, 0);
  t.after(() => clearInterval(counting));
  await removals.forgetFolders();
  assert.equal(store.counts().images, 0);
  await until("all is forgotten", async () => rows("SELECT id FROM images").length === 0);
  await until("their thumbnails are nobody's", async () => thumbnails.length === COUNT);
  assert.equal(new Set(thumbnails).size, COUNT);
  assert.ok(turns > 1);
  await removals.close();
});

test("a stop ends it after the step, and the next life goes on", async (t) => {
  const library = openLibrary(t, "a", "/thumbnails", { forgottenAtOnce: 1 });
  const first = start(library.store);
  library.store.removeFolder(fill(library.store));
  const hidden = first.removals.forgetFolders();
  first.stopping.abort();
  await hidden;
  await first.removals.close();
  assert.ok(library.store.counts().images > 0);
  const store = library.reopen();
  const next = start(store);
  await next.removals.forgetFolders();
  assert.equal(store.counts().images, 0);
  await until("all is forgotten", async () => library.rows("SELECT id FROM images").length === 0);
  await next.removals.close();
  const again = fill(store);
  assert.deepEqual(removeFolder(store, again).length, COUNT);
});
