// @ts-check
// The sheet at the side: indexing, folders, unreadable files, the model, and the keys.
import { button, el, replaceItems } from "./dom.js";
import { createDuplicateSection } from "./duplicates.js";
import { createFailureSection } from "./failures.js";
import { createFolderSection } from "./folders.js";
import { bytes, count, plural } from "./format.js";
import { noticeBox } from "./messages.js";
import { activityWords, pauseButton, showProgress } from "./status.js";

/** @import { Counts, Status } from "../../shared/api.ts" */

const KEYS = /** @type {const} */ ([
  ["/", "search"],
  ["← ↑ ↓ →", "move among the pictures"],
  ["Enter", "open"],
  ["C", "copy the open picture"],
  ["Esc", "close, clear"],
]);

/** @param {{ dialog: HTMLDialogElement, onPause: (paused: boolean) => void, onOpen: (id: number) => void }} options */
export function createLibrary({ dialog, onPause, onOpen }) {
  const notices = el("div", {});
  const indexing = createIndexingSection(onPause);
  const about = el("section", {});
  const folders = createFolderSection();
  const failures = createFailureSection();
  const duplicates = createDuplicateSection((id) => {
    dialog.close();
    onOpen(id);
  });
  /** @type {Counts | null} */
  let counts = null;

  dialog.append(
    el(
      "header",
      {},
      el("h2", { id: "library-title" }, "Library"),
      button({ icon: "close", label: "Close", class: "bare", click: () => dialog.close() }),
    ),
    el(
      "div",
      { class: "library-body" },
      notices,
      indexing.element,
      folders.element,
      failures.element,
      duplicates.element,
      about,
      keys(),
    ),
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

  /** @param {Status} status */
  function showAbout({ model, ocr, libraryBytes, version }) {
    const rows = /** @type {const} */ ([
      ["Model", `${model.title} (${model.licence}), on ${model.provider}`],
      ["Text in pictures", ocr ? "is read" : "is not read (setting ocr)"],
      ["Database", bytes(libraryBytes)],
      ["Version", version],
    ]);
    about.replaceChildren(
      el("h3", {}, "About"),
      el("dl", {}, ...rows.flatMap(([term, text]) => [el("dt", {}, term), el("dd", {}, text)])),
    );
  }

  return {
    /** @param {{ failures: boolean }} at failures: with these in view */
    async open(at) {
      dialog.showModal();
      await Promise.all([folders.refresh(), failures.refresh(), duplicates.refresh()]);
      if (at.failures) {
        failures.element.scrollIntoView({ block: "start" });
        failures.element.focus();
      }
    },

    /** @param {Status} status */
    show(status) {
      notices.replaceChildren(...status.notices.map(noticeBox));
      indexing.show(status);
      showAbout(status);
      const isNews = JSON.stringify(counts) !== JSON.stringify(status.counts);
      if (dialog.open && isNews) void folders.refresh();
      if (dialog.open && counts?.failed !== status.counts.failed) failures.news(status.counts.failed);
      counts = status.counts;
    },
  };
}

/** @param {(paused: boolean) => void} onPause */
function createIndexingSection(onPause) {
  const images = el("strong", {});
  const noun = el("span", {});
  const words = el("p", { class: "muted" });
  const bar = el(
    "div",
    { class: "progress inline", role: "progressbar", "aria-label": "Pictures read" },
    el("div", {}),
  );
  const directory = el("p", { class: "muted path", dir: "auto" });
  const control = el("div", { class: "row" });
  /** @type {boolean | null} */
  let isPaused = null;
  return {
    element: el(
      "section",
      { class: "indexing" },
      el("p", { class: "figure" }, images, noun),
      words,
      bar,
      directory,
      control,
    ),

    /** @param {Status} status */
    show(status) {
      const { counts, activity, currentDirectory, paused } = status;
      images.textContent = count(counts.images);
      noun.textContent = counts.images === 1 ? " picture can be found" : " pictures can be found";
      words.textContent =
        activity === "idle" ? `${plural(counts.files, "file")}, all looked at` : activityWords(status);
      directory.textContent = activity === "idle" ? "" : (currentDirectory ?? "");
      showProgress(bar, status);
      // A button that is replaced while it is being pressed never hears of the click.
      if (paused !== isPaused) replaceItems(control, [pauseButton(paused, onPause)]);
      isPaused = paused;
    },
  };
}

function keys() {
  const rows = KEYS.flatMap(([key, does]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, does)]);
  return el("section", {}, el("h3", {}, "Keys"), el("dl", {}, ...rows));
}
