// Shows a file where it lies: in Finder on macOS, elsewhere in the file manager. Opens nothing, changes nothing.
import { execFile } from "node:child_process";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

export interface FileManager {
  /** Rejects when there is none that can be asked. */
  show(path: string): Promise<void>;
}

/** Runs a program to its end. Rejects when there is none, or it fails. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<unknown>;

const TIME_LIMIT_MS = 10_000;

export function systemFileManager(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  run: RunProgram = runProgram,
): FileManager {
  if (platform === "darwin") return { show: async (path) => void (await run("/usr/bin/open", ["-R", path])) };
  return {
    async show(path) {
      // Outside of a session xdg-open tries browsers for a terminal, which nobody has.
      if (!env.DISPLAY && !env.WAYLAND_DISPLAY) throw new Error("there is no display");
      try {
        await run("gdbus", showItems(path));
      } catch {
        // Not every file manager can select a file; all can show a folder.
        await run("xdg-open", [dirname(path)]);
      }
    },
  };
}

/** freedesktop.org's File Manager D-Bus interface. */
function showItems(path: string): readonly string[] {
  const name = "org.freedesktop.FileManager1";
  const at = ["--dest", name, "--object-path", "/org/freedesktop/FileManager1", "--method", `${name}.ShowItems`];
  return ["call", "--session", "--timeout", "5", ...at, JSON.stringify([pathToFileURL(path).href]), ""];
}

function runProgram(program: string, args: readonly string[]): Promise<unknown> {
  return promisify(execFile)(program, args, { timeout: TIME_LIMIT_MS });
}
