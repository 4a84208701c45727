// @ts-check
// The page: puts its parts together. The address says what is on show; everything else follows from it. Read this first.
import { setPaused, toProblem } from "./api.js";
import { copyPicture } from "./clipboard.js";
import { createDetails } from "./details.js";
import { byId } from "./dom.js";
import { acceptPictures } from "./drop.js";
import { createEmpty } from "./empty.js";
import { keepInTouch } from "./events.js";
import { createGrid } from "./grid.js";
import { createLibrary } from "./library.js";
import { offerReload, showConnection, toastProblem } from "./messages.js";
import { chipOf, fetchPage, fetchTexts, keepPicture, questionOf } from "./questions.js";
import { createResults } from "./results.js";
import { imageDepth, readRoute, START, writeRoute } from "./route.js";
import { createSearchBar } from "./search-bar.js";
import { createStatusLine } from "./status.js";
import { showSummary } from "./summary.js";
import { bindThemeButton } from "./theme.js";

/** @import { Status } from "../../shared/api.ts" */
/** @import { Found } from "./details.js" */
/** @import { Connection } from "./events.js" */
/** @import { Question, Results } from "./results.js" */
/** @import { Route } from "./route.js" */

/** While pictures arrive by the hundred, the grid changes no more often than this. */
const REFRESH_MS = 1_000;
/** Scrolled no further than this, the beginning is what is being looked at. */
const AT_TOP_PX = 200;

let route = readRoute();
/** @type {Status | null} */
let status = null;
/** @type {Connection} */
let connection = "online";
/** Whether the next word typed begins a new entry in the history. */
let isSettled = true;
/** Enter was pressed, perhaps before there was anything to open. */
let isFirstWanted = false;
/** Why the pictures clicked on among similar ones are there. @type {Map<number, Found>} */
const foundBeside = new Map();

const results = createResults({ fetchPage, fetchTexts, onChange: showResults });
const bar = createSearchBar({
  type: (q) => {
    isFirstWanted = false;
    go({ ...START, q }, { push: isSettled });
    isSettled = false;
  },
  submit: () => {
    isFirstWanted = true;
    openFirst(results.get());
  },
  down: () => grid.focusFirst(),
  clear: () => {
    if (readRoute().q !== "" || results.get().question.kind !== "words") go(START, { push: true });
  },
  rest: () => {
    isSettled = true;
  },
});
const grid = createGrid({
  list: byId("grid"),
  end: byId("grid-end"),
  onOpen: (id) => {
    foundBeside.clear();
    go({ ...route, image: id }, { push: true });
  },
  onCopy: (id) => {
    const hit = results.get().hits.find(({ image }) => image.id === id);
    if (hit) void copyPicture(hit.image);
  },
  onLeave: () => bar.focus(),
  onNearEnd: () => void results.more(),
});
const details = createDetails({
  dialog: byId("details", HTMLDialogElement),
  whyFound,
  onClose: closeImage,
  onStep: step,
  onOpen: (id, found) => {
    foundBeside.set(id, found);
    go({ ...route, image: id }, { push: true });
  },
  onFindSimilar: (id) => go({ ...START, like: id }, { push: true }),
});
const library = createLibrary({
  dialog: byId("library", HTMLDialogElement),
  onPause: pause,
  onOpen: (id) => go({ ...route, image: id }, { push: true }),
});
const statusLine = createStatusLine({
  library: () => void library.open({ failures: false }),
  failures: () => void library.open({ failures: true }),
  pause,
});
const empty = createEmpty(byId("empty"));

/** Changes the address, and the page with it. @param {Route} to @param {{ push: boolean }} options */
function go(to, options) {
  writeRoute(to, options);
  follow(to, { soon: to.like !== null || to.picture !== null || to.q === "" });
}

