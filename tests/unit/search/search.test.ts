// Whole searches over a real library; only the vectors of words are made up.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { AppError } from "../../../daemon/errors.ts";
import type { QueryEncoder } from "../../../daemon/search/query-encoder.ts";
import { createSearch } from "../../../daemon/search/search.ts";
import type { SearchAnswer } from "../../../shared/api.ts";
import { DIMENSION, index, openLibrary, picture, queue, vectorOf } from "../store/library.ts";

/** As SigLIP's: words lie far from all pictures, pictures close together. */
const CALIBRATION = { floor: 0.06, certain: 0.15, weight: 1 };
const SIGNAL = new AbortController().signal;

/** A unit vector that leans to the axes named, as far as told. */
function leaning(...axes: readonly (readonly [axis: number, by: number])[]): Float32Array {
  const vector = new Float32Array(DIMENSION);
  for (const [axis, by] of axes) vector[axis] = by;
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

interface Fixture {
  add(name: string, embedding: Float32Array, text?: string): number;
  ask(q: string, signal?: AbortSignal): Promise<SearchAnswer>;
  /** Names, best first. */
  names(q: string): Promise<readonly string[]>;
  /** What the encoder knows; asked for anything else, it has nothing to say. */
  readonly words: Map<string, Float32Array | AppError>;
  readonly store: ReturnType<typeof openLibrary>["store"];
}

function fixture(t: TestContext, calibration = () => CALIBRATION): Fixture {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const words: Fixture["words"] = new Map();
  const encoder: QueryEncoder = {
    async text(text, signal) {
      signal?.throwIfAborted();
      const known = words.get(text) ?? null;
      if (known instanceof AppError) throw known;
      return known;
    },
    picture: () => Promise.reject(new Error("not asked for")),
    prepare() {},
  };
  const search = createSearch(store, encoder, calibration);
  const ask: Fixture["ask"] = (q, signal = SIGNAL) => search.words({ q }, signal);
  return {
    add: (name, embedding, text = "") => index(store, id, `/p/${name}.png`, name, { embedding, text }),
    ask,
    names: async (q) => (await ask(q)).hits.map(({ image }) => image.name),
    words,
    store,
  };
}

const away = () => new AppError("encoder-unavailable", "The query encoder stopped unexpectedly.");

test("an exact text wins over a likeness, a strong likeness over half of the words", async (t) => {
  const { add, words, ask } = fixture(t);
  add("looks", leaning([0, 0.2], [1, 1]));
  add("says", leaning([2, 1]), "a dog on fire");
  add("half", leaning([3, 1]), "more fire");
  words.set("dog on fire", leaning([0, 1]));
  const { hits, notices, visual } = await ask("dog on fire");
  assert.deepEqual(
    hits.map(({ image, strong }) => [image.name, strong]),
    [
      ["looks.png", true],
      ["says.png", true],
      ["half.png", false],
    ],
  );
  assert.deepEqual(
    hits.map(({ why }) => why.map(({ kind }) => kind)),
    [["visual"], ["text"], ["text"]],
  );
  assert.deepEqual([notices, visual], [[], true]);
});

test("a query that means nothing here is told as such, and shows no noise below the model's floor", async (t) => {
  const { add, words, ask } = fixture(t);
  add("a", leaning([0, 0.08], [1, 1]));
  add("b", leaning([0, 0.05], [1, 1]));
  words.set("qwxz", leaning([0, 1]));
  const { hits, notices } = await ask("qwxz");
  assert.deepEqual(
    hits.map(({ image, strong }) => [image.name, strong]),
    [["a.png", false]],
  );
  assert.match(notices.join(), /Nothing really matches/);
  assert.deepEqual((await ask("zzzz")).hits, []);
});

test("similar: sorts by likeness, whatever the model's scale for words is, and leaves out the picture itself", async (t) => {
  const { add, ask, names, words } = fixture(t);
  // All far above the cosine at which words are certain; the best ones are the last.
  add("far", leaning([0, 1], [1, 1.2]));
  add("near", leaning([0, 1], [1, 0.6], [2, 0.6]));
  add("nearest", leaning([0, 1], [1, 0.3]));
  const asked = add("asked", leaning([0, 1]), "by night");
  assert.deepEqual(await names(`similar:${asked}`), ["nearest.png", "near.png", "far.png"]);
  // Mixed with words: the one of them that leans to the words as well.
  words.set("at night", leaning([2, 1], [0, 0.1]));
  const night = await ask(`similar:${asked} at night`);
  assert.equal(night.hits[0]?.image.name, "near.png");
  assert.ok(night.hits.every(({ strong, image }) => strong && image.id !== asked));
  assert.deepEqual(night.notices, []);
});

test("similar: a picture that is not there costs no search, and is said so", async (t) => {
  const { add, ask, names } = fixture(t);
  const gone = add("cat", leaning([0, 1]));
  for (const id of [0, gone + 1, 999_999_999_999_999]) {
    const alone = await ask(`similar:${id}`);
    assert.deepEqual([alone.hits, alone.reading.map(({ kind }) => kind)], [[], ["ignored"]], String(id));
    assert.match(alone.reading[0]?.meaning ?? "", new RegExp(`no picture ${id} `));
    assert.deepEqual(await names(`similar:${id} cat`), ["cat.png"]);
  }
});

test("unwanted words push down what looks like them, and hide what says them", async (t) => {
  const { add, words, names } = fixture(t);
  add("both", leaning([0, 0.13], [1, 0.2], [2, 1]));
  add("only", leaning([0, 0.11], [3, 1]));
  add("says", leaning([0, 0.08], [4, 1]), "dog");
  words.set("cat", leaning([0, 1]));
  words.set("dog", leaning([1, 1]));
  assert.deepEqual(await names("cat"), ["both.png", "only.png", "says.png"]);
  assert.deepEqual(await names("cat -dog"), ["only.png"]);
});

test("an encoder that is down costs the visual part of an answer only, and the answer says which", async (t) => {
  const { add, words, ask } = fixture(t);
  const cat = add("cat", leaning([0, 1]));
  add("kitten", leaning([0, 1], [1, 0.1]));
  words.set("cat", away());
  const texts = await ask("cat");
  assert.deepEqual([texts.hits.map(({ image }) => image.id), texts.visual], [[cat], false]);
  assert.match(texts.notices.join(), /Only texts and names.*stopped/);
  words.set("dog", away());
  for (const q of [`similar:${cat} -dog`, "kitten -dog"]) {
    words.set("kitten", leaning([0, 1]));
    const answer = await ask(q);
    assert.ok(answer.hits.some(({ image }) => image.name === "kitten.png") && answer.visual, q);
    assert.match(answer.notices.join(), /unwanted.*stopped/, q);
  }
});

test("by texts alone: nobody waits for the encoder, and nothing is said about the whole answer", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const cat = index(store, id, "/p/cat.png", "cat");
  index(store, id, "/p/more.png", "more", { text: "concatenated" });
  const encoder: QueryEncoder = {
    text: () => assert.fail("asked"),
    picture: () => assert.fail("asked"),
    prepare() {},
  };
  const { words } = createSearch(store, encoder, () => CALIBRATION);
  const { hits, visual, notices } = await words({ q: "cat", by: "texts" }, SIGNAL);
  assert.deepEqual([hits[0]?.image.id, hits.length, visual, notices], [cat, 2, false, []]);
  const weak = await words({ q: "oncatena zebra", by: "texts" }, SIGNAL);
  assert.deepEqual([weak.hits.map(({ strong }) => strong), weak.notices], [[false], []]);
});

