// How things are said to people: counts, times, progress, reasons. Pure text.
import { basename, dirname } from "node:path";
import { homedir } from "node:os";
import type { Folder, FolderState, ModelUpgrade, Reason, Scene, Status } from "./contract";

const NUMBERS = new Intl.NumberFormat("en-US");

export const number = (value: number): string => NUMBERS.format(value);

/** "1 picture", "2,431 pictures" */
export const count = (value: number, noun: string): string => `${number(value)} ${noun}${value === 1 ? "" : "s"}`;

export function duration(seconds: number): string {
  if (seconds < 60) return "less than a minute";
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return count(minutes, "minute");
  return minutes < 60 * 24 ? `about ${count(Math.round(minutes / 60), "hour")}` : "more than a day";
}

export function bytes(value: number): string {
  if (value < 1_000) return count(value, "byte");
  if (value < 1_000_000) return `${Math.round(value / 1_000)} KB`;
  return value < 1_000_000_000 ? `${(value / 1_000_000).toFixed(1)} MB` : `${(value / 1_000_000_000).toFixed(1)} GB`;
}

/** What the indexer does, in one line: "Reading pictures: 120 of 3,000, 4 minutes left". */
export function progress(status: Status): string {
  const { activity, counts, paused, secondsLeft } = status;
  const total = counts.images + counts.pending;
  const done = `${number(counts.images)} of ${number(total)}`;
  if (paused) return counts.pending > 0 ? `Paused: ${done} pictures` : "Paused";
  if (activity === "starting") return "Starting";
  if (activity === "scanning") return `Looking through your folders: ${count(total, "picture")} so far`;
  if (!isWorking(status)) return `${count(counts.images, "picture")} can be found`;
  return `Reading pictures: ${done}${secondsLeft === null ? "" : `, ${duration(secondsLeft)} left`}`;
}

/** How far a better model is: "Fetching SigLIP 2: 12.0 MB of 400.0 MB, 4 minutes left". */
export function upgradeProgress({ title, phase, done, total, secondsLeft, problem }: ModelUpgrade): string {
  const left = secondsLeft === null ? "" : `, ${duration(secondsLeft)} left`;
  switch (phase) {
    case "waiting":
      return `${title} cannot be fetched at the moment${problem === null ? "" : `: ${problem}`}`;
    case "downloading":
      return `Fetching ${title}: ${bytes(done)} of ${bytes(total)}${left}`;
    case "checking":
      return `Trying ${title} on this computer`;
    case "indexing":
      return `Switching to ${title}: ${number(done)} of ${count(total, "picture")}${left}`;
  }
}

/** Pictures come; not while known ones are only prepared for another model, which changes nothing that is shown. */
export const isWorking = ({ activity, counts }: Status): boolean =>
  activity === "starting" || activity === "scanning" || (activity === "indexing" && counts.pending > 0);

const FOLDER_STATES: Record<FolderState, string> = {
  online: "Watched",
  scanning: "Looking Through It",
  offline: "Not Connected",
  denied: "No Permission",
  undecided: "Not Allowed Yet",
};

export const folderState = ({ state }: Pick<Folder, "state">): string => FOLDER_STATES[state];

/** The home directory as ~. */
export function shortPath(path: string): string {
  const home = homedir();
  return path === home || path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

export const folderName = (path: string): string => basename(path) || path;

export const parentPath = (path: string): string => shortPath(dirname(path));

const PLACES: Record<string, string> = {
  ocr: "Text",
  name: "Name",
  folder: "Folder",
  tag: "Tag",
};

/** Where in a moving picture: " at 0:12", or " in frame 35" where no time is known. */
function momentOf(scene: Scene | null): string {
  if (scene === null) return "";
  if (scene.atMs === null) return ` in frame ${(scene.frame ?? 0) + 1}`;
  const seconds = Math.floor(scene.atMs / 1_000);
  return ` at ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Why a picture was found, in one line; "" when there is nothing to say. */
export function reasons(why: readonly Reason[], scene: Scene | null): string {
  return why
    .map((reason) => {
      if (reason.kind === "text") return `${PLACES[reason.field] ?? "Text"}: ${reason.snippet.replace(/\s+/g, " ")}`;
      return reason.kind === "visual" ? `Looks like it${momentOf(scene)}` : "Used before for such words";
    })
    .join(" · ");
}
