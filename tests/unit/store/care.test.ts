// Every kind of harm that a library can come to is done behind its back, found, and mended.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import Database from "better-sqlite3";
import { load as loadVectorSearch } from "sqlite-vec";
import { openStore } from "../../../daemon/store/open.ts";
import type { Inspection, Store } from "../../../daemon/store/store.ts";
import {
  DIMENSION,
  found,
  index,
  isKnown,
  type Library,
  move,
  openLibrary,
  pending,
  picture,
  queuePaths,
  removeFolder,
  temporaryDirectory,
  vectorOf,
} from "./library.ts";

interface Cared extends Library {
  readonly thumbnails: string;
  readonly ids: readonly number[];
  /** Changes rows over a connection of its own, triggers and all. */
  harm(sql: string): void;
}

/** Three pictures, with their thumbnails. */
function careFor(t: TestContext): Cared {
  const thumbnails = temporaryDirectory(t);
  const library = openLibrary(t, "a", thumbnails);
  const { id } = library.store.addFolder("/p");
  const ids = ["red", "green", "blue"].map((name, i) => {
    writeFileSync(join(thumbnails, `${name}.webp`), "thumbnail");
    return index(library.store, id, `/p/trip/${name}.png`, name, { at: i + 1, text: `text of ${name}` });
  });
  library.setNow(Date.now());
  const harm = (sql: string): void => {
    const db = new Database(library.path);
    db.unsafeMode(true);
    loadVectorSearch(db);
    db.exec(sql);
    db.close();
  };
  return { ...library, store: library.store, thumbnails, ids, harm };
}

/** Only what was found. */
function findings(inspection: Inspection): Record<string, unknown> {
  const { pictures: _, ...rest } = inspection;
  return Object.fromEntries(
    Object.entries(rest).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : value !== 0)),
  );
}

async function mend(store: Store, expected: Record<string, unknown>): Promise<void> {
  const inspection = await store.inspect();
  assert.deepEqual(findings(inspection), expected);
  await store.repair(inspection);
}

test("a sound library has no findings, whatever it has been through", async (t) => {
  const { store, ids, thumbnails } = careFor(t);
  const folder = store.folders()[0]?.id ?? 0;
  move(store, "gone", folder, "/p/trip", ...store.knownFiles(folder, "/p/trip").keys());
  store.addFolder("/q");
  index(store, 2, "/q/red again.png", "red");
  index(store, 2, "/q/other.png", "other");
  writeFileSync(join(thumbnails, "other.webp"), "thumbnail");
  for (const name of removeFolder(store, folder)) rmSync(join(thumbnails, name));
  const inspection = await store.inspect();
  assert.deepEqual([findings(inspection), inspection.pictures, ids.length], [{}, 2, 3]);
});

test("vectors without a picture go; a picture without its vector is read again", async (t) => {
  const { store, ids, harm, rows } = careFor(t);
  const [red = 0] = ids;
  harm(`DELETE FROM vectors_1 WHERE rowid = ${red};
    INSERT INTO vectors_1 (rowid, embedding) SELECT 99, embedding FROM vectors_1 LIMIT 1`);
  await mend(store, { strayVectors: [99], withoutVector: [red] });
  assert.deepEqual(queuePaths(store), ["/p/trip/red.png"]);
  assert.deepEqual(await found(store, "red"), [red], "it is found by its text meanwhile");
  store.saveImage(pending(store, "/p/trip/red.png"), picture("red"));
  assert.deepEqual(
    rows("SELECT rowid FROM vectors_1 ORDER BY rowid"),
    ids.map((id) => [id]),
  );
  assert.equal((await store.nearest(vectorOf("red"), 1))[0]?.imageId, red);
  assert.deepEqual(findings(await store.inspect()), {});
});

test("texts that are missing, left over or old are written anew", async (t) => {
  const { store, ids, harm } = careFor(t);
  const [red = 0, green = 0, blue = 0] = ids;
  harm(`DELETE FROM words WHERE rowid = ${red}; DELETE FROM trigrams WHERE rowid = ${red};
    INSERT INTO words (rowid, ocr, names, folders) VALUES (77, 'ghost', '', '');
    UPDATE images SET names = 'old' WHERE id = ${green};
    DELETE FROM trigrams WHERE rowid = ${blue}`);
  assert.deepEqual(await found(store, "red"), []);
  await mend(store, { withoutText: [red, blue], strayTexts: [77], staleText: [green] });
  assert.deepEqual(
    [await found(store, "red"), await found(store, "green"), await found(store, "ghost")],
    [[red], [green], []],
  );
  assert.deepEqual(findings(await store.inspect()), {});
});

