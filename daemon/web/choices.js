// @ts-check
// What a person can decide about a picture: favourite, hidden, tags, and the Trash, which asks first and can be undone.
import { markImage, restoreFile, toProblem, trashImage } from "./api.js";
import { button, el } from "./dom.js";
import { plural } from "./format.js";
import { toast, toastProblem } from "./messages.js";

/** @import { ImageDetails, MarkRequest, TrashedFile } from "../../shared/api.ts" */

/** The section with these choices; it shows by itself what has become of them. @param {ImageDetails} image */
export function choices(image) {
  const section = el("section", { class: "choices" });
  let shown = image;

  /** @param {MarkRequest} marks */
  async function mark(marks) {
    try {
      shown = await markImage(image.id, marks);
    } catch (error) {
      toastProblem(toProblem(error));
    }
    render();
  }

  async function trash() {
    try {
      const { moved, failed } = await trashImage(image.id);
      if (failed.length > 0) toast(`${plural(failed.length, "file")} could not be moved.`, failed[0]?.message);
      section.replaceChildren(inTrash(moved));
    } catch (error) {
      toastProblem(toProblem(error));
      render();
    }
  }

  /** @param {readonly TrashedFile[]} files */
  function inTrash(files) {
    const undo = async () => {
      try {
        for (const { id } of files) await restoreFile(id);
        toast("It is back at its place.");
        render();
      } catch (error) {
        toastProblem(toProblem(error));
      }
    };
    return el(
      "div",
      { class: "actions" },
      el("p", {}, `${plural(files.length, "file")} moved to the Trash.`),
      button({ text: "Put back", class: "button small", click: () => void undo() }),
    );
  }

  function confirmTrash() {
    const cancel = button({ text: "Cancel", class: "button small", click: render });
    section.replaceChildren(
      el(
        "div",
        { class: "actions", role: "alert" },
        el("p", {}, `Move ${plural(image.paths.length, "file")} to the Trash?`),
        button({ text: "Move to Trash", class: "button small", click: () => void trash() }),
        cancel,
      ),
    );
    cancel.focus();
  }

  function render() {
    const { favourite, hidden, tags } = shown;
    const input = el("input", {
      type: "text",
      class: "tags",
      value: tags.join(", "),
      placeholder: "Tags, with commas between them",
      "aria-label": "Tags",
      maxlength: 2_000,
      change: () =>
        void mark({
          tags: input.value
            .split(",")
            .map((tag) => tag.trim())
            .filter((tag) => tag !== ""),
        }),
      // Letters typed here are no keys of the viewer.
      keydown: (event) => event.stopPropagation(),
    });
    section.replaceChildren(
      el(
        "div",
        { class: "actions" },
        toggle("star", "Favourite", favourite, () => void mark({ favourite: !favourite })),
        toggle("hidden", hidden ? "Hidden" : "Hide", hidden, () => void mark({ hidden: !hidden })),
        button({ icon: "trash", text: "Move to Trash…", click: confirmTrash }),
      ),
      input,
    );
  }

  render();
  return section;
}

/** @param {string} icon @param {string} text @param {boolean} isOn @param {() => void} click */
function toggle(icon, text, isOn, click) {
  const made = button({ icon, text, click });
  made.setAttribute("aria-pressed", String(isOn));
  return made;
}
