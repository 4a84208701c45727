// @ts-check
// What is being searched for and what was found: one question at a time, the newest wins, pages are added at the end.
// Knows nothing of the page.
import { toProblem } from "./api.js";

/** @import { SearchAnswer, SearchHit } from "../../shared/api.ts" */
/** @import { Problem } from "./api.js" */

/**
 * What can be asked: words, pictures like an indexed one, or pictures like one from elsewhere.
 * @typedef {{ kind: "words", q: string } | { kind: "like", id: number } | { kind: "picture", number: number, picture: Blob }} Question
 */
/**
 * @typedef {object} Results
 * @property {Question} question what is wanted now
 * @property {Question | null} answered what the hits are an answer to; differs from `question` while that is on its way
 * @property {readonly SearchHit[]} hits
 * @property {number | null} nextOffset
 * @property {SearchAnswer | null} answer the newest page
 * @property {boolean} loading
 * @property {Problem | null} problem why `question` has no answer
 */

/** Keystrokes closer together than this ask once. */
const DEBOUNCE_MS = 60;
/** An answer that takes longer than this waits for what the words look like; texts that hold them are shown meanwhile. */
const TEXTS_AFTER_MS = 50;
export const PAGE_SIZE = 60;

/**
 * @param {object} options
 * @param {(question: Question, offset: number, signal: AbortSignal) => Promise<SearchAnswer>} options.fetchPage
 * @param {(question: Question, signal: AbortSignal) => Promise<SearchAnswer | null>} options.fetchTexts what is known without a wait; null: nothing
 * @param {(results: Results) => void} options.onChange
 */
export function createResults({ fetchPage, fetchTexts, onChange }) {
  /** @type {Results} */
  let results = {
    question: { kind: "words", q: "" },
    answered: null,
    hits: [],
    nextOffset: null,
    answer: null,
    loading: false,
    problem: null,
  };
  let controller = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let isFetchingMore = false;

  /** @param {Partial<Results>} changes */
  function update(changes) {
    results = { ...results, ...changes };
    onChange(results);
  }

  /** Ends whatever is on its way; its answer will be ignored. */
  function startOver() {
    clearTimeout(timer);
    controller.abort();
    controller = new AbortController();
    isFetchingMore = false;
    return controller.signal;
  }

  /** @param {AbortSignal} signal */
  async function fetchFirst(signal) {
    const { question } = results;
    const texts = setTimeout(() => void fetchEarly(question, signal), TEXTS_AFTER_MS);
    try {
      const answer = await fetchPage(question, 0, signal);
      if (signal.aborted) return;
      const { hits, nextOffset } = answer;
      update({ answered: question, hits, nextOffset, answer, loading: false, problem: null });
    } catch (error) {
      if (!signal.aborted) update({ loading: false, problem: toProblem(error) });
    } finally {
      clearTimeout(texts);
    }
  }

  /**
   * What surely fits, until the whole answer is there. That alone tells problems and what else is to be known.
   * @param {Question} question @param {AbortSignal} signal
   */
  async function fetchEarly(question, signal) {
    const answer = await fetchTexts(question, signal).catch(() => null);
    const hits = answer?.hits.filter((hit) => hit.strong) ?? [];
    if (signal.aborted || !results.loading || hits.length === 0) return;
    update({ answered: question, hits, nextOffset: null, answer });
  }

  return {
    get: () => results,

    /** Asks anew; what was found before stays until the answer is there. @param {Question} question @param {{ soon: boolean }} when soon: right away */
    ask(question, { soon }) {
      const signal = startOver();
      update({ question, loading: true, problem: null });
      timer = setTimeout(() => void fetchFirst(signal), soon ? 0 : DEBOUNCE_MS);
    },

    /** Asks the same again without a word, for its first page. Not while another answer is on its way, which will be as new. */
    refresh() {
      if (!results.loading) void fetchFirst(startOver());
    },

    /** Adds the next page, if there is one. */
    async more() {
      const { nextOffset, question, loading } = results;
      if (nextOffset === null || loading || isFetchingMore || results.answered !== question) return;
      const { signal } = controller;
      isFetchingMore = true;
      try {
        const answer = await fetchPage(question, nextOffset, signal);
        if (signal.aborted) return;
        // The library may have changed between two pages, which moves pictures from one to the other.
        const known = new Set(results.hits.map((hit) => hit.image.id));
        const hits = [...results.hits, ...answer.hits.filter((hit) => !known.has(hit.image.id))];
        update({ hits, nextOffset: answer.nextOffset, answer });
      } catch (error) {
        if (!signal.aborted) update({ problem: toProblem(error) });
      } finally {
        if (!signal.aborted) isFetchingMore = false;
      }
    },
  };
}
