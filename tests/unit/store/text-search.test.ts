import assert from "node:assert/strict";
import { test } from "node:test";
import Database from "better-sqlite3";
import fc from "fast-check";
import { openForReading } from "../../../daemon/store/database.ts";
import { createFilterSets } from "../../../daemon/store/filter-sets.ts";
import type { Store } from "../../../daemon/store/store.ts";
import { createTextSearch } from "../../../daemon/store/text-search.ts";
import { DIMENSION, found, index, move, openLibrary, pending, picture } from "./library.ts";

/** One picture for each text, named by numbers; the ids in this order. */
function captions(store: Store, ...texts: readonly string[]): readonly number[] {
  const { id } = store.addFolder("/p");
  return texts.map((text, position) => index(store, id, `/p/${position}.png`, `${position}`, { text }));
}

test("words are found in the picture, in its name and in its folder's name; the folder counts least", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/home/ann/Pictures");
  const folder = index(store, id, "/home/ann/Pictures/wedding/1.png", "1");
  const name = index(store, id, "/home/ann/Pictures/wedding.png", "2");
  const inPicture = index(store, id, "/home/ann/Pictures/3.png", "3", { text: "a wedding" });
  const ids = await found(store, "wedding");
  assert.deepEqual([...ids].sort(), [folder, name, inPicture].sort());
  assert.equal(ids.at(-1), folder);
  // What is above the root is the person's business; the root's own name is of use.
  assert.deepEqual(await found(store, "ann"), []);
  assert.equal((await found(store, "pictures")).length, 3);
  // Neither is the extension.
  assert.deepEqual(await found(store, "png"), []);
});

test("names are found by their parts", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const camel = index(store, id, "/p/drakeHotlineBling.png", "1");
  const snake = index(store, id, "/p/surprised_pikachu-final (2).png", "2");
  const dotted = index(store, id, "/p/v1.2.notes.png", "3");
  assert.deepEqual(await found(store, "hotline"), [camel]);
  assert.deepEqual(await found(store, "drakehotline"), [camel]);
  assert.deepEqual(await found(store, "pikachu surprised"), [snake]);
  assert.deepEqual(await found(store, "notes"), [dotted]);
});

test("a half-typed word finds the whole one, from the first letter on", async (t) => {
  const { store } = openLibrary(t);
  const [cat] = captions(store, "grumpy cat says no", "something else");
  for (const query of ["g", "gr", "gru", "grumpy", "grumpy c", "grumpy ca", "cat sa"]) {
    assert.deepEqual(await found(store, query), [cat], query);
  }
});

test("pictures with all the words come before those with some of them", async (t) => {
  const { store } = openLibrary(t);
  const [some, all, apart, none] = captions(
    store,
    "distracted distracted distracted",
    "the distracted boyfriend looks back",
    "boyfriend of mine, so very much distracted by everything there is to see in this long sentence",
    "unrelated",
  );
  const ids = await found(store, "distracted boyfriend");
  assert.deepEqual(ids, [all, apart, some]);
  assert.ok(!ids.includes(none ?? 0));
  const scores = (await store.matchText("distracted boyfriend", 10)).map(({ quality }) => quality);
  assert.deepEqual(
    scores,
    scores.toSorted((a, b) => b - a),
  );
  assert.equal((await store.matchText("distracted boyfriend", 1))[0]?.imageId, all);
  assert.equal((await store.matchText("distracted boyfriend", 1)).length, 1);
});

test("of many words, half must be there", async (t) => {
  const { store } = openLibrary(t);
  const [two, one] = captions(store, "winter castle", "winter only");
  assert.deepEqual(await found(store, "winter castle dragon river"), [two]);
  assert.ok(!(await found(store, "winter castle dragon river")).includes(one ?? 0));
});

test("text that lost its spaces is found", async (t) => {
  const { store } = openLibrary(t);
  const [glued, other] = captions(store, "ONEDOESNOTSIMPLY\nWALKINTOMORDOR", "one more thing");
  assert.equal((await found(store, "one does not"))[0], glued);
  assert.equal((await found(store, "one does not simply walk into mordor"))[0], glued);
  assert.deepEqual(await found(store, "mordor"), [glued]);
  assert.equal((await found(store, "one more"))[0], other);
});

