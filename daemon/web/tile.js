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

/** @param {Image} image @param {number} alike how many others it stands for */
function badges(image, alike) {
  return [
    image.favourite ? el("span", { class: "badge", title: "Favourite" }, "★") : null,
    image.frames > 1 ? el("span", { class: "badge" }, image.format === "gif" ? "GIF" : "moving") : null,
    image.format === "video" ? el("span", { class: "badge" }, "video") : null,
    image.format === "pdf" ? el("span", { class: "badge" }, "PDF") : null,
    alike > 0
      ? el("span", { class: "badge", title: "Nearly the same pictures, this one included" }, `×${alike + 1}`)
      : null,
    image.offline ? el("span", { class: "badge", title: "On a disk that is not connected" }, icon("offline")) : null,
  ];
}

/** @param {Image} image */
function labelOf(image) {
  return [
    image.name,
    image.favourite ? "favourite" : "",
    image.frames > 1 ? "moving picture" : "",
    image.offline ? "not connected" : "",
  ]
    .filter((part) => part !== "")
    .join(", ");
}

/** What each tile shows. @type {WeakMap<HTMLLIElement, string>} */
const shown = new WeakMap();

/** A picture in the grid: an item with a button that Tab does not reach by itself. @param {Image} image @param {number} alike */
export function createTile(image, alike) {
  const tile = el("li", {}, el("button", { type: "button", class: "tile", "data-id": image.id, tabindex: -1 }));
  tile.style.setProperty("--aspect", String(aspectOf(image)));
  updateTile(tile, image, alike);
  return tile;
}

/** Shows what has become of the picture (renamed, unplugged); the button stays the same, with its focus. @param {HTMLLIElement} tile @param {Image} image @param {number} alike */
export function updateTile(tile, image, alike) {
  const label = labelOf(image);
  const look = `${image.thumbnailUrl}\n${alike}\n${label}`;
  if (shown.get(tile) === look) return;
  shown.set(tile, look);
  const button = /** @type {HTMLButtonElement} */ (tile.firstElementChild);
  button.setAttribute("aria-label", label);
  button.replaceChildren(
    thumbnail(image, { lazy: true }),
    el("span", { class: "badges" }, ...badges(image, alike)),
    el("span", { class: "tile-name", dir: "auto" }, image.name),
  );
}
