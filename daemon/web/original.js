// @ts-check
// Shows one picture as large as fits: its thumbnail at once, the original over it, or why there is none.
import { fileProblem, fileUrl } from "./api.js";
import { button, el, withCode } from "./dom.js";

/** @import { ImageDetails } from "../../shared/api.ts" */

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

/** The thumbnail at once, the original over it as soon as it is there. @param {HTMLElement} stage @param {ImageDetails} image @param {AbortSignal} signal */
export function showOriginal(stage, image, signal) {
  const preview = el("img", { class: "preview", src: image.thumbnailUrl, alt: "", error: () => preview.remove() });
  stage.style.setProperty("--aspect", `${image.width} / ${image.height}`);
  stage.style.setProperty("--width", `${image.width}px`);
  const frame = el("div", { class: "picture" }, preview);
  stage.replaceChildren(frame);
  /** @param {string} why */
  const caption = (why) => stage.append(el("figcaption", {}, ...withCode(`${why} This is the preview.`)));

  function play() {
    const original = el("img", {
      class: "original",
      src: fileUrl(image.id),
      alt: image.text === "" ? image.name : `${image.name}. Text in it: ${image.text}`,
      load: () => original.classList.add("loaded"),
      error: async () => {
        original.remove();
        const problem = await fileProblem(image.id, signal).catch(() => null);
        if (signal.aborted) return;
        const reason = problem ? `${problem.message} ${problem.hint ?? ""}` : "This browser cannot show the original.";
        caption(reason);
      },
    });
    frame.append(original);
  }
  if (image.offline) caption("On a disk that is not connected.");
  else if (image.frames > 1 && reducedMotion.matches) {
    const start = button({
      icon: "play",
      label: "Play",
      class: "round play",
      click: () => {
        start.remove();
        play();
      },
    });
    frame.append(start);
  } else play();
}
