// Looks into a folder from a process of its own: a dialog of macOS that nobody answers blocks the call, and one that blocks holds one of the few
// threads that all file access shares. Children ask in the name of the program that started them.
import { type ChildProcess, execFile } from "node:child_process";
import { lstat } from "node:fs";
import { messageOf } from "../errors.ts";

/** unanswered: a dialog is open, or the disk does not answer. */
export type Look = "granted" | "denied" | "missing" | "unanswered";

const READ_ONE_NAME = `require("node:fs").opendir(process.argv[1], (error, directory) => {
  if (error) return console.log(error.code);
  directory.read((error) => console.log(error ? error.code : "granted"));
})`;

/** Settles when the system answers, or with "unanswered" when the child was ended by the signal. Never rejects. */
export function lookInto(path: string, signal: AbortSignal): Promise<Look> {
  return new Promise((resolve) => {
    let child: ChildProcess | undefined;
    // A process inside a blocked call does not die of SIGKILL at once: from here on nothing waits for it. Until then it keeps who asks alive.
    const giveUp = (): void => {
      child?.unref();
      resolve("unanswered");
    };
    signal.addEventListener("abort", giveUp, { once: true });
    const answered = (look: Look): void => {
      signal.removeEventListener("abort", giveUp);
      resolve(look);
    };
    // That something is there is no secret: macOS does not ask about it, and a disk that is away costs no process.
    lstat(path, (error) => {
      if (error?.code === "ENOENT") return answered("missing");
      if (signal.aborted) return;
      const options = { signal, killSignal: "SIGKILL" } as const;
      child = execFile(process.execPath, ["-e", READ_ONE_NAME, "--", path], options, (_error, answer) =>
        answered(lookOf(answer.trim())),
      );
    });
  });
}

function lookOf(answer: string): Look {
  if (answer === "granted") return "granted";
  if (answer === "EPERM" || answer === "EACCES") return "denied";
  return answer === "" ? "unanswered" : "missing";
}

const READ_STATUS = `
const { default: permissions } = await import(process.argv[1]);
console.log(permissions.getAuthStatus("photos-read-write"));
`;
const STATUS_LIMIT_MS = 5_000;

/**
 * Whether somebody has decided about Photos, by node-mac-permissions: what the file system says is the same for "no" and "not yet". In a process
 * of its own, because it is native code that links half of macOS. Null when it is not installed (it is optional) or fails.
 * @param module address of the module
 */
export function photosStatus(module: string | null, say: (why: string) => void): Promise<string | null> {
  if (module === null) return Promise.resolve(null);
  return new Promise((resolve) => {
    const args = ["--input-type=module", "-e", READ_STATUS, "--", module];
    execFile(process.execPath, args, { timeout: STATUS_LIMIT_MS, killSignal: "SIGKILL" }, (error, answer) => {
      if (error) say(messageOf(error));
      resolve(error ? null : answer.trim());
    });
  });
}

/** The address of node-mac-permissions; null where it is not installed. */
export function macPermissionsModule(): string | null {
  try {
    return import.meta.resolve("node-mac-permissions");
  } catch {
    return null;
  }
}
