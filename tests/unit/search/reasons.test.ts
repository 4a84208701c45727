import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type SearchableTexts, textReasons } from "../../../daemon/search/reasons.ts";
import { wordFinder } from "../../../daemon/store/found-words.ts";
import { packWords } from "../../../daemon/store/word-boxes.ts";

const nothing: SearchableTexts = { ocr: "", ocrBoxes: new Uint8Array(0), names: [], folders: [], tags: [] };
const why = (query: string, texts: Partial<SearchableTexts>) =>
  textReasons(wordFinder([query]), { ...nothing, ...texts }, 1).map((reason) =>
    reason.kind === "text" ? reason : assert.fail(),
  );

test("names the field, the words found, and where they stand in the text around them and in the picture", () => {
  const ocrBoxes = packWords([
    { start: 0, end: 4, box: [0, 0, 0.25, 0.5], turns: 0 },
    { start: 5, end: 8, box: [0.5, 0, 0.25, 0.5], turns: 0 },
    { start: 15, end: 19, box: [0, 0.5, 1, 0.5], turns: 0 },
  ]);
  const [reason, ...others] = why("dog fire", { ocr: "THIS DOG IS\nON FIRE", names: ["cat"], ocrBoxes });
  assert.deepEqual(others, []);
  assert.deepEqual(reason, {
    kind: "text",
    field: "ocr",
    rank: 1,
    words: ["dog", "fire"],
    snippet: "THIS DOG IS ON FIRE",
    marks: [
      { word: "dog", start: 5, end: 8 },
      { word: "fire", start: 15, end: 19 },
    ],
    boxes: [
      { word: "dog", x: 0.5, y: 0, width: 0.25, height: 0.5 },
      { word: "fire", x: 0, y: 0.5, width: 1, height: 0.5 },
    ],
  });
});

test("only what is written in the picture has a place in it", () => {
  const ocrBoxes = packWords([{ start: 0, end: 3, box: [0, 0, 1, 1], turns: 0 }]);
  const reasons = why("cat", { ocr: "CAT", names: ["my cat"], tags: ["cat"], folders: ["cats"], ocrBoxes });
  assert.deepEqual(
    reasons.map(({ field, marks, boxes }) => [field, marks.length, boxes.length]),
    [
      ["ocr", 1, 1],
      ["name", 1, 0],
      ["tag", 1, 0],
      ["folder", 1, 0],
    ],
  );
});

test("a text whose places are not known is a reason all the same", () => {
  const [reason] = why("fire", { ocr: "on fire" });
  assert.deepEqual(reason?.boxes, []);
  assert.deepEqual(reason?.marks, [{ word: "fire", start: 3, end: 7 }]);
});

test("the snippet starts near the match, also behind characters that fold to several", () => {
  const [reason] = why("needle", { ocr: `${"ﬁﬂ ".repeat(100)}needle and more` });
  assert.match(reason?.snippet ?? "", /^….*needle and more$/);
  assert.ok((reason?.snippet.length ?? 0) <= 122);
});

test("marks are the words as they stand in the snippet, wherever it was cut", () => {
  const filler = fc.stringMatching(/^[ \n.]{0,160}$/);
  fc.assert(
    fc.property(filler, filler, filler, (before, between, after) => {
      const [reason] = why("creme fire", { ocr: `${before}Crème ${between}\nFIRE ${after}` });
      const marked = reason?.marks.map(({ start, end }) => reason.snippet.slice(start, end)) ?? [];
      assert.equal(marked[0], "Crème");
      assert.ok("FIRE".startsWith(marked[1] ?? ""));
    }),
  );
});
