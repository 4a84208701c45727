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
  assert.deepEqual(filters("type:png,JPG"), [{ kinds: ["png", "jpeg"] }]);
  assert.deepEqual(filters("type:heif"), [{ kinds: ["heic"] }]);
  // Names that every object has.
  for (const name of ["constructor", "__proto__", "toString"]) {
    assert.deepEqual(filters(`type:${name}`), [], name);
    assert.deepEqual(filters(`is:${name}`), [], name);
    assert.deepEqual(filters(`size:>1${name}`), [], name);
  }
  assert.deepEqual(filters("TYPE:photo,screenshot"), [{ kinds: ["photo", "screenshot"] }]);
  assert.deepEqual(filters("-type:gif"), [{ not: [{ kinds: ["animation"] }] }]);
  assert.deepEqual(filters("size:>2mb"), [{ minBytes: 2_000_000 }]);
  assert.deepEqual(filters("size:<1.5k"), [{ maxBytes: 1_500 }]);
  assert.deepEqual(filters("size:>1920x1080"), [{ minPixels: 2_073_600 }]);
  assert.deepEqual(filters("size:large"), [{ minPixels: 4_000_000 }]);
  assert.deepEqual(filters("size:>1,5mb size:<2KiB"), [{ minBytes: 1_500_000 }, { maxBytes: 2_048 }]);
  assert.deepEqual(filters("in:/tmp/../srv//cats/"), [{ below: "/srv/cats" }]);
  assert.deepEqual(filters("in:~cats"), [{ inFolders: ["~cats"] }]);
  assert.deepEqual(filters("type：gif"), [{ kinds: ["animation"] }]);
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

test("a time of day alone is no date, and years are as they are written", () => {
  for (const words of ["12:30", "noon", "3pm", '"this morning"'])
    assert.deepEqual(read(`date:${words}`).filter, {}, words);
  const from = (q: string): number => new Date(filters(q)[0]?.fromMs ?? 0).getFullYear();
  assert.deepEqual([from("after:0000"), from("after:0050-01-01"), from("after:9999-12-31")], [0, 50, 9999]);
  for (const none of ["2024-02-30", "2023-02-29", "2024-13", "31.4.2024"])
    assert.deepEqual(read(`date:${none}`).filter, {}, none);
  assert.deepEqual(filters("date:3.5.2024"), [{ fromMs: day(2024, 5, 3), untilMs: day(2024, 5, 4) }]);
});

test("a day without its year, or a weekday, is the last one there was", () => {
  assert.deepEqual(filters("after:december"), [{ fromMs: day(2025, 12, 1) }]);
  assert.deepEqual(filters("after:may"), [{ fromMs: day(2026, 5, 1) }]);
  assert.deepEqual(filters('after:"14 May"'), [{ fromMs: day(2025, 5, 14) }]);
  assert.deepEqual(filters("on:friday"), [{ fromMs: day(2026, 5, 8), untilMs: day(2026, 5, 9) }]);
  // Today is today, also before noon.
  const early = new Date(2026, 4, 13, 0, 5).getTime();
  for (const q of ['after:"13 May"', "after:wednesday", "after:today"])
    assert.deepEqual(readQuery(q, early).filter.and, [{ fromMs: day(2026, 5, 13) }], q);
});

test("days are counted back from today, in whole ones, across a change of the clocks", () => {
  assert.deepEqual(filters('date:"last 3 days"'), [{ fromMs: day(2026, 5, 11), untilMs: day(2026, 5, 14) }]);
  assert.deepEqual(filters("cats past 2 weeks"), [{ fromMs: day(2026, 5, 4), untilMs: day(2026, 5, 18) }]);
  const zone = process.env.TZ;
  process.env.TZ = "Europe/Berlin";
  try {
    const [change] = readQuery("date:2026-03-29", NOW).filter.and ?? [];
    assert.equal((change?.untilMs ?? 0) - (change?.fromMs ?? 0), 23 * 3_600_000);
    assert.equal(change?.fromMs, Date.UTC(2026, 2, 28, 23));
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
});

test("a query may end in a date; words that only sound like one are words", () => {
  const query = read("cat photos last week");
  assert.equal(query.words, "cat photos");
  assert.deepEqual(query.filter.and, [{ fromMs: day(2026, 5, 4), untilMs: day(2026, 5, 11) }]);
  assert.match(query.reading[0]?.meaning ?? "", /quote it/);
  assert.equal(read("receipt since yesterday").words, "receipt");
  assert.equal(read("last week").words, "");
  assert.equal(read('"cat" since yesterday').words, "cat");
  assert.equal(read('"cat" last week').filter.and?.length, 2);
  for (const words of ["not today", "yesterday", "last week of school", '"last week"', '"last week', '"a last" week']) {
    assert.equal(read(words).words, words.replaceAll('"', ""), words);
  }
});

test("similar: mixes a picture with words", () => {
  const query = read("similar:42 but at night");
  assert.deepEqual([query.similarTo, query.words], [42, "but at night"]);
  const unlike = read("-similar:42 cat");
  assert.deepEqual([unlike.similarTo, unlike.words, unlike.reading[0]?.kind], [null, "cat", "ignored"]);
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
