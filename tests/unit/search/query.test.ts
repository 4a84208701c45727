import assert from "node:assert/strict";
import { homedir } from "node:os";
import { test } from "node:test";
import fc from "fast-check";
import { readQuery } from "../../../daemon/search/query.ts";

/** A Wednesday. */
const NOW = new Date(2026, 4, 13, 15, 30).getTime();
const read = (q: string) => readQuery(q, NOW);
const filters = (q: string) => read(q).filter.and ?? [];
const day = (year: number, month: number, date: number): number => new Date(year, month - 1, date).getTime();

test("plain words are only words", () => {
  const plain = { unwanted: [], filter: {}, similarTo: null, reading: [] };
  assert.deepEqual(read("dog on fire"), { words: "dog on fire", ...plain });
  assert.deepEqual(read("  "), { words: "", ...plain });
  assert.deepEqual(read("well-known e-mail - 3:2"), { words: "well-known e-mail - 3:2", ...plain });
});

test("quoted words are searched for, and required; a quote that is not closed goes to the end", () => {
  for (const q of ['"this is fine" dog', "“this is fine” dog", "«this is fine» dog"]) {
    assert.equal(read(q).words, "this is fine dog", q);
    assert.deepEqual(filters(q), [{ holding: ["this is fine"] }], q);
  }
  assert.deepEqual(filters('dog "on fi'), [{ holding: ["on fi"] }]);
  assert.deepEqual(read('"').filter, {});
  assert.deepEqual(read('"!?" dog').filter, {});
});

test("a minus excludes a word, or several in quotes", () => {
  const query = read('cat -dog -"good morning"');
  assert.equal(query.words, "cat");
  assert.deepEqual(query.unwanted, ["dog", "good morning"]);
  assert.deepEqual(query.filter.and, [{ not: [{ holding: ["dog"] }] }, { not: [{ holding: ["good morning"] }] }]);
  assert.deepEqual(
    query.reading.map(({ text, kind }) => [text, kind]),
    [
      ["-dog", "without"],
      ['-"good morning"', "without"],
    ],
  );
});

test("filters: folder, kind, size, and what they are not", () => {
  assert.deepEqual(filters("in:memes"), [{ inFolders: ["memes"] }]);
  assert.deepEqual(filters('in:"summer 2020" beach'), [{ inFolders: ["summer 2020"] }]);
  assert.deepEqual(filters("in:~/Pictures/"), [{ below: `${homedir()}/Pictures` }]);
  assert.deepEqual(filters("type:gif"), [{ kinds: ["animation"] }]);
  assert.deepEqual(filters("TYPE:photo,screenshot"), [{ kinds: ["photo", "screenshot"] }]);
  assert.deepEqual(filters("-type:gif"), [{ not: [{ kinds: ["animation"] }] }]);
  assert.deepEqual(filters("size:>2mb"), [{ minBytes: 2_000_000 }]);
  assert.deepEqual(filters("size:<1.5k"), [{ maxBytes: 1_500 }]);
  assert.deepEqual(filters("size:>1920x1080"), [{ minPixels: 2_073_600 }]);
  assert.deepEqual(filters("size:large"), [{ minPixels: 4_000_000 }]);
  assert.equal(read("type:gif cat").words, "cat");
});

test("dates in figures and in words", () => {
  assert.deepEqual(filters("before:2024"), [{ untilMs: day(2024, 1, 1) }]);
  assert.deepEqual(filters("after:2024-05"), [{ fromMs: day(2024, 5, 1) }]);
  assert.deepEqual(filters("date:2024-05"), [{ fromMs: day(2024, 5, 1), untilMs: day(2024, 6, 1) }]);
  assert.deepEqual(filters('on:"3 May 2024"'), [{ fromMs: day(2024, 5, 3), untilMs: day(2024, 5, 4) }]);
  assert.deepEqual(filters("after:yesterday"), [{ fromMs: day(2026, 5, 12) }]);
  assert.deepEqual(filters('date:"last week"'), [{ fromMs: day(2026, 5, 4), untilMs: day(2026, 5, 11) }]);
  assert.deepEqual(filters("date:last-month"), [{ fromMs: day(2026, 4, 1), untilMs: day(2026, 5, 1) }]);
});

test("a query may end in a date; words that only sound like one are words", () => {
  const query = read("cat photos last week");
  assert.equal(query.words, "cat photos");
  assert.deepEqual(query.filter.and, [{ fromMs: day(2026, 5, 4), untilMs: day(2026, 5, 11) }]);
  assert.match(query.reading[0]?.meaning ?? "", /quote it/);
  assert.equal(read("receipt since yesterday").words, "receipt");
  assert.equal(read("last week").words, "");
  for (const words of ["not today", "yesterday", "last week of school", '"last week"']) {
    assert.equal(read(words).words, words.replaceAll('"', ""), words);
  }
});

test("similar: mixes a picture with words", () => {
  const query = read("similar:42 but at night");
  assert.deepEqual([query.similarTo, query.words], [42, "but at night"]);
});

test("what looks like a filter but is none is searched for as words, and said so", () => {
  for (const [q, words] of [
    ["colour:red", "colour red"],
    ["before:breakfast", "before breakfast"],
    ["type:dragon", "type dragon"],
    ["size:matters", "size matters"],
    ["similar:me", "similar me"],
    ["https://example.com", "https //example.com"],
  ] as const) {
    const query = read(q);
    assert.deepEqual([query.words, query.filter], [words, {}], q);
    assert.equal(query.reading[0]?.kind, "ignored", q);
  }
});

test("no text is an error, and everything typed is either words or read", () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('"', "-", "in:", "type:gif", "similar:1", "before:", "last week", '-"', "size:>", "is:", ":", "“"),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const query = read(pieces.join(" "));
      assert.ok(query.words.length <= 2_100);
      assert.ok(query.reading.every(({ meaning }) => meaning.length > 0));
    }),
  );
  assert.ok(read("x".repeat(10_000)).words.length <= 2_000);
  assert.equal(read("a\u0000b\nc").words, "a b c");
});
