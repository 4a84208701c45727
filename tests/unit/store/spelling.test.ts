import assert from "node:assert/strict";
import { test } from "node:test";
import { index, openLibrary } from "./library.ts";

test("a word that no text holds becomes the one in the library that is a slip away", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  index(store, id, "/p/1.png", "1", { text: "surprised Pikachu, Crème brûlée" });
  index(store, id, "/p/2.png", "2", { text: "surprises" });
  index(store, id, "/p/3.png", "3", { text: "surprised again" });
  const correct = (query: string) => store.correctSpelling(query);
  assert.equal(await correct("suprised"), "surprised");
  assert.equal(await correct("pikahcu suprised"), "pikachu surprised");
  assert.equal(await correct("pikachuu"), "pikachu");
  assert.equal(await correct("brulee"), null);
  assert.equal(await correct("brulae"), "brulee");
  // The more frequent of two.
  assert.equal(await correct("surpriset"), "surprised");
});

test("half-typed, short and hopeless words are left alone", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  index(store, id, "/p/1.png", "1", { text: "surprised cat, 2026, mp4x" });
  assert.equal(await store.correctSpelling("mp5x"), "mp4x");
  for (const query of ["2025", "20226", "surpri", "cta", "xylophone", "", "?!", "猫猫猫猫", "a".repeat(5_000)]) {
    assert.equal(await store.correctSpelling(query), null, query);
  }
});

test("Cyrillic and Greek words are corrected with their own letters, and known ones with accents left alone", async (t) => {
  const { store } = openLibrary(t);
  const { id } = store.addFolder("/p");
  index(store, id, "/p/1.png", "1", { text: "Новый год, ёлка и кошка, новы; ο καφές" });
  assert.equal(await store.correctSpelling("кошки"), "кошка");
  assert.equal(await store.correctSpelling("елка"), "ёлка");
  assert.equal(await store.correctSpelling("καφες"), "καφέσ");
  for (const query of ["новый", "НОВЫЙ".normalize("NFD"), "Ёлка", "ΚΑΦΈΣ"]) {
    assert.equal(await store.correctSpelling(query), null, query);
  }
});
