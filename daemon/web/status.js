// @ts-check
// The line at the bottom: what the daemon is doing, how far it is, and the way to the library.
import { button, byId } from "./dom.js";
import { bytes, count, duration, plural, rate } from "./format.js";

/** @import { ModelUpgrade, Status } from "../../shared/api.ts" */

/** What the daemon is doing, in a sentence without its full stop. @param {Status} status */
export function activityWords({ activity, counts, filesPerSecond, secondsLeft, upgrade }) {
  const left = counts.pending > 0 ? `${plural(counts.pending, "file")} to read` : "";
  switch (activity) {
    case "starting":
      return "Starting";
    case "scanning":
      return join(["Looking through the folders", left]);
    case "paused":
      return join(["Paused", left]);
    case "idle":
      return join([
        counts.folders === 0 ? "No folders yet" : plural(counts.images, "picture"),
        upgrade === null ? "" : upgradeWords(upgrade),
      ]);
    case "indexing":
      if (upgrade?.phase === "indexing") return upgradeWords(upgrade);
      return join([
        left === "" ? "Reading pictures" : left,
        filesPerSecond > 0 ? `${rate(filesPerSecond)} a second` : "",
        secondsLeft === null || counts.pending === 0 ? "" : `${duration(secondsLeft)} left`,
      ]);
  }
}

/** How far another model is. @param {ModelUpgrade} upgrade */
function upgradeWords({ title, phase, done, total, secondsLeft }) {
  const to = `Upgrading to ${title}`;
  const left = secondsLeft === null ? "" : `${duration(secondsLeft)} left`;
  switch (phase) {
    case "waiting":
      return `${to} when the network allows`;
    case "checking":
      return `${to}: trying it`;
    case "downloading":
      return join([`${to}: ${total > 0 ? `${bytes(done)} of ${bytes(total)}` : "fetching"}`, left]);
    case "indexing":
      return join([`${to}: ${count(done)} of ${count(total)}`, left]);
  }
}

/** @param {readonly string[]} parts */
const join = (parts) => parts.filter((part) => part !== "").join(" · ");

/** How much of the files is read, 0 to 1; null when there is nothing to read. @param {Status} status */
export function progressOf({ counts }) {
  return counts.pending === 0 || counts.files === 0 ? null : Math.max(0, 1 - counts.pending / counts.files);
}

/** Shows progress in a bar of `index.html`'s kind. @param {HTMLElement} bar @param {Status} status */
export function showProgress(bar, status) {
  const progress = progressOf(status);
  bar.hidden = progress === null;
  if (progress === null) return;
  bar.setAttribute("aria-valuenow", String(Math.round(progress * 100)));
  /** @type {HTMLElement} */ (bar.firstElementChild).style.transform = `scaleX(${progress})`;
}

/**
 * @param {object} on
 * @param {() => void} on.library
 * @param {() => void} on.failures
 * @param {(paused: boolean) => void} on.pause
 */
export function createStatusLine(on) {
  const failed = byId("status-failed");
  const pause = byId("pause");
  byId("library-open").addEventListener("click", on.library);
  failed.addEventListener("click", on.failures);
  let isPaused = false;
  pause.addEventListener("click", () => on.pause(!isPaused));

  return {
    /** @param {Status} status */
    show(status) {
      isPaused = status.paused;
      byId("status-text").textContent = activityWords(status);
      byId("status-directory").textContent = status.activity === "idle" ? "" : (status.currentDirectory ?? "");
      byId("status-dot").className = `dot ${status.activity}`;
      showProgress(byId("progress"), status);
      pause.hidden = !isPaused && status.counts.pending === 0;
      pause.textContent = isPaused ? "Resume" : "Pause";
      failed.hidden = status.counts.failed === 0;
      failed.textContent = `${count(status.counts.failed)} unreadable`;
      failed.title = "Files that could not be read";
    },

    /** The daemon does not answer. */
    lost() {
      byId("status-text").textContent = "Not connected";
      byId("status-directory").textContent = "";
      byId("status-dot").className = "dot lost";
      byId("progress").hidden = true;
      pause.hidden = true;
    },
  };
}

/** A button that pauses or resumes, for the library. @param {boolean} isPaused @param {(paused: boolean) => void} set */
export function pauseButton(isPaused, set) {
  return button({
    icon: isPaused ? "play" : "pause",
    text: isPaused ? "Resume" : "Pause",
    class: "button small",
    click: () => set(!isPaused),
  });
}
