// @ts-check
// The watched folders: list, add, look through again, remove.
import { addFolder, listFolders, removeFolder, rescan, toProblem } from "./api.js";
import { button, el } from "./dom.js";
import { plural } from "./format.js";
import { problemBox, toast, toastProblem } from "./messages.js";

/** @import { Folder, FolderState } from "../../shared/api.ts" */

const STATES = /** @type {Readonly<Record<FolderState, string>>} */ ({
  online: "",
  scanning: "looking through it",
  offline: "not connected",
  denied: "no permission",
});

/** A field for the path of a new folder. @param {() => void} onAdded */
export function addFolderForm(onAdded) {
  const input = el("input", {
    type: "text",
    class: "path-input",
    placeholder: "~/Pictures",
    "aria-label": "Path of a folder with pictures",
    required: true,
    spellcheck: "false",
    autocapitalize: "off",
    autocomplete: "off",
  });
  const trouble = el("div", {});
  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    trouble.replaceChildren();
    try {
      const folder = await addFolder({ path: input.value.trim() });
      input.value = "";
      toast(`Added ${folder.path}.`);
      onAdded();
    } catch (error) {
      trouble.replaceChildren(problemBox(toProblem(error), null));
      input.focus();
    }
  }
  return el(
    "form",
    { class: "add-folder", submit },
    el("div", { class: "row" }, input, el("button", { class: "button primary" }, "Add folder")),
    trouble,
  );
}

/** The section of the library about folders. */
export function createFolderSection() {
  const list = el("ul", { class: "rows" });
  const element = el(
    "section",
    {},
    el("h3", {}, "Folders"),
    list,
    addFolderForm(() => void refresh()),
  );
  /** The folder being asked about. @type {number | null} */
  let asking = null;

  async function refresh() {
    try {
      render((await listFolders()).folders);
    } catch (error) {
      list.replaceChildren(
        el(
          "li",
          {},
          problemBox(toProblem(error), () => void refresh()),
        ),
      );
    }
  }

  /** @param {readonly Folder[]} folders */
  function render(folders) {
    const none = el(
      "li",
      { class: "muted" },
      "None yet. Add one with pictures in it; everything below it is found too.",
    );
    list.replaceChildren(...(folders.length > 0 ? folders.map(row) : [none]));
  }

  /** @param {Folder} folder */
  function row(folder) {
    const facts = [
      STATES[folder.state],
      plural(folder.files, "file"),
      folder.pending > 0 ? `${folder.pending} to read` : "",
      folder.failed > 0 ? `${folder.failed} unreadable` : "",
    ].filter((fact) => fact !== "");
    return el(
      "li",
      { class: `folder ${folder.state}` },
      el("p", { class: "path", dir: "auto" }, folder.path),
      el("p", { class: "muted" }, facts.join(" · ")),
      asking === folder.id ? confirmation(folder) : actions(folder),
    );
  }

  /** @param {Folder} folder */
  function actions(folder) {
    return el(
      "div",
      { class: "row" },
      button({
        text: "Look again",
        class: "button small",
        click: () => act(rescan({ folderId: folder.id }), `Looking through ${folder.path}.`),
      }),
      button({
        text: "Remove…",
        class: "button small",
        click: () => {
          asking = folder.id;
          void refresh();
        },
      }),
    );
  }

  /** @param {Folder} folder */
  function confirmation({ id, files }) {
    const done = () => {
      asking = null;
      void refresh();
    };
    return el(
      "div",
      { class: "confirm", role: "group" },
      el("p", {}, `Forget ${plural(files, "file")} of this folder? On disk, everything stays as it is.`),
      el(
        "div",
        { class: "row" },
        button({
          text: "Forget it",
          class: "button small danger",
          click: () => {
            asking = null;
            act(removeFolder(id), "Forgotten. The files are untouched.");
          },
        }),
        button({ text: "Keep it", class: "button small", click: done }),
      ),
    );
  }

  /** @param {Promise<unknown>} request @param {string} done */
  function act(request, done) {
    request
      .then(() => toast(done))
      .catch((error) => toastProblem(toProblem(error)))
      .finally(() => void refresh());
  }

  return { element, refresh };
}
