// FOLDER and ID on the command line → paths and watched folders.
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import type { Folder } from "../../shared/api.ts";
import { AppError } from "../errors.ts";
import type { Client } from "./client.ts";
import type { Context } from "./command.ts";
import { usageError } from "./failure.ts";
import { printable, shortPath } from "./output.ts";

type Place = Pick<Context, "cwd" | "home" | "program">;

/** The absolute path of what the user typed; `~` is the home directory (the shell leaves it alone inside quotes). */
export function absolutePath({ cwd, home }: Place, word: string): string {
  return resolve(cwd, word.replace(/^~(?=\/|$)/, home));
}

/** True for what counts as an id; a path that looks like one is written as "./12". */
export function isId(word: string): boolean {
  return /^\d{1,15}$/.test(word);
}

/** The id of a picture. Throws a usage error. */
export function imageId(word: string): number {
  if (isId(word) && Number(word) > 0) return Number(word);
  throw usageError(`"${printable(word)}" is not the id of a picture.`, "`search --json` shows ids.");
}

/** The watched folder that an id or a path names. Throws AppError("folder-not-found"). */
export async function watchedFolder(client: Client, place: Place, word: string): Promise<Folder> {
  const folders = await client.folders();
  const hint = `\`${place.program} folders\` lists what is watched.`;
  if (isId(word)) {
    const found = folders.find(({ id }) => id === Number(word));
    if (found) return found;
    throw new AppError("folder-not-found", `There is no folder ${word}.`, { hint });
  }
  const path = spelling(absolutePath(place, word));
  const found = folders.find((folder) => spelling(folder.path) === path);
  if (found) return found;
  const above = folders.find((folder) => path.startsWith(`${spelling(folder.path)}/`));
  throw new AppError("folder-not-found", `${shortPath(path, place.home)} is not a watched folder.`, {
    hint: above ? `It is inside ${shortPath(above.path, place.home)} (folder ${above.id}).` : hint,
  });
}

/** The path as the file system spells it, as far as it is there; in one Unicode form (macOS knows two). */
function spelling(path: string): string {
  try {
    return realpathSync.native(path).normalize("NFC");
  } catch {
    return path.normalize("NFC");
  }
}
