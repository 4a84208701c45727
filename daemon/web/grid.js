// @ts-check
// The pictures that were found, in rows of equal height; moving among them with the keyboard; asking for more near the end.
import { destination } from "./grid-keys.js";
import { createTile, updateTile } from "./tile.js";

/** @import { SearchHit } from "../../shared/api.ts" */

/** How far below the window the next page is asked for. */
const LOOK_AHEAD = "900px";
const POINTER_REST_MS = 2_000;

/**
 * @param {object} options
 * @param {HTMLElement} options.list
 * @param {HTMLElement} options.end what comes after the list
 * @param {(id: number) => void} options.onOpen
 * @param {(id: number) => void} options.onCopy
 * @param {() => void} options.onLeave moved up and out of the first row
 * @param {() => void} options.onNearEnd
 */
export function createGrid({ list, end, onOpen, onCopy, onLeave, onNearEnd }) {
  /** @type {Map<number, HTMLLIElement>} */
  let tiles = new Map();
  /** @type {readonly SearchHit[]} */
  let shown = [];
  /** The one tile that Tab reaches. @type {HTMLElement | null} */
  let current = null;
  let pointerMovedAtMs = Number.NEGATIVE_INFINITY;

  const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && onNearEnd(), {
    rootMargin: LOOK_AHEAD,
  });

  /** @param {Element | EventTarget | null} target @returns {HTMLElement | null} */
  const tileOf = (target) => (target instanceof Element ? target.closest(".tile") : null);
  const buttons = () => /** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll(".tile"));

  /** @param {HTMLElement | null | undefined} tile */
  function setCurrent(tile) {
    if (current) current.tabIndex = -1;
    current = tile ?? null;
    if (current) current.tabIndex = 0;
  }

  /** @param {HTMLElement | null | undefined} tile */
  function focus(tile) {
    if (!tile) return;
    setCurrent(tile);
    tile.focus({ preventScroll: true });
    tile.scrollIntoView({ block: "nearest" });
  }

  list.addEventListener("click", (event) => {
    const tile = tileOf(event.target);
    if (tile) onOpen(Number(tile.dataset.id));
  });
  list.addEventListener("focusin", (event) => setCurrent(tileOf(event.target)));
  list.addEventListener("pointermove", () => {
    pointerMovedAtMs = performance.now();
  });
  list.addEventListener("keydown", (event) => {
    const tile = tileOf(event.target);
    if (!tile || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key === "c" && document.getSelection()?.isCollapsed !== false) onCopy(Number(tile.dataset.id));
      return;
    }
    const all = [...buttons()];
    const next = destination(event.key, all, all.indexOf(tile));
    if (next === undefined) return;
    event.preventDefault();
    if (next === "out") onLeave();
    else focus(all[next]);
  });

  return {
    /** Shows these, keeping the elements of pictures that stay. @param {readonly SearchHit[]} hits */
    show(hits) {
      if (hits === shown) return;
      const focused = tileOf(document.activeElement);
      const next = new Map(
        hits.map(({ image, similarCopies }) => [image.id, tiles.get(image.id) ?? createTile(image, similarCopies)]),
      );
      for (const { image, similarCopies } of hits) {
        updateTile(/** @type {HTMLLIElement} */ (next.get(image.id)), image, similarCopies);
      }
      for (const [id, tile] of tiles) if (next.get(id) !== tile) tile.remove();
      let place = list.firstElementChild;
      for (const tile of next.values()) {
        if (tile === place) place = place.nextElementSibling;
        else list.insertBefore(tile, place);
      }
      tiles = next;
      shown = hits;
      if (!current?.isConnected) setCurrent(buttons()[0]);
      // Moving an element takes its focus away; losing it altogether leaves the keyboard nowhere.
      if (focused && document.activeElement !== focused) focus(focused.isConnected ? focused : current);
      observer.unobserve(end);
      observer.observe(end);
    },

    /** @returns {boolean} whether there is one */
    focusFirst() {
      const first = buttons()[0];
      focus(first);
      return first !== undefined;
    },

    /** @param {number} id */
    focus(id) {
      focus(tiles.get(id)?.querySelector("button"));
    },

    /** Starts over at the first tile. */
    rewind() {
      setCurrent(buttons()[0]);
    },

    /** Whether somebody is about to pick a picture, so that none should move away under their hand. */
    isInUse() {
      return list.contains(document.activeElement) || performance.now() - pointerMovedAtMs < POINTER_REST_MS;
    },
  };
}
