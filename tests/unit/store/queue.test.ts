import assert from "node:assert/strict";
import { test } from "node:test";
import { COUNT_IN_CLOUD } from "../../../daemon/store/queue.ts";
import { FAILURE, found, index, move, openLibrary, pending, picture, queue, queuePaths, see, seen } from "./library.ts";

test("what was just added comes before the backlog, and the newest first, across folders", (t) => {
  const { store } = openLibrary(t);
  const first = store.addFolder("/p");
  const second = store.addFolder("/q");
  see(store, first.id, "/p", seen("old.png", 10), seen("newest.png", 30));
  see(store, second.id, "/q", seen("middle.png", 20), seen("ancient.png", -10));
  assert.deepEqual(queuePaths(store), ["/p/newest.png", "/q/middle.png", "/p/old.png", "/q/ancient.png"]);
  store.setFolderScanned(first.id, 1);
  store.setFolderScanned(second.id, 1);
  see(store, first.id, "/p", seen("late.png", 1));
  see(store, second.id, "/q", seen("later.png", 2));
  assert.deepEqual(queuePaths(store), [
    "/q/later.png",
    "/p/late.png",
    "/p/newest.png",
    "/q/middle.png",
    "/p/old.png",
    "/q/ancient.png",
  ]);
  assert.deepEqual(
    store.nextPending(2, new Set()).map(({ path }) => path),
    ["/q/later.png", "/p/late.png"],
  );
});

test("files that are being read are passed over, without shortening the answer", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  see(store, id, "/p", seen("a.png", 4), seen("b.png", 3), seen("c.png", 2), seen("d.png", 1));
  const [a, b] = queue(store);
  const rest = store.nextPending(2, new Set([a?.fileId ?? 0, b?.fileId ?? 0]));
  assert.deepEqual(
    rest.map(({ path }) => path),
    ["/p/c.png", "/p/d.png"],
  );
});

test("only folders that can be read are in the queue, and counted as left to do", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  see(store, id, "/p", "a.png");
  for (const [state, left] of [
    ["offline", 0],
    ["denied", 0],
    ["scanning", 1],
    ["online", 1],
  ] as const) {
    store.setFolderState(id, state);
    assert.equal(queue(store).length, left, state);
    assert.equal(store.counts().pending, left, state);
    assert.equal(store.folders()[0]?.pending, 1, state);
  }
});

test("files that are gone leave the queue and come back to it", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  see(store, id, "/p", "a.png");
  move(store, "gone", id, "/p", "a.png");
  assert.deepEqual(queuePaths(store), []);
  assert.equal(store.counts().pending, 0);
  move(store, "returned", id, "/p", "a.png");
  assert.deepEqual(queuePaths(store), ["/p/a.png"]);
});

test("a forgotten file leaves nothing; its picture stays with a copy", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const image = index(store, id, "/p/a.png", "content");
  index(store, id, "/p/b.png", "content");
  const known = store.knownFiles(id, "/p");
  store.forgetFile(known.get("a.png")?.fileId ?? 0);
  store.forgetFile(9_999);
  assert.deepEqual(store.image(image)?.paths, ["/p/b.png"]);
  store.forgetFile(known.get("b.png")?.fileId ?? 0);
  assert.equal(store.image(image), null);
  assert.deepEqual(store.counts(), { folders: 1, files: 0, images: 0, pending: 0, failed: 0, inCloud: 0 });
});

test("a failure counts its attempts until the file is read, and forgets them then", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  see(store, id, "/p", "a.png");
  const first = pending(store, "/p/a.png");
  assert.equal(first.attempts, 0);
  store.saveFailure(first, { ...FAILURE, retryAtMs: 500 }, 100);
  assert.deepEqual(store.failures(10, 0), {
    failures: [{ ...FAILURE, fileId: first.fileId, path: "/p/a.png", attempts: 1, lastTryAtMs: 100, retryAtMs: 500 }],
    total: 1,
  });
  assert.deepEqual(queuePaths(store), []);
  assert.equal(store.nextRetryAtMs(), 500);
  assert.equal(store.requeueDueFailures(499), 0);
  assert.equal(store.requeueDueFailures(500), 1);
  assert.equal(store.requeueDueFailures(500), 0);
  assert.equal(store.nextRetryAtMs(), null);
  assert.equal(store.failures(10, 0).total, 0);

  const second = pending(store, "/p/a.png");
  assert.equal(second.attempts, 1);
  store.saveFailure(second, { stage: "crash", reason: "worker-died", message: "", retryAtMs: null }, 600);
  assert.equal(store.failures(10, 0).failures[0]?.attempts, 2);
  assert.equal(store.failures(10, 0).failures[0]?.stage, "crash");
  assert.equal(store.nextRetryAtMs(), null);
  assert.equal(store.requeueDueFailures(10 ** 12), 0);

  assert.equal(store.retryFailures([first.fileId, 12_345]), 1);
  assert.notEqual(store.saveImage(pending(store, "/p/a.png"), picture("fine")), null);
  assert.deepEqual(store.failures(10, 0), { failures: [], total: 0 });
  assert.deepEqual(store.counts(), { folders: 1, files: 1, images: 1, pending: 0, failed: 0, inCloud: 0 });
});

