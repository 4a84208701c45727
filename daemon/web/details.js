// @ts-check
// One picture in full: the original, everything known of it, why it was found, and pictures like it.
import { imageDetails, similarToImage, toProblem } from "./api.js";
import { copyPicture } from "./clipboard.js";
import { button, el } from "./dom.js";
import { describe } from "./facts.js";
import { problemBox } from "./messages.js";
import { showOriginal } from "./original.js";
import { thumbnail } from "./tile.js";

/** @import { ImageDetails, Reason, SearchHit } from "../../shared/api.ts" */
/** @typedef {{ why: readonly Reason[], asked: "words" | "picture" }} Found */

const SIMILAR_COUNT = 12;

/**
 * @param {object} options
 * @param {HTMLDialogElement} options.dialog
 * @param {(id: number) => Found | null} options.whyFound
 * @param {() => void} options.onClose
 * @param {(step: 1 | -1) => void} options.onStep to the next or previous picture found
 * @param {(id: number, found: Found) => void} options.onOpen one of the similar pictures
 * @param {(id: number) => void} options.onFindSimilar
 */
export function createDetails({ dialog, whyFound, onClose, onStep, onOpen, onFindSimilar }) {
  /** @type {ImageDetails | null} */
  let shown = null;
  let controller = new AbortController();
  const stage = el("figure", { class: "stage" });
  const facts = el("div", { class: "facts" });
  dialog.append(
    el(
      "div",
      { class: "stage-frame" },
      stage,
      button({ icon: "left", label: "Previous picture", class: "round step previous", click: () => onStep(-1) }),
      button({ icon: "right", label: "Next picture", class: "round step next", click: () => onStep(1) }),
    ),
    facts,
    button({ icon: "close", label: "Close", class: "round close", click: () => onClose() }),
  );

  dialog.addEventListener("click", (event) => event.target === dialog && onClose());
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    onClose();
  });
  dialog.addEventListener("keydown", (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const copies = event.key === "c" && !event.altKey && document.getSelection()?.isCollapsed !== false;
    if (isPlain && event.key === "ArrowLeft") onStep(-1);
    else if (isPlain && event.key === "ArrowRight") onStep(1);
    else if (copies && shown) void copyPicture(shown);
    else return;
    event.preventDefault();
  });

  /** @param {number} id @param {AbortSignal} signal */
  async function load(id, signal) {
    try {
      const image = await imageDetails(id, signal);
      if (signal.aborted) return;
      shown = image;
      const found = whyFound(id);
      showOriginal(stage, image, found?.why ?? [], signal);
      const similar = el("section", { class: "similar" });
      facts.replaceChildren(...describe(image, found, () => onFindSimilar(id)), similar);
      facts.scrollTop = 0;
      // What had the focus may be gone, and the keys with it.
      if (!dialog.contains(document.activeElement)) dialog.focus();
      await showSimilar(similar, id, signal);
    } catch (error) {
      if (signal.aborted) return;
      stage.replaceChildren();
      facts.replaceChildren(problemBox(toProblem(error), null));
    }
  }

  /** @param {HTMLElement} section @param {number} id @param {AbortSignal} signal */
  async function showSimilar(section, id, signal) {
    try {
      const { hits } = await similarToImage(id, { limit: SIMILAR_COUNT, offset: 0 }, signal);
      if (hits.length === 0 || signal.aborted) return;
      const tiles = hits.map((hit) => el("li", {}, similarTile(hit)));
      section.append(el("h3", {}, "Similar pictures"), el("ul", { class: "similar-grid" }, ...tiles));
    } catch (error) {
      if (!signal.aborted) section.append(problemBox(toProblem(error), null));
    }
  }

  /** @param {SearchHit} hit */
  function similarTile({ image, why }) {
    const click = () => onOpen(image.id, { why, asked: "picture" });
    const properties = { type: "button", class: "tile", "aria-label": image.name, title: image.name, click };
    return el("button", properties, thumbnail(image, { lazy: false }));
  }

  return {
    /** @param {number} id */
    open(id) {
      if (dialog.open && shown?.id === id) return;
      controller.abort();
      controller = new AbortController();
      shown = null;
      if (!dialog.open) {
        stage.replaceChildren();
        facts.replaceChildren();
        dialog.showModal();
        dialog.focus();
      }
      void load(id, controller.signal);
    },

    close() {
      controller.abort();
      shown = null;
      if (dialog.open) dialog.close();
    },
  };
}
