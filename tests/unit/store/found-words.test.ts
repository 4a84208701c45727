import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { wordFinder } from "../../../daemon/store/found-words.ts";
import { fold, foldWithOrigin } from "../../../daemon/store/text-form.ts";
import { queryWords } from "../../../daemon/store/text-query.ts";
import { found, index, openLibrary } from "./library.ts";

/** The text with the words in brackets. */
function shown(text: string, ...queries: readonly string[]): string {
  let last = 0;
  const parts = wordFinder(queries)(text).map(({ start, end }) => {
    const part = `${text.slice(last, start)}[${text.slice(start, end)}]`;
    last = end;
    return part;
  });
  return parts.join("") + text.slice(last);
}

test("words are found however they are written", () => {
  assert.equal(shown("This is FINE, fine!", "fine"), "This is [FINE], [fine]!");
  assert.equal(shown("Crème brûlée", "creme brulee"), "[Crème] [brûlée]");
  assert.equal(shown("Cre\u0300me", "crème"), "[Cre\u0300me]");
  assert.equal(shown("ﬁne 🐕 dog", "fin dog"), "[ﬁn]e 🐕 [dog]");
  assert.equal(shown("You’re welcome", "you're"), "[You’re] welcome");
  assert.equal(shown("YOURE welcome", "you're"), "[YOURE] welcome");
});

test("a whole word counts before the beginning of one, and that before what stands inside", () => {
  assert.equal(shown("educate the cats and the cat", "cat"), "educate the cats and the [cat]");
  assert.equal(shown("educate the cats", "cat"), "educate the [cat]s");
  assert.equal(shown("educate", "cat"), "edu[cat]e");
  assert.equal(shown("this is", "is"), "this [is]");
  assert.equal(shown("this", "is"), "this");
});

test("words that stand everywhere count where all words stand side by side", () => {
  assert.equal(shown("THIS IS\nFINE, is it?", "this is fine"), "[THIS] [IS]\n[FINE], is it?");
  assert.equal(shown("THISISFINE", "this is fine"), "[THIS][IS][FINE]");
  assert.equal(shown("this is not fine", "this is fine"), "this is not [fine]");
  assert.equal(shown("the end of the", "the"), "[the] end of [the]");
  assert.equal(shown("ham I am", "i am"), "ham [I] [am]");
});

test("characters of scripts without spaces are found across the end of a line", () => {
  assert.equal(shown("我的猫在\n沙发上睡觉", "在沙发"), "我的猫[在\n沙发]上睡觉");
  assert.equal(shown("我的猫和你的猫", "猫"), "我的[猫]和你的[猫]");
  assert.equal(shown("안녕하세요", "안녕"), "[안녕]하세요");
});

test("the words as they are spelt in the library are found beside those that were typed", () => {
  assert.equal(shown("one does not simply", "simpyl", "simply"), "one does not [simply]");
});

test("of a word that stands everywhere the first places are enough", () => {
  assert.equal(wordFinder(["cat dog"])(`${"cat ".repeat(100)}dog`).length, 9);
});

test("no text and no query is too strange", () => {
  const strange = fc.string({ unit: "binary", maxLength: 60 });
  fc.assert(
    fc.property(strange, strange, (text, query) => {
      let last = 0;
      for (const { word, start, end } of wordFinder([query])(text)) {
        assert.ok(last <= start && start < end && end <= text.length);
        assert.ok(queryWords(query).includes(word));
        last = end;
      }
    }),
  );
});

test("letters that are traced are the letters that are searched for", () => {
  const strange = fc.string({
    unit: fc.oneof(fc.constantFrom(..."aΣİé’'´`ﬁ ŉ\u0301가", "가"), fc.string({ unit: "binary" })),
  });
  fc.assert(
    fc.property(strange, (text) => {
      const folded = foldWithOrigin(text);
      assert.equal(folded.text, fold(text));
      const { start, end } = folded.origin(0, folded.text.length);
      if (folded.text !== "") assert.ok(start >= 0 && start < end && end <= text.length);
    }),
    { numRuns: 2_000 },
  );
});

test("ten thousand characters of nonsense are at most 32 words", () => {
  assert.equal(queryWords(Array.from({ length: 2000 }, (_, i) => `w${i}`).join(" ")).length, 32);
  assert.deepEqual(queryWords('"*(){}[]^~:'), []);
});

test("what a search for words finds in a text can be shown in it", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const texts = ["ONEDOESNOT\nSIMPLY", "Crème brûlée", "我的猫在\n沙发上", "you’re late", "ﬁnal ﬂoor", "the cats"];
  const ids = texts.map((text, number) => index(store, id, `/p/${number}.png`, `${number}`, { text }));
  const queries = [
    "does not",
    "simp",
    "creme",
    "沙发",
    "在沙发",
    "youre late",
    "you're",
    "final",
    "floor",
    "cat",
    "the cat",
  ];
  for (const query of queries) {
    const hits = await found(store, query);
    assert.ok(hits.length > 0, query);
    for (const hit of hits) assert.ok(wordFinder([query])(texts[ids.indexOf(hit)] ?? "").length > 0, query);
  }
});