test("a model that is gone costs no search by picture", async (t) => {
  const { add, ask } = fixture(t, () => {
    throw new AppError("model-invalid", "The model is gone.");
  });
  const cat = add("cat", leaning([0, 1]));
  add("kitten", leaning([0, 1], [1, 0.1]));
  assert.equal((await ask(`similar:${cat}`)).hits.length, 1);
  assert.equal((await ask("cat")).hits[0]?.image.id, cat);
});

test("a search that is given up stops, and the next one is answered", async (t) => {
  const { add, ask, names } = fixture(t);
  add("cat", leaning([0, 1]));
  for (const q of ["cat", "similar:1 cat", "", "type:photo"]) {
    const controller = new AbortController();
    const given = ask(q, controller.signal);
    controller.abort();
    await given.catch((error) => assert.equal(error.name, "AbortError", q));
  }
  assert.deepEqual(await names("cat"), ["cat.png"]);
});

test("4: a query that was encoded before the index changed is asked again in the new one", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  index(store, id, "/p/cat.png", "cat");
  let asked = 0;
  const encoder: QueryEncoder = {
    async text() {
      asked++;
      // The first answer comes from a model of other dimensions, and the swap happens meanwhile.
      if (asked > 1) return vectorOf("cat", DIMENSION + 4);
      store.useModel("b", DIMENSION + 4);
      const [file] = queue(store);
      assert.ok(file && store.saveImage(file, picture("cat", { embedding: vectorOf("cat", DIMENSION + 4) })));
      assert.ok(store.activateIfComplete());
      return vectorOf("cat");
    },
    picture: () => Promise.reject(new Error("not asked for")),
    prepare() {},
  };
  const answer = await createSearch(store, encoder, () => CALIBRATION).words({ q: "anything" }, SIGNAL);
  assert.equal(asked, 2);
  assert.equal(answer.hits[0]?.image.name, "cat.png");
});

test("no query fails, whatever it is made of, and every hit and reading is whole", async (t) => {
  const { add, words, ask } = fixture(t);
  add("cat", leaning([0, 1]), '"; DROP TABLE images; -- 猫 naïve 🙂 OR 1=1');
  add("dog", leaning([1, 1]), "type:gif NEAR( * ]] )");
  words.set("cat", leaning([0, 1]));
  const piece = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }),
    fc.constantFrom(
      '" OR 1=1',
      "NEAR(",
      "*",
      "'; --",
      "(a|b)+$",
      "\\",
      "{ocr} : a",
      "^",
      "AND",
      "-",
      "--",
      '"',
      "cat",
      "猫",
    ),
    fc.constantFrom(
      "similar:1",
      "similar:7",
      "-similar:1",
      "in:/",
      "in:~",
      "in:p",
      "is:hidden",
      "is:favourite",
      "tag:x",
    ),
    fc.constantFrom(
      "type:gif",
      "-type:photo",
      "size:>0",
      "size:<1x1",
      "date:noon",
      "before:0000",
      "after:9999",
      "last week",
    ),
    fc.constantFrom(
      "x".repeat(10_000),
      "é ".repeat(5_000),
      "-a ".repeat(3_000),
      "\ud800",
      "\udc00",
      "\u0000",
      "\u202e",
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
      const q = pieces.join(" ").slice(0, 10_000);
      const { hits, reading, nextOffset } = await ask(q);
      assert.ok(hits.length <= 2 && nextOffset === null);
      assert.ok(hits.every(({ score }) => score >= 0 && score <= 1.000_001));
      assert.ok(reading.every(({ meaning }) => meaning !== ""));
    }),
    { numRuns: 100 },
  );
});
