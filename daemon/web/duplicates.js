// @ts-check
// Pictures that are nearly the same, group by group. Nothing is done to them here: opening one shows what can be.
import { listDuplicates, toProblem } from "./api.js";
import { button, el, replaceItems } from "./dom.js";
import { bytes, count } from "./format.js";
import { problemBox } from "./messages.js";
import { thumbnail } from "./tile.js";

/** @import { DuplicateGroup, Image } from "../../shared/api.ts" */

const PAGE_SIZE = 12;

/** The section of the library about near-duplicates; hidden while there are none. @param {(id: number) => void} onOpen */
export function createDuplicateSection(onOpen) {
  const title = el("h3", {});
  const list = el("ul", { class: "rows" });
  const foot = el("div", { class: "row" });
  const element = el("section", { class: "duplicates", hidden: true }, title, list, foot);

  async function refresh() {
    await showPage(0);
  }

  /** @param {number} offset */
  async function showPage(offset) {
    try {
      const { groups, total, nextOffset } = await listDuplicates({ limit: PAGE_SIZE, offset });
      element.hidden = total === 0;
      title.textContent =
        total === 1 ? "1 picture is there several times" : `${count(total)} pictures are there several times`;
      const rows = groups.map(row);
      if (offset === 0) replaceItems(list, rows);
      else list.append(...rows);
      foot.replaceChildren();
      if (nextOffset !== null) {
        foot.append(button({ text: "Show more", class: "button small", click: () => void showPage(nextOffset) }));
      }
    } catch (error) {
      foot.replaceChildren(problemBox(toProblem(error), () => void showPage(offset)));
    }
  }

  /** @param {DuplicateGroup} group */
  function row({ images }) {
    return el("li", {}, el("ul", { class: "similar-grid" }, ...images.map(tile)));
  }

  /** @param {Image} image @param {number} index */
  function tile(image, index) {
    const { id, name, width, height, sizeBytes } = image;
    const facts = `${name}, ${count(width)} × ${count(height)}, ${bytes(sizeBytes)}${index === 0 ? ", the best" : ""}`;
    const properties = { type: "button", class: "tile", "aria-label": facts, title: facts, click: () => onOpen(id) };
    return el("li", {}, el("button", properties, thumbnail(image, { lazy: true })));
  }

  return { element, refresh };
}
