// Which folders may be watched. Looks at the disk, changes nothing.
import { opendir, realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import type { ErrorCode } from "../../shared/api.ts";
import { AppError, classifyFsError } from "../errors.ts";
import type { Permissions } from "../permissions/permissions.ts";
import { isWithin } from "./entry-names.ts";

/** Below these there is nothing but the system. */
const SYSTEM_DIRECTORIES = ["/proc", "/sys", "/dev", "/System"];
/** On macOS a second name of the disk that holds everybody's files. */
const USER_DATA = "/System/Volumes/Data/";
/** Neither can be watched as a whole: an unplugged disk would look like a deleted directory. */
const COLLECTIONS = ["/", "/Volumes"];

/**
 * Checks a folder that someone wants to watch. `path` is absolute or begins with `~`; the answer is its real path:
 * links resolved, spelt as the file system spells it, without a trailing slash. A folder that contains watched ones is
 * fine.
 *
 * @param ownDirectory rememe's data directory, which cannot be watched.
 * @param permissions whether it may be read; a folder about which the system still asks a person is fine
 * @throws AppError bad-request, folder-missing, folder-not-a-directory, folder-unreadable, folder-forbidden,
 * folder-exists, folder-inside
 */
export async function checkNewRoot(
  path: string,
  existingRoots: readonly string[],
  ownDirectory: string,
  permissions: Permissions,
): Promise<string> {
  const root = await resolveDirectory(path, permissions);
  const own = await realpath(ownDirectory).catch(() => ownDirectory);
  if (isForbidden(root) || isWithin(own, root)) {
    throw new AppError("folder-forbidden", `${root} cannot be watched.`, {
      hint: "Add the folder that holds your pictures.",
    });
  }
  const identities = new Map<string, string>();
  for (const existing of existingRoots) {
    const identity = await identityOf(existing);
    if (identity !== null) identities.set(identity, existing);
  }
  for (let at = root; ; at = dirname(at)) {
    const watched = existingRoots.includes(at) ? at : identities.get((await identityOf(at)) ?? "");
    if (watched !== undefined && at === root) throw new AppError("folder-exists", `${watched} is watched already.`);
    if (watched !== undefined) {
      throw new AppError("folder-inside", `${root} is inside ${watched}, which is watched already.`, {
        hint: "Its pictures are found; there is nothing to add.",
      });
    }
    if (at === dirname(at)) return root;
  }
}

async function resolveDirectory(path: string, permissions: Permissions): Promise<string> {
  const expanded = path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path;
  if (!isAbsolute(expanded) || expanded.includes("\0")) {
    throw new AppError("bad-request", `${JSON.stringify(path)} is not an absolute path.`, {
      hint: "Give the whole path, from / or from ~/ on.",
    });
  }
  try {
    const root = await realpath(expanded);
    if (!(await stat(root)).isDirectory()) {
      throw new AppError("folder-not-a-directory", `${root} is a file.`, { hint: "Add the folder it is in." });
    }
    const access = await permissions.accessTo(root);
    if (access === "denied") throw unreadable(expanded, permissions);
    if (access === "granted") await (await opendir(root)).close();
    return root;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw classifyFsError(error) === "denied" ? unreadable(expanded, permissions, error) : unusable(expanded, error);
  }
}

function unreadable(path: string, { advice }: Permissions, cause?: unknown): AppError {
  const hint = advice(path, "denied")?.advice ?? "Allow rememe to read it, then add it again.";
  return new AppError("folder-unreadable", `${path} may not be read.`, { hint, cause });
}

function unusable(path: string, cause: unknown): AppError {
  const trouble = classifyFsError(cause);
  const because: Readonly<Record<string, [ErrorCode, string, string]>> = {
    missing: ["folder-missing", "does not exist.", "Check the spelling; a disk has to be connected when it is added."],
    "not-a-directory": ["folder-missing", "does not exist.", "A part of the path is a file."],
  };
  const [code, words, hint] = because[trouble] ?? ["folder-unreadable", "cannot be read.", "Try again later."];
  return new AppError(code, `${path} ${words}`, { hint, cause });
}

function isForbidden(root: string): boolean {
  if (COLLECTIONS.includes(root)) return true;
  return SYSTEM_DIRECTORIES.some((system) => isWithin(system, root)) && !root.startsWith(USER_DATA);
}

/**
 * The same for two paths to one directory, however it is reached: a bind mount, another spelling, macOS's firmlinks.
 */
async function identityOf(directory: string): Promise<string | null> {
  const stats = await stat(directory, { bigint: true }).catch(() => null);
  return stats && `${stats.dev}:${stats.ino}`;
}