test("accents, case, apostrophes, ligatures and wide letters make no difference", async (t) => {
  const { store } = openLibrary(t);
  const [cafe, straight, office, wide] = captions(store, "Café Crème", "you're done", "o\u{fb03}ce", "ＨＥＬＬＯ");
  for (const query of ["cafe", "CAFÉ", "cafe\u0301", "creme"])
    assert.deepEqual(await found(store, query), [cafe], query);
  for (const query of ["you're done", "you’re done", "youre done"]) {
    assert.deepEqual(await found(store, query), [straight], query);
  }
  assert.deepEqual(await found(store, "office"), [office]);
  assert.deepEqual(await found(store, "hello"), [wide]);
});

test("scripts without spaces are found by a character or two, anywhere", async (t) => {
  const { store } = openLibrary(t);
  const [chinese, japanese, korean, thai] = captions(
    store,
    "我的猫很可爱",
    "かわいい猫の写真です",
    "고양이가 귀여워요",
    "แมวน่ารักมาก",
  );
  assert.deepEqual([...(await found(store, "猫"))].sort(), [chinese, japanese].sort());
  assert.deepEqual(await found(store, "可爱"), [chinese]);
  assert.deepEqual(await found(store, "写真"), [japanese]);
  assert.deepEqual(await found(store, "わい"), [japanese]);
  assert.deepEqual(await found(store, "양이"), [korean]);
  assert.deepEqual(await found(store, "귀여"), [korean]);
  assert.deepEqual(await found(store, "แมว"), [thai]);
  // Side by side, not scattered.
  assert.deepEqual(await found(store, "爱可"), []);
});

test("a page of print that holds the words comes after a caption that does, unless it is named after them", async (t) => {
  const { store } = openLibrary(t);
  const prose =
    "there is much to say of many things and some of it is said here at great length for whoever reads on ".repeat(30);
  const [page, caption] = captions(store, `code ${prose} code ${prose} code code code`, "code that works");
  const { id } = store.addFolder("/q");
  const named = index(store, id, "/q/code.png", "named", { text: prose });
  const hits = await store.matchText("code", 10);
  assert.equal(hits.at(-1)?.imageId, page);
  assert.deepEqual(hits.map(({ imageId }) => imageId).toSorted(), [page, caption, named].toSorted());
  assert.ok((hits.at(-1)?.quality ?? 0) > 0.5, "it is still a good match");
  assert.equal((await store.matchText("great length for whoever", 10))[0]?.imageId, page, "the very words are");
});

test("words of every caption alone are a query too", async (t) => {
  const { store } = openLibrary(t);
  const [me] = captions(store, "me and you", "nothing");
  assert.deepEqual(await found(store, "me"), [me]);
  assert.deepEqual(await found(store, "you and me"), [me]);
});

test("a search can be kept to one folder, copies in it included", async (t) => {
  const { store } = openLibrary(t);
  const p = store.addFolder("/p");
  const q = store.addFolder("/q");
  const one = index(store, p.id, "/p/1.png", "1", { text: "shared words" });
  const two = index(store, q.id, "/q/2.png", "2", { text: "shared words" });
  index(store, q.id, "/q/copy.png", "1");
  const inFolder = async (folderId: number, query: string) =>
    [...(await store.matchText(query, 10, { folderId }))].map(({ imageId }) => imageId).sort();
  assert.deepEqual(await inFolder(p.id, "shared words"), [one]);
  assert.deepEqual(await inFolder(q.id, "shared words"), [one, two].sort());
  assert.deepEqual(await inFolder(q.id, "hared"), [one, two].sort());
  assert.deepEqual(await inFolder(99, "shared words"), []);
});

test("hidden pictures take no places in a short answer", async (t) => {
  const { store } = openLibrary(t);
  const p = store.addFolder("/p");
  const ids = Array.from({ length: 20 }, (_, n) =>
    index(store, p.id, `/p/${n}.png`, `${n}`, { text: "frog ".repeat(20 - n) }),
  );
  const gone = [...store.knownFiles(p.id, "/p").values()].filter(({ name }) => name !== "19.png");
  store.applyChanges({
    folderId: p.id,
    directory: "/p",
    seen: [],
    returned: [],
    gone: gone.map(({ fileId }) => fileId),
  });
  assert.deepEqual(await found(store, "frog", 1), [ids[19]]);
});