test("a failed file that changed is tried afresh", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  see(store, id, "/p", "a.png");
  store.saveFailure(pending(store, "/p/a.png"), { ...FAILURE, retryAtMs: 500 }, 100);
  see(store, id, "/p", seen("a.png", 2));
  assert.equal(pending(store, "/p/a.png").attempts, 0);
  assert.equal(store.nextRetryAtMs(), null);
  assert.equal(store.counts().failed, 0);
});

test("a failure of a file that changed meanwhile is not recorded", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  see(store, id, "/p", "a.png");
  const stale = pending(store, "/p/a.png");
  see(store, id, "/p", seen("a.png", 2));
  store.saveFailure(stale, { ...FAILURE, retryAtMs: null }, 100);
  assert.equal(store.counts().failed, 0);
  assert.equal(pending(store, "/p/a.png").attempts, 0);
});

test("failures are listed newest first, page by page; those of missing files wait for their return", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  see(store, id, "/p", "a.png", "b.png", "c.png");
  for (const [name, atMs] of [
    ["a", 30],
    ["b", 10],
    ["c", 20],
  ] as const) {
    store.saveFailure(pending(store, `/p/${name}.png`), { ...FAILURE, retryAtMs: 1_000 + atMs }, atMs);
  }
  const page = (limit: number, offset: number) => store.failures(limit, offset).failures.map(({ path }) => path);
  assert.deepEqual(page(2, 0), ["/p/a.png", "/p/c.png"]);
  assert.deepEqual(page(2, 2), ["/p/b.png"]);
  move(store, "gone", id, "/p", "b.png");
  assert.deepEqual(page(10, 0), ["/p/a.png", "/p/c.png"]);
  assert.equal(store.failures(1, 0).total, 2);
  assert.equal(store.nextRetryAtMs(), 1_020);
  assert.equal(store.requeueDueFailures(10_000), 2);
  move(store, "returned", id, "/p", "b.png");
  assert.deepEqual(page(10, 0), ["/p/b.png"]);
  assert.equal(store.retryFailures(null), 1);
  assert.equal(queue(store).length, 3);
});

test("a restart goes on where it stopped", async (t) => {
  const library = openLibrary(t);
  const { id } = library.store.addFolder("/p");
  const image = index(library.store, id, "/p/done.png", "done", { text: "finished work" });
  see(library.store, id, "/p", seen("waiting.png", 5), "broken.png");
  library.store.saveFailure(pending(library.store, "/p/broken.png"), { ...FAILURE, retryAtMs: 77 }, 5);
  const before = {
    counts: library.store.counts(),
    folders: library.store.folders(),
    image: library.store.image(image),
  };
  const revision = library.store.revision();

  const store = library.reopen();

  assert.deepEqual({ counts: store.counts(), folders: store.folders(), image: store.image(image) }, before);
  assert.equal(store.revision(), revision);
  assert.deepEqual(queuePaths(store), ["/p/waiting.png"]);
  assert.equal(store.failures(10, 0).failures[0]?.path, "/p/broken.png");
  assert.deepEqual(await found(store, "finished"), [image]);
  assert.equal(store.activeIndex()?.modelId, "a");
  assert.equal((await store.nearest(store.embedding(image) ?? assert.fail(), 1))[0]?.imageId, image);
});

test("a failure that is due in a far future, because the clock was set back, is tried again now", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  see(store, id, "/p", "a.png", "b.png");
  const year = 365 * 86_400_000;
  store.saveFailure(pending(store, "/p/a.png"), { ...FAILURE, retryAtMs: year + 60_000 }, year);
  store.saveFailure(pending(store, "/p/b.png"), { ...FAILURE, retryAtMs: 3_600_000 }, 0);
  assert.equal(store.requeueDueFailures(1_000), 1);
  assert.deepEqual(queuePaths(store), ["/p/a.png"]);
});

test("files in a cloud only are counted apart, and known as such until they are read", (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  see(store, id, "/p", seen("cloud.png"), seen("broken.png"), seen("fine.png"));
  const failure = { ...FAILURE, stage: "read", reason: "in-cloud", retryAtMs: null } as const;
  store.saveFailure(pending(store, "/p/cloud.png"), failure, 1);
  store.saveFailure(pending(store, "/p/broken.png"), { ...FAILURE, retryAtMs: null }, 1);
  const inCloud = () => [...store.knownFiles(id, "/p").values()].filter((file) => file.inCloud).map(({ name }) => name);
  const counts = () => {
    const { failed, inCloud } = store.counts();
    return [failed, inCloud, store.folders()[0]?.failed];
  };
  assert.deepEqual([inCloud(), counts()], [["cloud.png"], [1, 1, 1]]);
  see(store, id, "/p", seen("cloud.png"));
  assert.deepEqual([inCloud(), counts()], [[], [1, 0, 1]]);
  store.saveImage(pending(store, "/p/cloud.png"), picture("cloud"));
  assert.equal(store.counts().images, 1);
});

test("counting what is in a cloud never reads the files of a folder", (t) => {
  const { rows } = openLibrary(t);
  const plan = rows(`EXPLAIN QUERY PLAN ${COUNT_IN_CLOUD} AND folder_id = 1`).map((row) => String(row[3]));
  assert.equal(plan.length, 2);
  assert.match(plan[0] ?? "", /failures USING (COVERING )?INDEX failures_in_cloud/);
  assert.match(plan[1] ?? "", /^SEARCH files USING INTEGER PRIMARY KEY/);
});
