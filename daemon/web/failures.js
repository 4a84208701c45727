// @ts-check
// The files that could not be read, why, and trying them again.
import { listFailures, retryFailures, toProblem } from "./api.js";
import { button, el, replaceItems } from "./dom.js";
import { count, date, plural } from "./format.js";
import { problemBox, toast, toastProblem } from "./messages.js";

/** @import { Failure } from "../../shared/api.ts" */

const PAGE_SIZE = 30;

/** The section of the library about unreadable files; hidden while there are none. */
export function createFailureSection() {
  const title = el("h3", {});
  const list = el("ul", { class: "rows" });
  const foot = el("div", { class: "row" });
  const element = el("section", { class: "failures", tabindex: -1, hidden: true }, title, list, foot);

  /** Shows the first page. */
  async function refresh() {
    await showPage(0);
  }

  /** @param {number} offset */
  async function showPage(offset) {
    try {
      const { failures, total, nextOffset } = await listFailures({ limit: PAGE_SIZE, offset });
      element.hidden = total === 0;
      title.textContent = `${count(total)} could not be read`;
      const rows = failures.map(row);
      if (offset === 0) replaceItems(list, rows);
      else list.append(...rows);
      foot.replaceChildren(button({ text: "Try all again", class: "button small", click: () => void retry() }));
      if (nextOffset !== null) {
        foot.append(button({ text: "Show more", class: "button small", click: () => void showPage(nextOffset) }));
      }
    } catch (error) {
      foot.replaceChildren(problemBox(toProblem(error), () => void showPage(offset)));
    }
  }

  /** @param {Failure} failure */
  function row({ fileId, path, message, attempts, lastTryAtMs, retryAtMs }) {
    const next = retryAtMs === null ? "" : `, next ${date(retryAtMs)}`;
    return el(
      "li",
      { class: "failure" },
      el("p", { class: "path", dir: "auto" }, path),
      el("p", {}, message),
      el("p", { class: "muted" }, `Tried ${plural(attempts, "time")}, last ${date(lastTryAtMs)}${next}`),
      el(
        "div",
        { class: "row" },
        button({ text: "Try again", class: "button small", click: () => void retry([fileId]) }),
      ),
    );
  }

  /** @param {readonly number[]} [fileIds] */
  async function retry(fileIds) {
    try {
      const { retried } = await retryFailures(fileIds ? { fileIds } : {});
      toast(`Trying ${plural(retried, "file")} again.`);
    } catch (error) {
      toastProblem(toProblem(error));
    }
    await refresh();
  }

  /** Their number changed. The list stays as it is while somebody reads it. @param {number} total */
  function news(total) {
    const isInUse = list.matches(":hover") || element.contains(document.activeElement);
    if (!isInUse || total === 0 || element.hidden) void refresh();
  }

  return { element, refresh, news };
}
