// @ts-check
// What is known of one picture, in words, and what can be done with it.
import { fileUrl, revealFile, toProblem } from "./api.js";
import { choices } from "./choices.js";
import { copyPicture, copyText } from "./clipboard.js";
import { button, el, icon } from "./dom.js";
import { bytes, count, date, plural } from "./format.js";
import { toastProblem } from "./messages.js";
import { reasonList } from "./reasons.js";

/** @import { Image, ImageDetails } from "../../shared/api.ts" */
/** @import { Found } from "./details.js" */

const SHOW = navigator.platform.startsWith("Mac") ? "Show in Finder" : "Show in folder";

/** @param {ImageDetails} image @param {Found | null} found null: it was not searched for @param {() => void} findSimilar */
export function describe(image, found, findSimilar) {
  return [
    el("h2", { id: "details-name", dir: "auto" }, image.name),
    el("p", { class: "line" }, ...factLine(image)),
    el(
      "div",
      { class: "actions" },
      button({ icon: "copy", text: "Copy picture", class: "button primary", click: () => void copyPicture(image) }),
      button({ icon: "copy", text: "Copy path", click: () => void copyText(image.path, "Path copied.") }),
      button({ icon: "similar", text: "Find similar", click: findSimilar }),
      image.offline
        ? null
        : el(
            "a",
            { class: "button", href: fileUrl(image.id), target: "_blank", rel: "noopener" },
            icon("open"),
            el("span", {}, "Open original"),
          ),
      image.offline ? null : revealButton(image, image.path),
    ),
    choices(image),
    found && found.why.length > 0
      ? el("section", {}, el("h3", {}, "Why it was found"), reasonList(found.why, found.asked))
      : null,
    image.text === ""
      ? null
      : el("section", {}, el("h3", {}, "Text in the picture"), el("p", { class: "text", dir: "auto" }, image.text)),
    el(
      "section",
      {},
      el("h3", {}, image.paths.length > 1 ? `${plural(image.paths.length, "copy", "copies")} on disk` : "File"),
      el("ul", { class: "paths" }, ...image.paths.map((path) => pathRow(image, path))),
    ),
  ].filter((part) => part !== null);
}

/** With a button of its own where there are several. @param {ImageDetails} image @param {string} path */
function pathRow(image, path) {
  const show = image.paths.length > 1 && !image.offline ? revealButton(image, path) : null;
  return el("li", {}, el("span", { dir: "auto" }, path), show);
}

/** @param {ImageDetails} image @param {string} path */
function revealButton({ id }, path) {
  const click = () => void revealFile(id, path).catch((error) => toastProblem(toProblem(error)));
  return button({ icon: "path", text: SHOW, click });
}

/** @param {Image} image */
function factLine(image) {
  const facts = [
    image.format.toUpperCase(),
    `${count(image.width)} × ${count(image.height)}`,
    bytes(image.sizeBytes),
    ...(image.frames > 1 ? [plural(image.frames, "frame")] : []),
    date(image.modifiedAtMs),
  ];
  return facts.map((fact) => el("span", {}, fact));
}
