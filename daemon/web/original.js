// @ts-check
// Shows one picture as large as fits: its thumbnail at once, the original over it, or why there is none; and the words found in it.
import { convertedUrl, fileProblem, fileUrl } from "./api.js";
import { button, el, svg, withCode } from "./dom.js";

/** @import { ImageDetails, Reason } from "../../shared/api.ts" */

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * The thumbnail at once, the original over it as soon as it is there.
 * @param {HTMLElement} stage
 * @param {ImageDetails} image
 * @param {readonly Reason[]} why
 * @param {AbortSignal} signal
 */
export function showOriginal(stage, image, why, signal) {
  const preview = el("img", { class: "preview", src: image.thumbnailUrl, alt: "", error: () => preview.remove() });
  stage.style.setProperty("--aspect", `${image.width} / ${image.height}`);
  stage.style.setProperty("--width", `${image.width}px`);
  const words = foundWords(image, why);
  const frame = el("div", { class: "picture" }, preview, words);
  stage.replaceChildren(frame);
  /** @param {string} why */
  const caption = (why) => stage.append(el("figcaption", {}, ...withCode(`${why} This is the preview.`)));

  /** Formats that no browser knows, or not this one, are converted. @param {string} url */
  function play(url) {
    const isVideo = image.format === "video";
    const label = image.text === "" ? image.name : `${image.name}. Text in it: ${image.text}`;
    const shown = () => original.classList.add("loaded");
    const original = el(isVideo ? "video" : "img", {
      class: "original",
      src: url,
      ...(isVideo
        ? { controls: "", preload: "metadata", "aria-label": label, loadeddata: shown }
        : { alt: label, load: shown }),
      error: async () => {
        original.remove();
        const problem = await fileProblem(url, signal).catch(() => null);
        if (signal.aborted) return;
        if (!problem && !isVideo && url !== convertedUrl(image.id)) {
          play(convertedUrl(image.id));
          return;
        }
        const reason = problem ? `${problem.message} ${problem.hint ?? ""}` : "This browser cannot show the original.";
        caption(reason);
      },
    });
    frame.insertBefore(original, words);
  }
  if (image.offline) caption("On a disk that is not connected.");
  else if (image.format === "pdf") play(convertedUrl(image.id));
  else if (image.frames > 1 && reducedMotion.matches) {
    const start = button({
      icon: "play",
      label: "Play",
      class: "round play",
      click: () => {
        start.remove();
        play(fileUrl(image.id));
      },
    });
    frame.append(start);
  } else play(fileUrl(image.id));
}

/**
 * Outlines around the words that were searched for, null when there are none. Drawn in the picture's own shape, so that they stay on the
 * words at every size.
 * @param {ImageDetails} image @param {readonly Reason[]} why
 */
function foundWords({ width, height, format }, why) {
  // What was read stands in one frame; a video goes on.
  if (format === "video") return null;
  const boxes = why.flatMap((reason) => (reason.kind === "text" ? reason.boxes : []));
  if (boxes.length === 0) return null;
  const outlines = boxes.map((box) =>
    svg("rect", {
      x: box.x * width,
      y: box.y * height,
      width: box.width * width,
      height: box.height * height,
      rx: Math.min(box.width * width, box.height * height) / 8,
    }),
  );
  return svg("svg", { class: "found-words", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, ...outlines);
}
