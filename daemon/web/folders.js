// @ts-check
// The watched folders: list, add, look through again, remove.
import { addFolder, listFolders, removeFolder, rescan, toProblem } from "./api.js";
import { button, el, replaceItems } from "./dom.js";
import { count, plural } from "./format.js";
import { problemBox, toast, toastProblem } from "./messages.js";

/** @import { Folder, FolderState } from "../../shared/api.ts" */

const STATES = /** @type {Readonly<Record<FolderState, string>>} */ ({
  online: "",
  scanning: "looking through it",
  offline: "not connected",
  denied: "no permission",
  undecided: "not allowed yet",
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
  /** @type {Map<number, ReturnType<typeof createRow>>} */
  let shown = new Map();

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
    const rows = new Map(
      folders.map((folder) => [folder.id, shown.get(folder.id) ?? createRow(folder, actions, confirmation)]),
    );
    for (const folder of folders) rows.get(folder.id)?.show(folder, folder.id === asking);
    const elements = [...rows.values()].map((row) => row.element);
    if (!isSame(elements, [...list.children])) list.replaceChildren(...(elements.length > 0 ? elements : [none]));
    shown = rows;
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

/** @param {readonly unknown[]} a @param {readonly unknown[]} b */
const isSame = (a, b) => a.length === b.length && a.every((each, index) => each === b[index]);

/** @param {HTMLElement} place @param {Folder["permission"]} permission */
function showAdvice(place, permission) {
  const text = permission?.advice ?? "";
  if (place.dataset.text === text) return;
  place.dataset.text = text;
  const url = permission?.settingsUrl;
  place.replaceChildren(text, ...(url ? [" ", el("a", { href: url }, "Open System Settings")] : []));
}

/**
 * One folder. Its numbers change all the time; its buttons stay, so that they can be pressed.
 * @param {Folder} folder
 * @param {(folder: Folder) => HTMLElement} actions
 * @param {(folder: Folder) => HTMLElement} confirmation
 */
function createRow(folder, actions, confirmation) {
  const facts = el("p", { class: "muted" });
  const advice = el("p", { class: "advice" });
  const foot = el("div", {});
  const element = el("li", {}, el("p", { class: "path", dir: "auto" }, folder.path), facts, advice, foot);
  /** @type {boolean | null} */
  let wasAsking = null;
  return {
    element,

    /** @param {Folder} now @param {boolean} isAsking */
    show(now, isAsking) {
      element.className = `folder ${now.state}`;
      facts.textContent = factsOf(now);
      showAdvice(advice, now.permission);
      if (isAsking !== wasAsking) replaceItems(foot, [isAsking ? confirmation(now) : actions(now)]);
      wasAsking = isAsking;
    },
  };
}

/** @param {Folder} folder */
function factsOf({ state, files, pending, failed }) {
  const facts = [
    STATES[state],
    plural(files, "file"),
    pending > 0 ? `${count(pending)} to read` : "",
    failed > 0 ? `${count(failed)} unreadable` : "",
  ];
  return facts.filter((fact) => fact !== "").join(" · ");
}
