// @ts-check
// The search field: words, or a chip for the picture that is searched by.
import { byId, el } from "./dom.js";

/**
 * @param {object} on
 * @param {(q: string) => void} on.type
 * @param {() => void} on.submit Enter
 * @param {() => void} on.down
 * @param {() => void} on.clear
 * @param {() => void} on.rest left the field: what it holds is worth an entry in the history
 */
export function createSearchBar(on) {
  const input = byId("q", HTMLInputElement);
  const clear = byId("clear");
  const chip = byId("chip");

  input.addEventListener("input", () => {
    on.type(input.value);
    showClear();
  });
  input.addEventListener("blur", on.rest);
  input.addEventListener("keydown", (event) => {
    // While a word is being composed, these keys belong to the input method.
    if (event.isComposing) return;
    if (event.key === "ArrowDown") on.down();
    else if (event.key === "Escape") on.clear();
    else if (event.key === "Backspace" && input.value === "" && !chip.hidden) on.clear();
    else return;
    event.preventDefault();
  });
  byId("search-form").addEventListener("submit", (event) => {
    event.preventDefault();
    on.submit();
  });
  clear.addEventListener("click", () => {
    on.clear();
    input.focus();
  });
  document.addEventListener("keydown", (event) => typeAnywhere(event, input));

  function showClear() {
    clear.hidden = input.value === "" && chip.hidden;
  }

  return {
    focus: () => input.focus(),

    /** What was typed before this module was there. */
    typed: () => input.value,

    /** @param {string} q @param {{ url: string, label: string } | null} picture the picture searched by */
    show(q, picture) {
      if (input.value !== q) input.value = q;
      chip.hidden = picture === null;
      chip.replaceChildren();
      if (picture) {
        const preview = el("img", { src: picture.url, alt: "", error: () => preview.remove() });
        chip.append(preview, el("span", {}, picture.label));
      }
      input.classList.toggle("with-chip", picture !== null);
      showClear();
    },
  };
}

/** Typing goes to the search field wherever the focus is: a new search, unless it was there already. @param {KeyboardEvent} event @param {HTMLInputElement} input */
function typeAnywhere(event, input) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target instanceof HTMLInputElement || document.querySelector("dialog[open]")) return;
  const isText = event.key.length === 1 && event.key !== " ";
  if (isText) input.select();
  else if (event.key === "Escape") input.select();
  else if (event.key !== "Backspace") return;
  input.focus();
  if (event.key === "/") event.preventDefault();
}
