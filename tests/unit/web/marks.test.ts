import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { markWords } from "../../../daemon/web/marks.js";

const shown = (text: string, words: readonly string[]) =>
  markWords(text, words)
    .map((part) => (part.marked ? `[${part.text}]` : part.text))
    .join("");

test("every place of every word is marked, however it is written", () => {
  assert.equal(shown("This is FINE, fine!", ["fine"]), "This is [FINE], [fine]!");
  assert.equal(shown("Crème brûlée", ["creme", "brulee"]), "[Crème] [brûlée]");
  assert.equal(shown("Cre\u0300me", ["creme"]), "[Cre\u0300me]");
});

test("words that touch or overlap become one mark", () => {
  assert.equal(shown("THISISFINE", ["this", "is", "fine"]), "[THISISFINE]");
});

test("characters that become longer when folded are marked whole", () => {
  assert.equal(shown("ﬁne 🐕 dog", ["fin", "dog"]), "[ﬁn]e 🐕 [dog]");
});

test("the parts of any text, joined, are that text", () => {
  const texts = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(texts, fc.array(texts), (text, words) => {
      assert.equal(
        markWords(text, words)
          .map((part) => part.text)
          .join(""),
        text,
      );
    }),
  );
});
