import assert from "node:assert/strict";
import { test } from "node:test";
import { fuse } from "../../../daemon/search/fusion.ts";

const order = (rankings: Parameters<typeof fuse>[0]) => fuse(rankings).map(({ id }) => id);

test("a picture that both rankings know comes before those that only one knows", () => {
  assert.deepEqual(
    order([
      { ids: [1, 2, 3], weight: 1 },
      { ids: [4, 3, 5], weight: 1 },
    ]),
    [3, 1, 4, 2, 5],
  );
});

test("weight decides between first places", () => {
  assert.deepEqual(
    order([
      { ids: [1], weight: 0.5 },
      { ids: [2], weight: 1 },
    ]),
    [2, 1],
  );
});

test("ties are broken the same way every time", () => {
  assert.deepEqual(
    order([
      { ids: [9], weight: 1 },
      { ids: [4], weight: 1 },
    ]),
    [4, 9],
  );
  assert.deepEqual(order([]), []);
});
