import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { resolveModel } from "../../../daemon/models/catalog.ts";
import { loadTokenizer } from "../../../daemon/models/tokenizer.ts";
import { MANIFEST, makeModel, WORDS } from "./support.ts";

const { "[BOS]": BOS, "[EOS]": EOS, "[PAD]": PAD, "[UNK]": UNK, red, green, blue } = WORDS;
const big = (ids: readonly number[]) => BigInt64Array.from(ids, BigInt);

test("words become ids between the special tokens", () => {
  const tokenize = loadTokenizer(makeModel());
  assert.deepEqual(tokenize("Red zebra BLUE"), { ids: big([BOS, red, UNK, blue, EOS]), mask: big([1, 1, 1, 1, 1]) });
});

test("lower-casing is the manifest's choice", () => {
  const tokenize = loadTokenizer(makeModel({ text: { ...MANIFEST.text, lowerCase: false } }));
  assert.deepEqual(tokenize("Red red").ids, big([BOS, UNK, red, EOS]));
});

test("long text is cut and keeps its closing token", () => {
  const tokenize = loadTokenizer(makeModel());
  assert.deepEqual(tokenize("red green blue red green blue").ids, big([BOS, red, green, blue, red, EOS]));
});

test("padding fills up to the maximum and is masked", () => {
  const tokenize = loadTokenizer(makeModel({ text: { ...MANIFEST.text, padToMax: true } }));
  assert.deepEqual(tokenize("red"), { ids: big([BOS, red, EOS, PAD, PAD, PAD]), mask: big([1, 1, 1, 0, 0, 0]) });
});

test("no text at all is fine", () => {
  assert.deepEqual(loadTokenizer(makeModel())("").ids, big([BOS, EOS]));
  const palette = loadTokenizer(resolveModel("auto"))("");
  assert.equal(palette.ids.length, 32);
  assert.ok(palette.mask.every((value) => value === 0n));
});

test("no text makes it throw or grow", () => {
  const tokenize = loadTokenizer(makeModel());
  const hostile = [
    "🦄🔥👨‍👩‍👧",
    "\u0000\u0007\u001b[31m",
    "\ud800 half",
    "red ".repeat(2_560),
    "x".repeat(10_240),
    "[EOS] [PAD]",
    "ﷺ",
  ];
  for (const text of hostile) assert.ok(tokenize(text).ids.length <= MANIFEST.text.maxTokens, text.slice(0, 20));
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      const { ids, mask } = tokenize(text);
      return ids.length === mask.length && ids.length <= MANIFEST.text.maxTokens && ids.at(-1) === BigInt(EOS);
    }),
    { numRuns: 100 },
  );
});

test("a missing or broken tokenizer is named", () => {
  const missing = makeModel();
  rmSync(join(missing.directory, "tokenizer_config.json"));
  assert.throws(() => loadTokenizer(missing), {
    code: "model-invalid",
    message: /tokenizer_config\.json cannot be read/,
  });
  const broken = makeModel();
  writeFileSync(join(broken.directory, "tokenizer.json"), '{"model": {"type": "Nonsense"}}');
  assert.throws(() => loadTokenizer(broken), { code: "model-invalid", message: /tokenizer\.json is not a tokenizer/ });
});
