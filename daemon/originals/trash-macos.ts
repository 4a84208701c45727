// The Trash of macOS, through osascript: the system itself moves the file, so that it has the right name there.
import { execFile } from "node:child_process";
import { lstat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { promisify } from "node:util";
import type { Trash } from "./trash.ts";

/** Runs a script with arguments and resolves with what it printed. */
export type RunScript = (
  language: "JavaScript" | "AppleScript",
  script: string,
  args: readonly string[],
) => Promise<string>;

const TIME_LIMIT_MS = 60_000;

/** Foundation moves it: no question whether rememe may control Finder. */
const MOVE = `
ObjC.import("Foundation");
function run([path]) {
  const moved = Ref(), error = Ref();
  const url = $.NSURL.fileURLWithPath(path);
  if (!$.NSFileManager.defaultManager.trashItemAtURLResultingItemURLError(url, moved, error)) {
    throw new Error(ObjC.unwrap(error[0].localizedDescription));
  }
  return ObjC.unwrap(moved[0].path);
}`;

/** ~/.Trash can be read with Full Disk Access only; Finder may always. It refuses to replace a file. */
const RESTORE = `
on run {trashPath, directoryPath, oldName}
  tell application "Finder"
    set restored to move (POSIX file trashPath) to (POSIX file directoryPath)
    if name of restored is not oldName then set name of restored to oldName
  end tell
end run`;

export function macTrash(run: RunScript = runOsascript): Trash {
  return {
    async move(path) {
      const trashPath = (await run("JavaScript", MOVE, [path])).replace(/\n$/, "");
      return trashPath === "" ? null : trashPath;
    },
    async restore(trashPath, path) {
      if (await lstat(path).catch(() => null)) throw new Error(`There is a file at ${path} again.`);
      await run("AppleScript", RESTORE, [trashPath, dirname(path), basename(path)]);
    },
  };
}

async function runOsascript(...[language, script, args]: Parameters<RunScript>): Promise<string> {
  const { stdout } = await promisify(execFile)("/usr/bin/osascript", ["-l", language, "-e", script, ...args], {
    timeout: TIME_LIMIT_MS,
  });
  return stdout;
}
