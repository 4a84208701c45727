// May each watched folder be read? What the daemon says counts: macOS allows each program by itself. Our own look comes from a child process
// with a limit, because a question that nobody answers blocks the call.
import { execFile } from "node:child_process";
import type { Folder } from "../../../shared/api.ts";
import type { Context } from "../command.ts";
import { plural, shortPath } from "../output.ts";
import { type Line, ok, problem, warning } from "./line.ts";

/** undecided: nobody has answered the system's question (or the disk does not answer). */
export type Access = "granted" | "denied" | "missing" | "undecided";

const LIMIT_MS = 5_000;
const LOOK = `require("node:fs").opendir(process.argv[1], (error, directory) => {
  if (error) return console.log(error.code);
  directory.read((error) => console.log(error ? error.code : "granted"));
})`;

const FILES_PANE = "x-apple.systempreferences:com.apple.preference.security?Privacy_FilesAndFolders";
const PHOTOS_PANE = "x-apple.systempreferences:com.apple.preference.security?Privacy_Photos";

/** What a process started by this one may do there. Never waits longer than the limit. */
export function probeAccess(path: string, limitMs = LIMIT_MS): Promise<Access> {
  const options = { timeout: limitMs, killSignal: "SIGKILL" } as const;
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ["-e", LOOK, "--", path], options, (_error, answer) => {
      resolve(accessOf(answer.trim()));
    });
    // A process inside a blocked call does not die of SIGKILL at once: do not wait for it.
    setTimeout(() => {
      child.unref();
      resolve("undecided");
    }, limitMs + 500).unref();
  });
}

function accessOf(answer: string): Access {
  if (answer === "granted") return "granted";
  if (answer === "EPERM" || answer === "EACCES") return "denied";
  return answer === "" ? "undecided" : "missing";
}

/** Where in System Settings the access to this path is decided. */
export function settingsPane(path: string): string {
  return path.includes(".photoslibrary") ? PHOTOS_PANE : FILES_PANE;
}

export async function checkFolders(
  context: Context,
  folders: readonly Folder[],
  platform: NodeJS.Platform = process.platform,
  probe: (path: string) => Promise<Access> = probeAccess,
): Promise<readonly Line[]> {
  if (folders.length === 0) {
    return [warning("folder", "no folder is watched", `Run: ${context.program} add ~/Pictures`)];
  }
  return Promise.all(folders.map(async (folder) => describe(context, folder, platform, await probe(folder.path))));
}

function describe({ home, program }: Context, folder: Folder, platform: NodeJS.Platform, access: Access): Line {
  const where = shortPath(folder.path, home);
  const known = `its ${plural(folder.files, "file")} stay known`;
  const pane = settingsPane(folder.path);
  if (folder.state === "denied") {
    const next =
      platform === "darwin" ? `Allow it: open "${pane}"` : `Give yourself the right to read it: ls -ld "${where}"`;
    const also = access === "granted" ? ", although this terminal may" : "";
    return problem("folder", `${where}: the system does not let rememe read it${also}; ${known}`, next);
  }
  if (folder.state === "offline") {
    if (access === "undecided") {
      const next =
        platform === "darwin" ? `Answer the dialog of macOS, or: open "${pane}"` : "Is its disk or server asleep?";
      return warning("folder", `${where}: no answer (undecided); ${known}`, next);
    }
    return warning("folder", `${where}: not connected; ${known}`, `Connect it, or: ${program} remove "${where}"`);
  }
  return ok("folder", `${where}: granted, ${plural(folder.files, "file")}`);
}
