// @ts-check
// Ways to hand the page a picture to search by: dropped anywhere, pasted, or picked with the button.
import { byId } from "./dom.js";
import { toast } from "./messages.js";

/**
 * @param {object} on
 * @param {(picture: File) => void} on.picture
 * @param {(text: string) => void} on.text text pasted where nothing takes it
 */
export function acceptPictures(on) {
  const overlay = byId("drop");
  const input = byId("pick-file", HTMLInputElement);
  /** A tile of the page's own that is being dragged out. */
  let isOurs = false;

  /** @param {FileList | null | undefined} files @returns {boolean} */
  function take(files) {
    const all = [...(files ?? [])];
    // What is none of the types a browser knows may still be a picture: the daemon says so if not.
    const picture = all.find(({ type }) => type.startsWith("image/")) ?? all[0];
    if (picture) on.picture(picture);
    return picture !== undefined;
  }

  byId("pick").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    take(input.files);
    input.value = "";
  });

  addEventListener("dragstart", () => {
    isOurs = true;
  });
  addEventListener("dragend", () => {
    isOurs = false;
  });
  addEventListener("dragover", (event) => {
    if (isOurs || !event.dataTransfer) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    overlay.showPopover();
  });
  addEventListener("dragleave", (event) => {
    // Null: out of the window, not from one element to the next.
    if (event.relatedTarget === null) overlay.hidePopover();
  });
  addEventListener("drop", (event) => {
    overlay.hidePopover();
    if (isOurs) return;
    event.preventDefault();
    if (!take(event.dataTransfer?.files))
      toast("That is not a picture file.", "Drop a picture from a folder, or save it first.");
  });

  document.addEventListener("paste", (event) => {
    if (take(event.clipboardData?.files)) {
      event.preventDefault();
      return;
    }
    const isTaken = event.target instanceof HTMLInputElement;
    const text = event.clipboardData?.getData("text/plain").trim() ?? "";
    if (!isTaken && text !== "") on.text(text);
  });
}
