import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Problem } from "../../../daemon/web/api.js";
import { createResults, type Question, type Results } from "../../../daemon/web/results.js";
import type { SearchAnswer } from "../../../shared/api.ts";

const words = (q: string): Question => ({ kind: "words", q });

function answer(ids: readonly number[], nextOffset: number | null = null): SearchAnswer {
  const hits = ids.map((id) => ({ image: { id }, score: 1, strong: true, why: [] })) as unknown as SearchAnswer["hits"];
  return { hits, nextOffset, tookMs: 1, q: "", visual: true, reading: [], notices: [] };
}

/** Results whose questions are answered by hand; time is moved by hand too. */
function story(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const asked: {
    question: Question;
    offset: number;
    signal: AbortSignal;
    answer: PromiseWithResolvers<SearchAnswer>;
  }[] = [];
  const early: PromiseWithResolvers<SearchAnswer | null>[] = [];
  const states: Results[] = [];
  const results = createResults({
    fetchPage(question, offset, signal) {
      const entry = { question, offset, signal, answer: Promise.withResolvers<SearchAnswer>() };
      asked.push(entry);
      return entry.answer.promise;
    },
    fetchTexts() {
      const entry = Promise.withResolvers<SearchAnswer | null>();
      early.push(entry);
      return entry.promise;
    },
    onChange: (state) => states.push(state),
  });
  const ids = () => results.get().hits.map((hit) => hit.image.id);
  const at = (index: number) => asked[index] ?? assert.fail(`question ${index} was not asked`);
  /** Lets promises that are settled be noticed. */
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return { results, asked, at, early, ids, settle, states, tick: (ms: number) => t.mock.timers.tick(ms) };
}

test("letters typed quickly ask once, for the last of them", (t) => {
  const { results, asked, at, tick } = story(t);
  for (const q of ["d", "do", "dog"]) {
    results.ask(words(q), { soon: false });
    tick(40);
  }
  assert.equal(asked.length, 0);
  tick(60);
  assert.equal(asked.length, 1);
  assert.deepEqual(at(0).question, words("dog"));
});

test("an answer that comes late changes nothing, and its request was given up", async (t) => {
  const { results, at, ids, settle, tick } = story(t);
  results.ask(words("old"), { soon: true });
  tick(0);
  results.ask(words("new"), { soon: true });
  tick(0);
  assert.equal(at(0).signal.aborted, true);
  at(1).answer.resolve(answer([2]));
  await settle();
  at(0).answer.resolve(answer([1]));
  await settle();
  assert.deepEqual(ids(), [2]);
});

test("what was found stays until the next answer is there", async (t) => {
  const { results, at, ids, settle, states, tick } = story(t);
  results.ask(words("dog"), { soon: true });
  tick(0);
  at(0).answer.resolve(answer([1, 2]));
  await settle();
  results.ask(words("dogs"), { soon: true });
  assert.deepEqual([ids(), results.get().loading], [[1, 2], true]);
  tick(0);
  at(1).answer.resolve(answer([]));
  await settle();
  assert.deepEqual(ids(), []);
  assert.ok(states.every((state) => state.answered !== null || state.hits.length === 0));
});

test("while the whole answer is on its way, texts that surely fit are shown; the whole answer takes their place", async (t) => {
  const { results, at, early, ids, settle, tick } = story(t);
  results.ask(words("dog"), { soon: true });
  tick(0);
  tick(49);
  assert.equal(early.length, 0, "most answers are there sooner");
  tick(1);
  const texts = answer([1, 2]);
  early[0]?.resolve({ ...texts, hits: texts.hits.map((hit, index) => ({ ...hit, strong: index === 0 })) });
  await settle();
  assert.deepEqual([ids(), results.get().loading, results.get().nextOffset], [[1], true, null]);
  at(0).answer.resolve(answer([3, 1], 2));
  await settle();
  assert.deepEqual([ids(), results.get().loading, results.get().nextOffset], [[3, 1], false, 2]);
});

test("texts that come late, are none, fail, or belong to an older question change nothing", async (t) => {
  const { results, at, early, ids, settle, tick } = story(t);
  for (const [index, settleEarly] of [
    (entry: (typeof early)[0]) => entry.resolve(null),
    (entry: (typeof early)[0]) => entry.resolve(answer([])),
    (entry: (typeof early)[0]) => entry.reject(new Problem("internal", "It is broken.")),
  ].entries()) {
    results.ask(words(`dog ${index}`), { soon: true });
    tick(0);
    tick(50);
    const entry = early[index] ?? assert.fail("not asked");
    settleEarly(entry);
    await settle();
    assert.deepEqual([ids(), results.get().problem], [index === 0 ? [] : [9], null]);
    at(index).answer.resolve(answer([9]));
    await settle();
  }
  results.ask(words("late"), { soon: true });
  tick(0);
  tick(50);
  at(3).answer.resolve(answer([4]));
  await settle();
  early[3]?.resolve(answer([5]));
  await settle();
  assert.deepEqual(ids(), [4]);
  results.ask(words("old"), { soon: true });
  tick(0);
  tick(50);
  results.ask(words("new"), { soon: true });
  early[4]?.resolve(answer([6]));
  await settle();
  assert.deepEqual(ids(), [4]);
  tick(0);
  at(5).answer.resolve(answer([7]));
  await settle();
  tick(50);
  assert.equal(early.length, 5, "an answer that was quick is not asked for twice");
});

test("pages are added at the end, each picture once, and only one page is asked for at a time", async (t) => {
  const { results, asked, at, ids, settle, tick } = story(t);
  results.ask(words(""), { soon: true });
  tick(0);
  at(0).answer.resolve(answer([1, 2], 2));
  await settle();
  const pages = [results.more(), results.more()];
  assert.equal(asked.length, 2);
  assert.equal(at(1).offset, 2);
  at(1).answer.resolve(answer([2, 3]));
  await Promise.all(pages);
  assert.deepEqual(ids(), [1, 2, 3]);
  await results.more();
  assert.equal(asked.length, 2, "there is no further page");
});

test("a question that fails says why, keeps what was found, and can be asked again", async (t) => {
  const { results, at, ids, settle, tick } = story(t);
  results.ask(words("a"), { soon: true });
  tick(0);
  at(0).answer.resolve(answer([1]));
  await settle();
  results.ask(words("b"), { soon: true });
  tick(0);
  at(1).answer.reject(new Problem("encoder-unavailable", "No."));
  await settle();
  assert.deepEqual([results.get().problem?.code, results.get().loading, ids()], ["encoder-unavailable", false, [1]]);
  results.refresh();
  at(2).answer.resolve(answer([2]));
  await settle();
  assert.deepEqual([results.get().problem, ids()], [null, [2]]);
});

test("a refresh does not disturb an answer that is on its way", (t) => {
  const { results, asked, tick } = story(t);
  results.ask(words("a"), { soon: true });
  tick(0);
  results.refresh();
  assert.equal(asked.length, 1);
});
