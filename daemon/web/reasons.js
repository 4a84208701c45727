// @ts-check
// Why a picture was found, in words.
import { el } from "./dom.js";
import { ordinal } from "./format.js";

/** @import { Reason, WordMark } from "../../shared/api.ts" */

const FIELDS = { ocr: "Text in the picture", name: "File name", folder: "Folder", tag: "Tag" };
const STRENGTHS = ["faint", "weak", "fair", "strong", "very strong"];
/** A place in the ranking says more than a cosine, whose scale is each model's own. Best first: 5 dots up to rank 3, … */
const RANKS = [100, 30, 10, 3];
/** Between two pictures the cosine does speak for itself. */
const SIMILARITIES = [0.5, 0.7, 0.85, 0.95];

/** One row for each reason. @param {readonly Reason[]} why @param {"words" | "picture"} asked */
export function reasonList(why, asked) {
  return el("ul", { class: "reasons" }, ...why.map((reason) => el("li", {}, ...describe(reason, asked))));
}

/** @param {Reason} reason @param {"words" | "picture"} asked */
function describe(reason, asked) {
  if (reason.kind === "text") return [label(FIELDS[reason.field]), snippet(reason.snippet, reason.marks)];
  if (reason.kind === "use") return [label("You used it"), el("p", {}, "after a search for words like these")];
  const level =
    asked === "words"
      ? RANKS.filter((rank) => reason.rank <= rank).length
      : SIMILARITIES.filter((similarity) => reason.similarity >= similarity).length;
  const place = reason.rank === 1 ? "closest of all" : `${ordinal(reason.rank)} closest`;
  return [
    label(asked === "words" ? "Looks like the words" : "Looks like the picture"),
    el(
      "p",
      { title: `Cosine similarity ${reason.similarity.toFixed(3)}` },
      strength(level),
      `${STRENGTHS[level]}, ${place}`,
    ),
  ];
}

/** @param {string} text */
const label = (text) => el("strong", {}, text);

/** @param {string} text @param {readonly WordMark[]} marks */
function snippet(text, marks) {
  let last = 0;
  const parts = marks.flatMap(({ start, end }) => {
    const before = text.slice(last, start);
    last = end;
    return [before, el("mark", {}, text.slice(start, end))];
  });
  return el("p", { class: "snippet", dir: "auto" }, ...parts, text.slice(last));
}

/** @param {number} level 0 to 4 */
function strength(level) {
  const dots = STRENGTHS.map((_, index) => el("i", index <= level ? { class: "on" } : {}));
  return el("span", { class: "strength", "aria-hidden": "true" }, ...dots);
}