test("new text of the same picture replaces the old one, even if its file was away when it was read again", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const here = index(store, id, "/p/here.png", "here", { text: "misread" });
  const away = index(store, id, "/p/away.png", "away", { text: "misread" });
  store.useModel("b", DIMENSION);
  const files = ["here", "away"].map((name) => ({ name, file: pending(store, `/p/${name}.png`) }));
  move(store, "gone", id, "/p", "away.png");
  for (const { name, file } of files) store.saveImage(file, picture(name, { text: "corrected" }));
  assert.deepEqual(await found(store, "corrected"), [here]);
  move(store, "returned", id, "/p", "away.png");
  assert.deepEqual(await found(store, "misread"), []);
  assert.deepEqual([...(await found(store, "corrected"))].sort(), [here, away]);
  assert.equal(store.texts([away]).get(away)?.ocr, "corrected");
});

const HOSTILE = [
  "",
  " ",
  '"',
  '" OR 1=1',
  "'; DROP TABLE files; --",
  "NEAR(",
  "NEAR(a b, 2)",
  "*",
  "a*",
  "^a",
  "a AND",
  "NOT",
  "OR OR OR",
  "ocr:cat",
  "{ocr names}:cat",
  "-cat",
  "(((",
  "\\",
  "%_",
  "\0",
  "a\0b",
  "\u0001\u001f\u007f",
  "\ud800",
  "a\udfff b",
  "\u202e\u200b\ufeff",
  "ʰ ª ² ½ Ⅷ",
  "𞤀𞤁 𑄃",
  "İstanbul ẞ ŉ",
  "ﷺ",
  "👩‍👩‍👧 🇩🇪",
  "e\u0301\u0302\u0303".repeat(50),
  "x".repeat(10_240),
  "ab ".repeat(3_413),
  "猫".repeat(10_240),
  '"'.repeat(10_240),
  "ﷺ".repeat(5_000),
];

test("no query text is an error, whatever it is made of", async (t) => {
  const { store } = openLibrary(t);
  captions(store, "cat dog NEAR AND OR NOT", "猫 and 犬", "x".repeat(100));
  const { id } = store.folders()[0] ?? assert.fail();
  const search = async (query: string): Promise<void> => {
    for (const hits of [await store.matchText(query, 5), await store.matchText(query, 5, { folderId: id })]) {
      assert.ok(hits.length <= 5);
      assert.ok(hits.every(({ quality }) => quality > 0 && quality <= 1));
      assert.equal(new Set(hits.map(({ imageId }) => imageId)).size, hits.length);
    }
  };
  for (const query of HOSTILE) await search(query);
  const parts = fc.array(fc.oneof(fc.constantFrom(...HOSTILE), fc.constantFrom("cat", "猫", "n", "and"), fc.string()), {
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(parts, fc.constantFrom("", " ", '"', "\n"), (words, glue) => search(words.join(glue))),
    { numRuns: 150 },
  );
  await fc.assert(fc.asyncProperty(fc.string({ unit: "binary", maxLength: 80 }), search), { numRuns: 150 });
  // The word "1" is the second picture's name, no condition.
  assert.equal((await found(store, '" OR 1=1')).length, 1);
  assert.equal((await store.matchText("cat", 0)).length, 0);
});

test("any text can be stored, and its words are found again", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  let number = 0;
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", maxLength: 60 }), async (noise) => {
      number++;
      const image = index(store, id, `/p/${number}.png`, `${number}`, { text: `${noise} needle${number}stack` });
      assert.deepEqual(await found(store, `needle${number}stack`), [image]);
    }),
    { numRuns: 40 },
  );
});

test("large libraries take shortcuts to the same pictures", async (t) => {
  const { store, path } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const word = fc.constantFrom(
    "cat",
    "caterpillar",
    "scatter",
    "it",
    "at",
    "Ätna",
    "pillar",
    "pil",
    "東京",
    "no",
    "tern",
  );
  const text = fc.array(fc.tuple(word, fc.constantFrom(" ", "", "-", ", ")), { maxLength: 6 });
  const texts = fc.sample(
    text.map((parts) => parts.flat().join("")),
    { numRuns: 45, seed: 7 },
  );
  for (const [number, text] of texts.entries()) index(store, id, `/p/${number}.png`, `${number}`, { text });
  const db = openForReading(path);
  t.after(() => db.close());
  const searches = [createTextSearch(db), createTextSearch(db, createFilterSets(db))];
  const query = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(" "));
  fc.assert(
    fc.property(query, (words) => {
      const [small = [], large = []] = searches.map((search) => search(words, 100));
      const idsOf = (hits: typeof small) => hits.map(({ imageId }) => imageId).sort();
      const whole = (hits: typeof small) => idsOf(hits.filter(({ quality }) => quality > 0.4));
      assert.deepEqual(whole(large), whole(small));
      // Not all of those with some of the words inside of others, which are worth least.
      const known = new Set(idsOf(small));
      assert.ok(large.every(({ imageId }) => known.has(imageId)));
      assert.ok(large.length >= Math.min(10, small.length));
    }),
    { numRuns: 150 },
  );
});

