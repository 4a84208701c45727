// Which of macOS's privacy settings decides about a path, and what a person is told about it. Pure: nothing is looked at.
// Source of the rules: what TCC guards, by its services' names (tccutil(1)), and reports of agents that ran into them.
import type { FolderPermission } from "../../shared/api.ts";

/** files: Files and Folders, with a dialog; photos: Photos; full-disk: Full Disk Access, which is never asked for. */
export type Guard = "files" | "photos" | "full-disk";

/** How the system answers a program that wants to read a folder. */
export type Access = "granted" | "denied" | "undecided";

export interface Place {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** The Node that runs rememe: macOS knows rememe by it. */
  readonly program: string;
}

const PANE = "x-apple.systempreferences:com.apple.preference.security?";
const PANES: Readonly<Record<Guard, string>> = {
  files: `${PANE}Privacy_FilesAndFolders`,
  photos: `${PANE}Privacy_Photos`,
  "full-disk": `${PANE}Privacy_AllFiles`,
};

const PHOTOS_LIBRARY = /\.photoslibrary(\/|$)/i;
const ASKED_IN_HOME = /^\/(Desktop|Documents|Downloads|Library\/(Mobile Documents|CloudStorage))(\/|$)/;
const NEVER_ASKED_IN_HOME =
  /^\/Library\/(Messages|Mail|Safari|Containers|Group Containers|Calendars|Cookies|HomeKit|Metadata)(\/|$)/;

/** What decides whether rememe may read the path; null: the file's own rights alone. */
export function guardOf(path: string, { platform, home }: Place): Guard | null {
  if (platform !== "darwin") return null;
  if (PHOTOS_LIBRARY.test(path)) return "photos";
  if (path.startsWith("/Volumes/")) return "files";
  if (!path.startsWith(`${home}/`)) return null;
  const inHome = path.slice(home.length);
  if (NEVER_ASKED_IN_HOME.test(inHome)) return "full-disk";
  return ASKED_IN_HOME.test(inHome) ? "files" : null;
}

/** What is to be done so that the folder may be read; null when it may. */
export function adviceFor(path: string, access: Access, place: Place): FolderPermission | null {
  if (access === "granted") return null;
  if (place.platform !== "darwin") {
    return { advice: `Give yourself the right to read it: ls -ld "${path}" shows whose it is.`, settingsUrl: null };
  }
  const guard = guardOf(path, place) ?? "files";
  return { advice: access === "undecided" ? undecided(path, guard) : denied(guard, place), settingsUrl: PANES[guard] };
}

/** A disk that does not answer cannot be told from a dialog that nobody answers. */
function undecided(path: string, guard: Guard): string {
  return path.startsWith("/Volumes/")
    ? `${UNDECIDED[guard]} There is none? Then wake its disk or server.`
    : UNDECIDED[guard];
}

const UNDECIDED: Readonly<Record<Guard, string>> = {
  files: "macOS asks whether “node” may read this folder: that is rememe. Answer its dialog.",
  photos: "Nobody has decided yet whether “node”, which is rememe, may read Photos: switch it on there.",
  "full-disk": "Nobody has decided yet whether “node”, which is rememe, has Full Disk Access: switch it on there.",
};

function denied(guard: Guard, { program }: Place): string {
  switch (guard) {
    case "files":
      return "Allow “node”, which is rememe, in System Settings, Privacy & Security, Files and Folders.";
    case "photos":
      return "Allow “node”, which is rememe, in System Settings, Privacy & Security, Photos. Pictures of a Photos library need that.";
    case "full-disk":
      return `macOS lets nobody into this folder without Full Disk Access (System Settings, Privacy & Security). To give it to rememe, press + there, then Command-Shift-G, and choose ${program}.`;
  }
}

/** What macOS will do when these folders are read for the first time, in words, to be said before; none when it does nothing. */
export function warningsFor(paths: readonly string[], place: Place): readonly string[] {
  const guards = new Set(paths.map((path) => guardOf(path, place)));
  return [
    ...(guards.has("files")
      ? [
          "macOS will ask whether “node” may read these folders: that is rememe. Until you allow it, nothing of them is found.",
        ]
      : []),
    ...(guards.has("photos") ? [`A Photos library may be read after this: ${denied("photos", place)}`] : []),
    ...(guards.has("full-disk") ? [denied("full-disk", place)] : []),
  ];
}
