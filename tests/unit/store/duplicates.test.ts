import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { canBeOne, type Said } from "../../../daemon/store/duplicates.ts";
import { FINGERPRINT_BYTES, fineDistance, indexFingerprints } from "../../../daemon/store/likeness.ts";
import { index, openLibrary } from "./library.ts";

/** Any fingerprint; the same seed, the same one. */
function print(seed: string): Buffer {
  return createHash("shake256", { outputLength: FINGERPRINT_BYTES }).update(seed).digest();
}

/** With some bits turned over in each hash, as recompressing does. */
function disturbed(fingerprint: Buffer, bits: number): Buffer {
  const copy = Buffer.from(fingerprint);
  for (let hash = 0; hash < FINGERPRINT_BYTES / 40; hash++) {
    for (let bit = 0; bit < bits; bit++) {
      const at = hash * 40 + ((bit * 3) % 8);
      copy[at] = (copy[at] ?? 0) ^ (1 << (bit >> 3));
    }
  }
  return copy;
}

test("the index finds all and only what is at most 11 of 64 bits away", () => {
  const all = ["a", "b", "c", "d"].map(print);
  const near = disturbed(all[2] ?? Buffer.alloc(0), 11);
  const candidates = indexFingerprints(Buffer.concat([...all, near]));
  assert.deepEqual([...candidates.of(all[2] ?? near)].sort(), [2, 4]);
  assert.deepEqual([...candidates.of(disturbed(all[2] ?? near, 12))], [4]);
  assert.deepEqual([...candidates.of(print("e"))], []);
});

test("distance is 0 to oneself, and null between strangers", () => {
  assert.equal(fineDistance(print("a"), print("a")), 0);
  assert.equal(fineDistance(print("a"), print("b")), null);
});

test("a flat picture is like no other: there is nothing in it to compare", () => {
  const flat = new Uint8Array(FINGERPRINT_BYTES);
  assert.equal(fineDistance(flat, flat), null);
  assert.equal(indexFingerprints(flat).of(flat).size, 0);
});

const one = (a: string, b: string) => canBeOne({ format: "png", text: a }, { format: "png", text: b });

test("pictures with the same text, or none, can be one; other memes on one template cannot", () => {
  assert.equal(one("", "I can has cheezburger"), true);
  assert.equal(one("I CAN HAS CHEEZBURGER", "ican has cheezburge"), true);
  assert.equal(one("one does not simply walk", "brace yourselves winter is coming"), false);
});

test("PDF files are one only when they say the same to the letter", () => {
  const bill = (number: number, format: "pdf" | "png"): Said => ({
    format,
    text: `Pond Lane Ducks, London. Invoice ${number}. Payment is due within thirty days by bank transfer. Thank you.`,
  });
  assert.equal(canBeOne(bill(17, "pdf"), bill(17, "pdf")), true);
  assert.equal(canBeOne(bill(17, "pdf"), bill(18, "pdf")), false);
  assert.equal(canBeOne(bill(17, "pdf"), bill(18, "png")), true);
  const unread: Said = { format: "pdf", text: "" };
  assert.equal(canBeOne(unread, unread), false);
  assert.equal(canBeOne(unread, { format: "png", text: "" }), true);
});

test("pages of print are one only when they say the same, although all have the runs of letters of their language", () => {
  const page = (file: string) =>
    readFileSync(new URL(`../../../docs/${file}.md`, import.meta.url), "utf8").slice(500, 5_500);
  const [page1, page2] = [page("search"), page("models")];
  const misread = page1.replace(/(.{29})./gs, "$1#");
  assert.equal(one(page1, page2), false);
  assert.equal(one(page1, misread), true);
  assert.equal(one("One does not simply walk into the models of this world", page2), false);
});

test("groups grow picture by picture, join, survive a restart, and keep different texts apart", async (t) => {
  const library = openLibrary(t);
  const { id } = library.store.addFolder("/p");
  const add = (name: string, fingerprint: Uint8Array, rest: object = {}) =>
    index(library.store, id, `/p/${name}.png`, name, { fingerprint, ...rest });
  const small = add("small", disturbed(print("x"), 4), { width: 10 });
  const large = add("large", print("x"), { width: 2_000 });
  add("stranger", print("y"));
  assert.equal(await library.store.compareNew(), 3);
  assert.equal(await library.store.compareNew(), 0);
  const groups = () => library.store.duplicateGroups(10, 0).groups.map(({ imageIds }) => imageIds);
  assert.deepEqual(groups(), [[large, small]]);
  const said = add("said", disturbed(print("x"), 2), { text: "one does not simply walk into it", width: 100 });
  add("other", disturbed(print("x"), 3), { text: "brace yourselves, winter is coming" });
  await library.store.compareNew();
  assert.deepEqual(groups(), [[large, said, small]]);
  library.reopen();
  assert.equal(await library.store.compareNew(), 0);
  assert.deepEqual(groups(), [[large, said, small]]);
  assert.deepEqual(
    [...library.store.copiesOf([small, large])],
    [
      [small, 2],
      [large, 2],
    ],
  );
  library.store.mark(small, { favourite: true });
  library.store.mark(said, { hidden: true });
  assert.deepEqual(groups(), [[small, large]], "a favourite is the best, a hidden one is left out");
});
