// @ts-check
// What the page says while it has no pictures to show: the first steps, or why nothing was found.
import { el, icon } from "./dom.js";
import { addFolderForm } from "./folders.js";
import { activityWords } from "./status.js";

/** @import { Status } from "../../shared/api.ts" */
/** @import { Results } from "./results.js" */

/** @param {HTMLElement} section */
export function createEmpty(section) {
  /** What is on show: a form must not lose what is typed in it because something else changed. */
  let shown = "";

  /** @param {string} key @param {() => readonly (Node | string)[]} make */
  function put(key, make) {
    section.hidden = key === "";
    if (key === shown) return;
    shown = key;
    section.replaceChildren(...make());
  }

  return {
    /** @param {Results} results @param {Status | null} status */
    show(results, status) {
      const { hits, loading, problem, answered, answer } = results;
      if (hits.length > 0 || problem) return put("", () => []);
      // Before the first answers nothing is certain.
      if (!status || !answered || loading) return;
      if (status.counts.folders === 0) return put("first", firstSteps);
      if (status.counts.images === 0) return put(`none ${activityWords(status)}`, () => noPictures(status));
      if (answered.kind !== "words") return put("unlike", () => [el("h2", {}, "Nothing looks like that picture")]);
      const { q } = answered;
      return put(`words ${answer?.visual} ${status.ocr} ${q}`, () =>
        nothingFound(q, answer?.visual ?? false, status.ocr),
      );
    },
  };
}

function firstSteps() {
  return [
    el("img", { src: "/icon.svg", alt: "", width: 84, height: 84 }),
    el("h2", {}, "You remember the picture.", el("br"), "rememe finds it."),
    el(
      "p",
      {},
      "Add a folder with pictures. Everything below it is found by what it shows, by the text in it and by its name. Nothing leaves this machine.",
    ),
    addFolderForm(() => {}),
  ];
}

/** @param {Status} status */
function noPictures(status) {
  const isBusy = status.activity !== "idle" && status.activity !== "paused";
  if (isBusy) {
    return [
      el("span", { class: "pulse" }, icon("picture")),
      el("h2", {}, "Looking at your pictures"),
      el("p", {}, "They appear here as they are read. You can search right away."),
      el("p", { class: "muted" }, activityWords(status)),
    ];
  }
  return [
    el("span", { class: "pulse still" }, icon("picture")),
    el("h2", {}, status.paused ? "Indexing is paused" : "No pictures in your folders"),
    el(
      "p",
      {},
      status.paused
        ? "Resume it below, and pictures appear here."
        : "Add another folder in the library below, or put pictures in one of yours.",
    ),
  ];
}

/** @param {string} q @param {boolean} visual @param {boolean} ocr */
function nothingFound(q, visual, ocr) {
  const places = [
    ...(ocr ? ["the text in pictures"] : []),
    "file names",
    "folder names",
    ...(visual ? ["what pictures show"] : []),
  ];
  const searched = `${places.slice(0, -1).join(", ")} and ${places.at(-1)}`;
  return [
    el("h2", {}, "Nothing found for ", el("q", { dir: "auto" }, q)),
    el("p", {}, `Searched: ${searched}. Try fewer or other words, or drop a similar picture here.`),
  ];
}
