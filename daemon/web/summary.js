// @ts-check
// The line above the pictures: what they are, how many, and what should be known about them.
import { byId, el } from "./dom.js";
import { count, plural } from "./format.js";
import { noticeBox, problemBox } from "./messages.js";

/** @import { SearchAnswer, SearchHit, Status } from "../../shared/api.ts" */
/** @import { Question, Results } from "./results.js" */

/** What comes first when nothing is asked for. */
const TITLES = { match: "Results", recent: "Used lately", favourite: "Favourites first", newest: "Latest pictures" };

/** @param {Question} question @param {SearchHit | undefined} first */
function titleOf(question, first) {
  if (question.kind !== "words") return "Similar pictures";
  return question.q.trim() === "" ? TITLES[first?.section ?? "newest"] : "Results";
}

/** @param {Results} results @param {Status | null} status @param {() => void} retry */
export function showSummary({ hits, nextOffset, answer, answered, loading, problem }, status, retry) {
  const title = byId("summary-title");
  const total = byId("summary-count");
  if (!loading && answered) {
    title.textContent = hits.length === 0 ? "" : titleOf(answered, hits[0]);
    total.textContent =
      hits.length === 0 ? (status?.counts.images ? "No pictures found" : "") : countWords(hits.length, nextOffset);
    total.title = answer ? `in ${answer.tookMs} ms` : "";
  }
  total.classList.toggle("unseen", hits.length === 0);
  document.body.classList.toggle("searching", loading);
  document.body.classList.toggle("stale", problem !== null && !loading);
  const isConnection = problem?.code === "unreachable" || problem?.code === "unauthorized";
  byId("notices").replaceChildren(
    ...(problem && !isConnection ? [problemBox(problem, retry)] : []),
    ...(problem || !answer ? [] : [readingLine(answer), ...answer.notices.map(noticeBox)]),
  );
}

/** How the query was read, a chip for each part; nothing for plain words. @param {SearchAnswer} answer */
function readingLine({ reading }) {
  return el(
    "p",
    { class: "reading", hidden: reading.length === 0 },
    ...reading.map(({ text, kind, meaning }) =>
      el("span", { class: `reading-part ${kind}`, title: text, dir: "auto" }, meaning),
    ),
  );
}

/** @param {number} shown @param {number | null} nextOffset */
function countWords(shown, nextOffset) {
  return nextOffset === null ? plural(shown, "picture") : `${count(shown)}+ pictures`;
}