test("in a large library the best texts are found among any number of newer ones", async (t) => {
  const { store, path } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const exact = index(store, id, "/p/1.png", "1", { text: "This is fine" });
  const named = index(store, id, "/p/this is fine.png", "2");
  const single = index(store, id, "/p/3.png", "3", { text: "Fine." });
  const rare = index(store, id, "/p/4.png", "4", {
    text: "a zebra, of all animals, and so many words beside it that nobody would call it short",
  });
  for (let number = 5; number < 605; number++) {
    const text = `${number} people say this is fine, and then go on and on about everything that is not fine at all`;
    index(store, id, `/p/${number}.png`, `${number}`, { text });
  }
  const db = openForReading(path);
  t.after(() => db.close());
  const search = createTextSearch(db, createFilterSets(db));
  const first = (query: string) => search(query, 300).map(({ imageId }) => imageId);
  assert.deepEqual(first("this is fine").slice(0, 2).sort(), [exact, named]);
  assert.deepEqual(first("fine").slice(0, 3).sort(), [exact, named, single]);
  assert.equal(first("fine zebra")[0], rare);
});

test("in a large library a short word is found behind characters of a script without spaces", async (t) => {
  const { store, path } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const trip = index(store, id, "/p/1.png", "1", { text: "scatter in 東京ox" });
  index(store, id, "/p/2.png", "2", { text: "scatter box" });
  const db = openForReading(path);
  t.after(() => db.close());
  for (const sets of [null, createFilterSets(db)]) {
    const found = createTextSearch(db, sets)("ox catte", 10).filter(({ quality }) => quality > 0.4);
    assert.deepEqual(
      found.map(({ imageId }) => imageId),
      [trip],
      sets ? "large" : "small",
    );
  }
});

test("in a large library all texts are weighed when some hundreds hold the words", async (t) => {
  const { store, path } = openLibrary(t);
  const { id } = store.addFolder("/p");
  // Neither short nor in a name, and older than as many as are looked at of very many.
  const best = index(store, id, "/p/1.png", "1", {
    text: "the zebra that crosses the road looks to the left and then to the right",
  });
  for (let number = 2; number < 302; number++) {
    const text = `${number} words go on and on, ${"and on, ".repeat(40)} about a road, and in the end about a zebra as well`;
    index(store, id, `/p/${number}.png`, `${number}`, { text });
  }
  const db = openForReading(path);
  t.after(() => db.close());
  const hits = createTextSearch(db, createFilterSets(db))("road zebra", 300);
  assert.equal(hits[0]?.imageId, best);
});

test("in a large library with very many unseen pictures, one that is hidden or removed is found no more at once", (t) => {
  const { store, path } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const [seen, hidden, removed] = ["1", "2", "3"].map((name) =>
    index(store, id, `/p/${name}.png`, name, { text: "dog" }),
  );
  const writing = new Database(path);
  writing.exec(`INSERT INTO images (content_hash, format, width, height, frames, thumbnail, indexed_at_ms, text)
    WITH RECURSIVE many (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM many WHERE number < 5001)
    SELECT 'absent ' || number, 'png', 1, 1, 1, '', 1, '' FROM many`);
  writing.close();
  const db = openForReading(path);
  t.after(() => db.close());
  const search = createTextSearch(
    db,
    createFilterSets(db, () => 0),
  );
  const ids = (filter = {}) =>
    search("dog", 10, filter)
      .map(({ imageId }) => imageId)
      .sort();
  const whole = { not: [{ holding: ["cat"] }] };
  assert.deepEqual(
    [ids(), ids(whole)],
    [
      [seen, hidden, removed],
      [seen, hidden, removed],
    ],
  );
  store.mark(hidden ?? 0, { hidden: true });
  move(store, "gone", id, "/p", "3.png");
  assert.deepEqual([ids(), ids(whole)], [[seen], [seen]]);
});
