import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { PlacedWord } from "../../../daemon/store/store.ts";
import { boxesOf, packWords } from "../../../daemon/store/word-boxes.ts";
import { forgetMissing, index, openLibrary, pending, picture, removeFolder, see, seen } from "./library.ts";

const word = (start: number, end: number, box: PlacedWord["box"], turns = 0): PlacedWord => ({
  start,
  end,
  box,
  turns,
});
const boxes = (words: readonly PlacedWord[], ...parts: readonly (readonly [number, number])[]) =>
  boxesOf(
    packWords(words),
    parts.map(([start, end]) => ({ start, end })),
  ).map(({ x, y, width, height }) => [x, y, width, height]);

test("a whole word has its box, a part of one its share in the direction that it reads", () => {
  const box = [0.2, 0.4, 0.4, 0.2] as const;
  assert.deepEqual(boxes([word(3, 7, box)], [3, 7]), [[0.2, 0.4, 0.4, 0.2]]);
  const share = (turns: number): unknown => boxes([word(3, 7, box, turns)], [3, 4])[0];
  assert.deepEqual(share(0), [0.2, 0.4, 0.1, 0.2]);
  assert.deepEqual(share(1), [0.2, 0.4, 0.4, 0.05]);
  assert.deepEqual(share(2), [0.5, 0.4, 0.1, 0.2]);
  assert.deepEqual(share(3), [0.2, 0.55, 0.4, 0.05]);
});

test("a part that goes over the end of a word has a box in each", () => {
  const words = [word(0, 4, [0, 0, 1, 0.5]), word(5, 9, [0, 0.5, 1, 0.5])];
  assert.deepEqual(boxes(words, [2, 7]), [
    [0.5, 0, 0.5, 0.5],
    [0, 0.5, 0.5, 0.5],
  ]);
  assert.deepEqual(boxes(words, [0, 1], [3, 4], [5, 6], [20, 30]).length, 3);
  assert.deepEqual(boxes([], [0, 4]), []);
});

test("every word of a page comes back to where it was put", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const placed = fc.tuple(
    fc.nat(50),
    fc.integer({ min: 1, max: 300 }),
    fc.tuple(share, share, share, share),
    fc.nat(3),
  );
  fc.assert(
    fc.property(fc.array(placed, { maxLength: 50 }), (page) => {
      let at = 0;
      const words = page.map(([gap, length, box, turns]) => {
        const start = at + gap;
        at = start + length;
        return word(start, at, box, turns);
      });
      const found = boxesOf(packWords(words), words);
      assert.deepEqual(
        found.map(({ part }) => part),
        words,
      );
      for (const { part, x, y, width, height } of found) {
        for (const [axis, value] of [x, y, width, height].entries()) {
          assert.ok(Math.abs(value - (part.box[axis] ?? Number.NaN)) < 2e-4);
        }
      }
    }),
  );
});

test("places are stored with the text, replaced with it, and go with the picture", (t) => {
  const { store, rows } = openLibrary(t);
  const { id } = store.addFolder("/p");
  const words = [word(0, 3, [0, 0, 0.5, 0.5])];
  const image = index(store, id, "/p/a.png", "a", { text: "cat", words });
  index(store, id, "/p/b.png", "b", { text: "dog" });
  const packed = store.texts([image]).get(image)?.ocrBoxes ?? assert.fail();
  assert.deepEqual(boxesOf(packed, [{ start: 0, end: 3 }])[0]?.width, 0.5);
  assert.deepEqual(rows("SELECT count(*) FROM word_boxes"), [[1]]);

  see(store, id, "/p", seen("a.png", 2));
  store.saveImage(pending(store, "/p/a.png"), picture("other", { text: "cat", words }));
  forgetMissing(store, 10 ** 12);
  removeFolder(store, id);
  assert.deepEqual(rows("SELECT count(*) FROM word_boxes"), [[0]]);
});
