import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, count, duration, ordinal, plural, rate } from "../../../daemon/web/format.js";

test("counts have separators, and one of something is singular", () => {
  assert.equal(count(12_431), "12,431");
  assert.deepEqual(
    [0, 1, 2].map((n) => plural(n, "copy", "copies")),
    ["0 copies", "1 copy", "2 copies"],
  );
});

test("places end as they are spoken", () => {
  assert.deepEqual(
    [1, 2, 3, 4, 11, 12, 13, 21, 102].map(ordinal).join(" "),
    "1st 2nd 3rd 4th 11th 12th 13th 21st 102nd",
  );
});

test("sizes move to the next unit before they would be rounded up to a thousand", () => {
  assert.deepEqual([0, 999, 1_000, 30_940, 999_499, 999_950, 1_400_000, 250_000_000].map(bytes), [
    "0 bytes",
    "999 bytes",
    "1.0 kB",
    "30.9 kB",
    "999 kB",
    "1.0 MB",
    "1.4 MB",
    "250 MB",
  ]);
});

test("estimates are no more exact than they can be", () => {
  assert.deepEqual([0, 9, 44, 59, 60, 3_540, 3_600, 7_800, 36_600].map(duration), [
    "a few seconds",
    "a few seconds",
    "about 40 seconds",
    "about 60 seconds",
    "about 1 minute",
    "about 59 minutes",
    "about 1 hour",
    "about 2 h 10 min",
    "about 10 hours",
  ]);
  assert.deepEqual([0.42, 9.96, 34.2, 1_234].map(rate), ["0.4", "10.0", "34", "1,234"]);
});
