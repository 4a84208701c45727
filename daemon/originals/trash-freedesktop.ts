// The Trash of freedesktop.org (Trash specification 1.0): the home's for files on its disk, one at the top of every other disk.
import { link, lstat, mkdir, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, extname, join, relative } from "node:path";
import { classifyFsError } from "../errors.ts";
import type { Trash } from "./trash.ts";

interface TrashDirectory {
  readonly path: string;
  /** What paths in info files are relative to; null: they are absolute. */
  readonly top: string | null;
}

const STICKY = 0o1000;
const MAX_NAMES = 1_000;

export function freedesktopTrash(env: NodeJS.ProcessEnv, now: () => Date = () => new Date()): Trash {
  const home = env.HOME || homedir();
  const homeTrash = join(env.XDG_DATA_HOME || join(home, ".local", "share"), "Trash");

  async function trashFor(path: string): Promise<TrashDirectory> {
    await mkdir(homeTrash, { recursive: true, mode: 0o700 });
    const { dev } = await lstat(path);
    if ((await stat(homeTrash)).dev === dev) return { path: homeTrash, top: null };
    const top = await topDirectory(dirname(path), dev);
    const uid = process.getuid?.() ?? 0;
    const shared = join(top, ".Trash");
    const found = await lstat(shared).catch(() => null);
    // Whoever may write there must not be able to take our files away.
    const isShared = found?.isDirectory() && (found.mode & STICKY) !== 0;
    return { path: isShared ? join(shared, String(uid)) : join(top, `.Trash-${uid}`), top };
  }

  return {
    async move(path) {
      const trash = await trashFor(path);
      for (const part of ["files", "info"]) await mkdir(join(trash.path, part), { recursive: true, mode: 0o700 });
      const shown = trash.top === null ? path : relative(trash.top, path);
      const info = `[Trash Info]\nPath=${encodePath(shown)}\nDeletionDate=${localTime(now())}\n`;
      const name = await reserve(trash.path, basename(path), info);
      const trashPath = join(trash.path, "files", name);
      try {
        await rename(path, trashPath);
      } catch (error) {
        await rm(infoPath(trashPath), { force: true });
        throw error;
      }
      return trashPath;
    },
    async restore(trashPath, path) {
      await mkdir(dirname(path), { recursive: true });
      await moveWithoutReplacing(trashPath, path);
      await rm(infoPath(trashPath), { force: true });
    },
  };
}

/** A free name in the trash: writing the info file without replacing one takes it. */
async function reserve(trash: string, name: string, info: string): Promise<string> {
  const extension = extname(name);
  const stem = name.slice(0, name.length - extension.length);
  for (let number = 1; number <= MAX_NAMES; number++) {
    const candidate = number === 1 ? name : `${stem} ${number}${extension}`;
    const path = join(trash, "files", candidate);
    if (await lstat(path).catch(() => null)) continue;
    try {
      await writeFile(infoPath(path), info, { flag: "wx", mode: 0o600 });
      return candidate;
    } catch (error) {
      if (Object(error).code !== "EEXIST") throw error;
    }
  }
  throw new Error(`The Trash holds ${MAX_NAMES} files named ${name}.`);
}

function infoPath(trashPath: string): string {
  return join(dirname(dirname(trashPath)), "info", `${basename(trashPath)}.trashinfo`);
}

async function moveWithoutReplacing(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (Object(error).code === "EEXIST") throw new Error(`There is a file at ${to} again.`);
    if (classifyFsError(error) === "missing") throw new Error("It is not in the Trash any more.");
    // A disk without hard links.
    if (await lstat(to).catch(() => null)) throw new Error(`There is a file at ${to} again.`);
    await rename(from, to);
    return;
  }
  await unlink(from);
}

/** The highest directory on the same device: where the disk is mounted. */
async function topDirectory(directory: string, dev: number): Promise<string> {
  const parent = dirname(directory);
  if (parent === directory || (await lstat(parent)).dev !== dev) return directory;
  return topDirectory(parent, dev);
}

function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** YYYY-MM-DDThh:mm:ss, by the clock on the wall. */
function localTime(date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