test("a damaged full text index is built anew from the pictures", async (t) => {
  const { store, ids, harm } = careFor(t);
  harm("DELETE FROM words_idx; DELETE FROM words_data WHERE id > 10");
  const inspection = await store.inspect();
  assert.match(inspection.damage.join(), /words/);
  await store.repair(inspection);
  assert.deepEqual(findings(await store.inspect()), {});
  assert.deepEqual(await found(store, "green"), [ids[1]]);
});

test("a thumbnail that is gone, or empty after a power cut, is made again by reading the picture; strays are told", async (t) => {
  const { store, ids, thumbnails } = careFor(t);
  const [red = 0, green = 0] = ids;
  rmSync(join(thumbnails, "red.webp"));
  writeFileSync(join(thumbnails, "green.webp"), "");
  mkdirSync(join(thumbnails, "ab"));
  for (const name of ["ab/stray.jpg", "ab/young.jpg"]) writeFileSync(join(thumbnails, name), "x");
  utimesSync(join(thumbnails, "ab/stray.jpg"), 1, 1);
  await mend(store, { withoutThumbnail: [red, green], strayThumbnails: ["ab/stray.jpg"] });
  assert.deepEqual(queuePaths(store), ["/p/trip/green.png", "/p/trip/red.png"]);
  assert.equal(isKnown(store, picture("red").contentHash), false, "it has to be read whole, not linked");
  assert.ok(existsSync(join(thumbnails, "ab/young.jpg")));
});

test("files in states that cannot be are read again; pictures that nobody would ever forget are", async (t) => {
  const { store, harm, rows } = careFor(t);
  harm(`UPDATE files SET image_id = NULL WHERE name = 'red.png';
    UPDATE files SET state = 'failed' WHERE name = 'green.png';
    DELETE FROM files WHERE name = 'blue.png'`);
  const inspection = await store.inspect();
  assert.deepEqual([inspection.lostFiles.length, inspection.unexplainedFiles.length], [1, 1]);
  assert.equal(inspection.forgotten.length, 2);
  await store.repair(inspection);
  assert.deepEqual(queuePaths(store), ["/p/trip/green.png", "/p/trip/red.png"]);
  assert.deepEqual(rows("SELECT count(*) FROM images WHERE orphaned_at_ms IS NOT NULL"), [[2]]);
});

test("counters are counted anew", async (t) => {
  const { store, harm } = careFor(t);
  const before = store.counts();
  harm(
    `UPDATE folders SET files = 9, pending = 5; UPDATE library SET images = 100; UPDATE images SET present = 3 WHERE id = 1`,
  );
  await mend(store, { wrongCounters: 3 });
  assert.deepEqual(store.counts(), before);
  assert.deepEqual(findings(await store.inspect()), {});
});

test("a backup is a whole library, taken while the first one is written to", async (t) => {
  const { store, directory, ids } = careFor(t);
  const copy = join(directory, "copy.db");
  const running = store.backup(copy);
  index(store, 1, "/p/late.png", "late");
  await running;
  assert.deepEqual((await store.inspect(copy)).damage, []);
  const restored = openStore({ path: copy, thumbnailsDirectory: "/thumbnails" });
  t.after(() => restored.close());
  restored.useModel("a", DIMENSION);
  assert.equal(restored.counts().images, store.counts().images);
  assert.equal((await restored.nearest(vectorOf("blue"), 1))[0]?.imageId, ids[2]);
});

test("space that many removed pictures leave is handed back, a little is kept", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const text = "word ".repeat(4_000);
  for (let i = 0; i < 900; i++) index(store, id, `/p/${i}.png`, `${i}`, { text: `${text} ${i}` });
  const full = store.sizeBytes();
  assert.equal(await store.giveBack(), 0, "nothing to give");
  removeFolder(store, id);
  const given = await store.giveBack();
  assert.ok(given > 16_000_000, `${given}`);
  // The file shrinks when the last connection, of whichever thread, is closed.
  await store.endSearches();
  store.close();
  assert.ok(store.sizeBytes() < full - 16_000_000, `${full} → ${store.sizeBytes()}`);
});