/** @param {Route} to @param {{ soon: boolean }} when */
function follow(to, when) {
  const question = questionOf(to);
  route = to;
  bar.show(to.q, chipOf(question));
  document.title = to.q === "" ? "rememe" : `${to.q} · rememe`;
  if (JSON.stringify(question) !== JSON.stringify(results.get().question) || !results.get().answered) {
    results.ask(question, when);
  }
  if (to.image === null) details.close();
  else details.open(to.image);
}

/** @type {Question | null} */
let onScreen = null;

/** @param {Results} now */
function showResults(now) {
  grid.show(now.hits);
  if (now.answered !== onScreen) {
    onScreen = now.answered;
    grid.rewind();
    scrollTo({ top: 0, behavior: "instant" });
  }
  showSummary(now, status, () => results.ask(now.question, { soon: true }));
  empty.show(now, status);
  if (now.problem?.code === "unreachable") showConnected("gone");
  if (now.problem?.code === "unauthorized") showConnected("expired");
  openFirst(now);
}

/** @param {Results} now */
function openFirst({ hits, loading, problem }) {
  if (!isFirstWanted || loading) return;
  isFirstWanted = false;
  const [first] = hits;
  if (first && !problem) go({ ...route, image: first.image.id }, { push: true });
}

function closeImage() {
  const depth = imageDepth();
  const id = route.image;
  details.close();
  if (depth > 0) history.go(-depth);
  else go({ ...route, image: null }, { push: false });
  if (id !== null) grid.focus(id);
}

/** @param {1 | -1} by */
function step(by) {
  const { hits } = results.get();
  const at = hits.findIndex(({ image }) => image.id === route.image);
  const next = at < 0 ? undefined : hits[at + by];
  if (!next) return;
  foundBeside.clear();
  go({ ...route, image: next.image.id }, { push: false });
}

/** @param {number} id @returns {Found | null} */
function whyFound(id) {
  const beside = foundBeside.get(id);
  if (beside) return beside;
  const { hits, answered } = results.get();
  const hit = hits.find(({ image }) => image.id === id);
  return hit ? { why: hit.why, asked: answered?.kind === "words" ? "words" : "picture" } : null;
}

/** @param {boolean} paused */
function pause(paused) {
  setPaused(paused).then(showStatus, (error) => toastProblem(toProblem(error)));
}

/** @param {Status} now */
function showStatus(now) {
  if (status && status.version !== now.version) offerReload();
  // A page that was hidden, or lost touch for a while, has missed the events of that time.
  if (status && status.counts.images !== now.counts.images) refreshSoon();
  status = now;
  statusLine.show(now);
  library.show(now);
  empty.show(results.get(), now);
}

/** @param {Connection} now */
function showConnected(now) {
  const isBack = now === "online" && connection !== "online";
  connection = now;
  showConnection(now);
  if (now !== "online") statusLine.lost();
  if (isBack) results.ask(results.get().question, { soon: true });
}

let isRefreshDue = false;

/** The library changed: shows it soon, but moves nothing under anybody's hand. */
function refreshSoon() {
  if (isRefreshDue) return;
  isRefreshDue = true;
  setTimeout(() => {
    isRefreshDue = false;
    const isInUse = grid.isInUse() || route.image !== null || scrollY > AT_TOP_PX;
    if (isInUse && results.get().hits.length > 0) refreshSoon();
    else results.refresh();
  }, REFRESH_MS);
}

acceptPictures({
  picture: (picture) => go({ ...START, picture: keepPicture(picture) }, { push: true }),
  text: (q) => go({ ...START, q }, { push: true }),
});
byId("home").addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(START, { push: true });
  bar.focus();
});
addEventListener("popstate", () => {
  isSettled = true;
  follow(readRoute(), { soon: true });
});
bindThemeButton(byId("theme"));
keepInTouch({ status: showStatus, library: refreshSoon, connection: showConnected });
if (bar.typed() !== "" && route.q === "") go({ ...START, q: bar.typed() }, { push: false });
else follow(route, { soon: true });
// On a phone the keyboard would cover the pictures.
if (matchMedia("(pointer: fine)").matches) bar.focus();
