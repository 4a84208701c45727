// Our token ids against those of the original tokenizers (Python), with small vocabularies of the same kinds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FAMILIES } from "../../../daemon/models/families.ts";
import { loadTokenizer } from "../../../daemon/models/tokenizer.ts";
import { REFERENCE_FAMILIES, type ReferenceFamily, readReference, tokenizerOf } from "./reference.ts";

type Row = Readonly<Record<ReferenceFamily, readonly number[]>> & { readonly text: string };
const ROWS = readReference<Row[]>("tokens.json");

test("there are some hundred texts, among them none at all, emoji, many scripts and ten thousand characters", () => {
  assert.ok(ROWS.length > 300);
  for (const kind of [
    /^$/,
    /\p{Emoji_Presentation}/u,
    /\u200d/,
    /\p{Script=Cyrillic}/u,
    /\p{Script=Han}/u,
    /\p{Script=Arabic}/u,
  ]) {
    assert.ok(
      ROWS.some((row) => kind.test(row.text)),
      String(kind),
    );
  }
  assert.ok(ROWS.some((row) => row.text.length > 10_000));
});

for (const family of REFERENCE_FAMILIES) {
  test(`${family}: ids are those of the original tokenizer, exactly`, () => {
    const { maxTokens, padId, padToMax } = FAMILIES[family].text;
    const tokenize = loadTokenizer(tokenizerOf(family));
    for (const row of ROWS) {
      const padding = padToMax ? maxTokens - row[family].length : 0;
      const expected = [...row[family], ...Array<number>(padding).fill(padId)];
      assert.deepEqual(Array.from(tokenize(row.text).ids, Number), expected, JSON.stringify(row.text.slice(0, 80)));
    }
  });
}
