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
  const states: Results[] = [];
  const results = createResults({
    fetchPage(question, offset, signal) {
      const entry = { question, offset, signal, answer: Promise.withResolvers<SearchAnswer>() };
      asked.push(entry);
      return entry.answer.promise;
    },
    onChange: (state) => states.push(state),
  });
  const ids = () => results.get().hits.map((hit) => hit.image.id);
  const at = (index: number) => asked[index] ?? assert.fail(`question ${index} was not asked`);
  /** Lets promises that are settled be noticed. */
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return { results, asked, at, ids, settle, states, tick: (ms: number) => t.mock.timers.tick(ms) };
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
