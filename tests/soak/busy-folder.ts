// A folder in which something happens all the time: pictures come, go, move, are copied and replaced. It keeps no record; the disk is the truth.
import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import type { Random } from "./random.ts";

export interface BusyFolder {
  /** Does one thing. */
  change(): Promise<void>;
  /** Absolute path of every file → SHA-256. */
  contents(): Promise<Map<string, string>>;
}

const DIRECTORIES = ["", "a", "a/deep", "b", "c d"];

/** Fills `root` with `size` pictures and keeps about as many. */
export async function createBusyFolder(root: string, size: number, random: Random): Promise<BusyFolder> {
  let made = 0;
  let moved = 0;
  for (const directory of DIRECTORIES) await mkdir(join(root, directory), { recursive: true });

  async function paths(): Promise<string[]> {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  }

  /** No two are alike; some move. */
  async function freshPicture(): Promise<Buffer> {
    if (made % 7 === 3) return clip();
    const image = still();
    return made % 3 === 0 ? image.webp({ lossless: true }).toBuffer() : image.png().toBuffer();
  }

  function still(): Sharp {
    const side = 24;
    const pixels = Buffer.alloc(side * side * 3, Math.floor(random.next() * 256));
    pixels.writeUInt32LE(made++, 0);
    return sharp(pixels, { raw: { width: side, height: side, channels: 3 } }).resize(160, 120, { kernel: "nearest" });
  }

  async function clip(): Promise<Buffer> {
    const frames = await Promise.all([still(), still(), still()].map((image) => image.png().toBuffer()));
    return sharp(frames, { join: { animated: true } })
      .webp({ lossless: true, delay: [100, 100, 100] })
      .toBuffer();
  }

  const somewhere = (): string => join(root, random.pick(DIRECTORIES), `picture-${made}-${moved++}.png`);

  async function add(): Promise<void> {
    await writeFile(somewhere(), await freshPicture());
  }

  const onFile: readonly ((path: string) => Promise<void>)[] = [
    (path) => rm(path),
    (path) => rename(path, somewhere()),
    (path) => copyFile(path, somewhere()),
    async (path) => writeFile(path, await freshPicture()),
    async (path) => {
      // As editors save.
      const beside = `${path}.tmp`;
      await writeFile(beside, await freshPicture());
      await rename(beside, path);
    },
    async (path) => {
      // As a slow download arrives.
      const bytes = await freshPicture();
      await writeFile(path, bytes.subarray(0, bytes.length / 2));
      await writeFile(path, bytes);
    },
  ];

  /** A whole directory is called otherwise for a while, or for good. */
  async function renameDirectory(): Promise<void> {
    const from = join(root, random.pick(["a", "b", "c d"]));
    const to = join(root, `moved-${moved++}`);
    await rename(from, to);
    if (random.next() < 0.5) await rename(to, from);
    else await mkdir(join(from, "deep"), { recursive: true });
  }

  for (let i = 0; i < size; i++) await add();

  return {
    async change() {
      const all = await paths();
      const isFull = all.length > size * 1.2;
      if (random.next() < 0.03) await renameDirectory();
      else if (isFull) await rm(random.pick(all));
      else if (all.length < size * 0.8 || random.next() < 0.3) await add();
      else await random.pick(onFile)(random.pick(all));
    },
    async contents() {
      const found = new Map<string, string>();
      for (const path of await paths()) {
        found.set(
          path,
          createHash("sha256")
            .update(await readFile(path))
            .digest("hex"),
        );
      }
      return found;
    },
  };
}
