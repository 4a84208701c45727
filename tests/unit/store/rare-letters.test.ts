import assert from "node:assert/strict";
import { test } from "node:test";
import { openForReading } from "../../../daemon/store/database.ts";
import { createRareLetters } from "../../../daemon/store/rare-letters.ts";
import { index, openLibrary } from "./library.ts";

test("of the letters of words, those that few texts hold are looked up, and none twice over", (t) => {
  const { store, path } = openLibrary(t);
  const { id } = store.addFolder("/p");
  for (let number = 0; number < 200; number++) {
    index(store, id, `/p/${number}.png`, `${number}`, {
      text: number === 7 ? "the quixotic thing" : "the thing is there",
    });
  }
  const db = openForReading(path);
  t.after(() => db.close());
  const rareLetters = createRareLetters(db);
  const chosen = (rareLetters(["quixotic", "thing"]) ?? "").split(" AND ");
  // Two lists of one picture each are enough; those of "thing" have 200.
  assert.equal(chosen.length, 2);
  for (const letters of chosen) assert.match(letters, /^"(qui|uix|ixo|xot|oti|tic)"$/);
  const [first = "", second = ""] = chosen.map((letters) => letters.replaceAll('"', ""));
  assert.notEqual(first.slice(1), second.slice(0, 2));
  assert.notEqual(second.slice(1), first.slice(0, 2));
  // Not in plain letters, or too few of them.
  assert.equal(rareLetters(["müsli", "at"]), null);
});