test("gaps that removed pictures leave among the vectors are closed", async (t) => {
  const { store, rows } = openLibrary(t);
  const [kept, removed] = [store.addFolder("/kept"), store.addFolder("/removed")];
  for (let i = 0; i < 2_100; i++) {
    if (i % 3 === 0) index(store, kept.id, `/kept/${i}.png`, `${i}`);
    else index(store, removed.id, `/removed/${i}.png`, `${i}`);
  }
  removeFolder(store, removed.id);
  const chunks = () => rows("SELECT count(*) FROM vectors_1_chunks")[0]?.[0];
  const before = await store.nearest(vectorOf("1500"), 5);
  assert.equal(chunks(), 3);
  await store.giveBack();
  assert.equal(chunks(), 1);
  assert.deepEqual(await store.nearest(vectorOf("1500"), 5), before);
  assert.deepEqual(findings(await store.inspect()).strayVectors, undefined);
});

test("marks that a picture lost are set again; sketches that do not fit their vectors are made again", async (t) => {
  const { store, ids, harm, rows } = careFor(t);
  const [red = 0, green = 0] = ids;
  store.mark(red, { favourite: true });
  harm(`UPDATE images SET favourite_at_ms = NULL WHERE id = ${red}; UPDATE images SET hidden = 1 WHERE id = ${green};
    UPDATE indexes SET centre = zeroblob(${DIMENSION * 4})`);
  await mend(store, { unfitSketches: [1], staleMarks: [red, green] });
  assert.deepEqual(rows("SELECT id, hidden FROM images WHERE favourite_at_ms IS NOT NULL OR hidden = 1"), [[red, 0]]);
  assert.deepEqual(findings(await store.inspect()), {});
});

test("what removed texts leave in the full text tables is taken away, and texts that stay are found", async (t) => {
  const library = openLibrary(t);
  const { store } = library;
  const [gone, stays] = [store.addFolder("/p"), store.addFolder("/q")];
  const last = Array.from({ length: 200 }, (_, number) =>
    index(store, gone.id, `/p/${number}.png`, `${number}`, { text: `word${number} another${number} third${number}` }),
  ).at(-1);
  const kept = index(store, stays.id, "/q/a.png", "kept", { text: "word7 stays" });
  const bytes = (): unknown[] =>
    ["words", "trigrams"].map((table) => library.rows(`SELECT sum(length(block)) FROM ${table}_data`)[0]?.[0]);
  removeFolder(store, gone.id);
  const before = bytes();
  await store.giveBack();
  for (const [at, after] of bytes().entries())
    assert.ok(Number(after) < Number(before[at]) / 4, `${before[at]}, ${after}`);
  assert.deepEqual(await found(store, "word7"), [kept]);
  assert.deepEqual(await found(store, "stays"), [kept]);
  assert.equal(store.image(last ?? 0), null);
  const merged = bytes();
  await store.giveBack();
  assert.deepEqual(bytes(), merged);
  assert.deepEqual((await store.inspect()).damage, []);
});

test("full text tables that stand in many pieces are made one, once, and texts are found as before", async (t) => {
  const library = openLibrary(t);
  const { store } = library;
  const { id } = store.addFolder("/p");
  const ids = Array.from({ length: 60 }, (_, number) => {
    const text = Array.from({ length: 400 }, (_, at) => `w${number}x${at}`).join(" ");
    return index(store, id, `/p/${number}.png`, `${number}`, { text });
  });
  const pieces = (): unknown[] =>
    ["words", "trigrams"].map((table) => library.rows(`SELECT count(DISTINCT segid) FROM ${table}_idx`)[0]?.[0]);
  assert.ok(
    pieces().every((count) => Number(count) > 1),
    `${pieces()}`,
  );
  await store.giveBack(true);
  assert.deepEqual(pieces(), [1, 1]);
  assert.deepEqual(await found(store, "w7x399"), [ids[7]]);
  assert.deepEqual(await found(store, "37x39"), [ids[37]], "inside of words");
  const largest = () => library.rows("SELECT max(segid) FROM words_idx")[0]?.[0];
  const before = largest();
  index(store, id, "/p/new.png", "new", { text: "a few words more" });
  await store.giveBack(true);
  assert.equal(largest(), before, "a few pictures more are not worth it");
  assert.deepEqual((await store.inspect()).damage, []);
});
