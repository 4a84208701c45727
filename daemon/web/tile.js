// @ts-check
// One picture as a tile: thumbnail, badges, and its name on demand.
import { el, icon } from "./dom.js";

/** @import { Image } from "../../shared/api.ts" */

/** Banners and comic strips keep a size at which they can be seen; the rest of them is cut off. */
const MIN_ASPECT = 0.55;
const MAX_ASPECT = 2.6;
/** @param {Image} image */
function aspectOf({ width, height }) {
  return Math.min(MAX_ASPECT, Math.max(MIN_ASPECT, width / height || 1));
}

/** A picture's thumbnail, or its name where there is none. @param {Image} image @param {{ lazy: boolean }} options */
export function thumbnail(image, { lazy }) {
  const img = el("img", {
    src: image.thumbnailUrl,
    alt: "",
    width: image.width,
    height: image.height,
    decoding: "async",
    loading: lazy ? "lazy" : "eager",
    error: () => img.replaceWith(el("span", { class: "no-thumbnail" }, icon("picture"))),
  });
  return img;
}

/** @param {Image} image */
function badges(image) {
  return [
    image.frames > 1 ? el("span", { class: "badge" }, image.format === "gif" ? "GIF" : "moving") : null,
    image.offline ? el("span", { class: "badge", title: "On a disk that is not connected" }, icon("offline")) : null,
  ];
}

/** @param {Image} image */
function labelOf(image) {
  return [image.name, image.frames > 1 ? "moving picture" : "", image.offline ? "not connected" : ""]
    .filter((part) => part !== "")
    .join(", ");
}

/** What each tile shows. @type {WeakMap<HTMLLIElement, string>} */
const shown = new WeakMap();

/** A picture in the grid: an item with a button that Tab does not reach by itself. @param {Image} image */
export function createTile(image) {
  const tile = el("li", {}, el("button", { type: "button", class: "tile", "data-id": image.id, tabindex: -1 }));
  tile.style.setProperty("--aspect", String(aspectOf(image)));
  updateTile(tile, image);
  return tile;
}

/** Shows what has become of the picture (renamed, unplugged); the button stays the same, with its focus. @param {HTMLLIElement} tile @param {Image} image */
export function updateTile(tile, image) {
  const label = labelOf(image);
  const look = `${image.thumbnailUrl}\n${label}`;
  if (shown.get(tile) === look) return;
  shown.set(tile, look);
  const button = /** @type {HTMLButtonElement} */ (tile.firstElementChild);
  button.setAttribute("aria-label", label);
  button.replaceChildren(
    thumbnail(image, { lazy: true }),
    el("span", { class: "badges" }, ...badges(image)),
    el("span", { class: "tile-name", dir: "auto" }, image.name),
  );
}
