// A copy of the library from before an upgrade: a newer program may change it in ways that the older one does not understand.
import { constants, existsSync } from "node:fs";
import { copyFile, rm } from "node:fs/promises";
import type { Paths } from "../../paths.ts";

const FILES = ["", "-wal", "-shm"];
const ENDING = ".before-upgrade";

/** To be called while no daemon runs. */
export async function keepLibrary({ database }: Pick<Paths, "database">): Promise<void> {
  await forgetKeptLibrary({ database });
  for (const ending of FILES) {
    const path = database + ending;
    if (existsSync(path)) await copyFile(path, path + ENDING, constants.COPYFILE_FICLONE);
  }
}

/** Puts it back; no trouble when there is none. */
export async function restoreLibrary({ database }: Pick<Paths, "database">): Promise<void> {
  if (!existsSync(database + ENDING)) return;
  for (const ending of FILES) {
    const path = database + ending;
    if (existsSync(path + ENDING)) await copyFile(path + ENDING, path, constants.COPYFILE_FICLONE);
    else await rm(path, { force: true });
  }
  await forgetKeptLibrary({ database });
}

export async function forgetKeptLibrary({ database }: Pick<Paths, "database">): Promise<void> {
  for (const ending of FILES) await rm(database + ending + ENDING, { force: true });
}
