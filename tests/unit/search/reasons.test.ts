import assert from "node:assert/strict";
import { test } from "node:test";
import { queryWords, type SearchableTexts, textReasons } from "../../../daemon/search/reasons.ts";

const nothing: SearchableTexts = { ocr: "", names: [], folders: [], tags: [] };
const why = (query: string, texts: Partial<SearchableTexts>) =>
  textReasons(queryWords(query), { ...nothing, ...texts }, 1);

test("names the field, the words found and the text around them", () => {
  assert.deepEqual(why("dog fire", { ocr: "THIS DOG IS\nON FIRE", names: ["cat"] }), [
    { kind: "text", field: "ocr", rank: 1, words: ["dog", "fire"], snippet: "THIS DOG IS ON FIRE" },
  ]);
});

test("case and accents do not matter", () => {
  const [reason] = why("creme", { names: ["Crème brûlée"] });
  assert.ok(reason?.kind === "text");
  assert.equal(reason.snippet, "Crème brûlée");
});

test("words are found where OCR lost the spaces", () => {
  const [reason] = why("one does not", { ocr: "ONEDOESNOTSIMPLY" });
  assert.ok(reason?.kind === "text");
  assert.deepEqual(reason.words, ["one", "does", "not"]);
});

test("a letter or two inside another word is no reason", () => {
  assert.deepEqual(why("is", { ocr: "this" }), []);
  assert.equal(why("is", { ocr: "it is" }).length, 1);
});

test("the snippet starts near the match, also behind characters that fold to several", () => {
  const [reason] = why("needle", { ocr: `${"ﬁﬂ ".repeat(100)}needle and more` });
  assert.ok(reason?.kind === "text");
  assert.match(reason.snippet, /^….*needle and more$/);
  assert.ok(reason.snippet.length <= 122);
});

test("ten thousand characters of nonsense are at most 32 words", () => {
  const nonsense = Array.from({ length: 2000 }, (_, i) => `w${i}`).join(" ");
  assert.equal(queryWords(nonsense).length, 32);
  assert.deepEqual(queryWords('"*(){}[]^~:'), []);
});
