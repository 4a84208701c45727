// @ts-check
// Everything the page has to say: the banner about the connection, passing messages, notices, and problems with their hints.
import { button, byId, el, icon, withCode } from "./dom.js";

/** @import { Problem } from "./api.js" */
/** @import { Connection } from "./events.js" */

const banner = byId("banner");
const toasts = el("div", { class: "toasts", role: "status", "aria-live": "polite" });
/** Long enough to read a sentence and its hint. */
const TOAST_MS = 6_000;

const BANNERS = /** @type {Readonly<Record<Connection, readonly string[] | null>>} */ ({
  online: null,
  gone: ["rememe is not running.", "Start it with `rememe start`; this page goes on by itself."],
  expired: [
    "This browser needs a new link: each one works once, within ten minutes.",
    "Run `rememe open`, or `npm run rememe open` where you started it with npm.",
  ],
});

/** @type {Connection} */
let connection = "online";

/** Shows or takes away the banner about the connection. @param {Connection} next */
export function showConnection(next) {
  if (next === connection) return;
  connection = next;
  const words = BANNERS[next];
  banner.hidden = words === null;
  banner.replaceChildren(...(words ? [icon("warning"), ...sentence(words[0] ?? "", words[1])] : []));
}

/** Tells that this page is older than the daemon. */
export function offerReload() {
  banner.hidden = false;
  banner.replaceChildren(
    "rememe was updated while this page was open.",
    button({ text: "Reload", class: "button small", click: () => location.reload() }),
  );
}

/** @param {string} message @param {string | undefined} hint */
function sentence(message, hint) {
  return [el("strong", {}, message), ...(hint ? [el("span", {}, ...withCode(hint))] : [])];
}

/** A message that passes. @param {string} message @param {string} [hint] */
export function toast(message, hint) {
  // A modal dialog makes everything outside of it silent.
  (document.querySelector("dialog[open]") ?? document.body).append(toasts);
  const line = el("p", {}, ...sentence(message, hint));
  toasts.replaceChildren(line);
  setTimeout(() => line.remove(), TOAST_MS);
}

/** A problem that passes. A lost connection has its banner instead. @param {Problem} problem */
export function toastProblem(problem) {
  if (problem.code === "unreachable") showConnection("gone");
  else if (problem.code === "unauthorized") showConnection("expired");
  else toast(problem.message, problem.hint);
}

/** A problem that stays, with a way on. @param {Problem} problem @param {(() => void) | null} retry */
export function problemBox(problem, retry) {
  return el(
    "div",
    { class: "notice problem", role: "alert" },
    icon("warning"),
    el("p", {}, ...sentence(problem.message, problem.hint)),
    retry ? button({ text: "Try again", class: "button small", click: retry }) : null,
  );
}

/** Something worth knowing. @param {string} text */
export const noticeBox = (text) => el("div", { class: "notice" }, el("p", {}, ...withCode(text)));
