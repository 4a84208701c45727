// Directories that are made, moved, swapped and removed at random, faster than anybody looks: what is known in the end is what is there,
// by hints alone.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { treeWatchFor } from "../../../daemon/folders/watcher.ts";
import { temporary, write } from "./disk.ts";
import { liveFolder } from "./live-folder.ts";

const ROUNDS = 4;
const STEPS = 25;
/** What moving one directory over or into another at random meets. */
const EXPECTED = /^(ENOTEMPTY|EINVAL|ENOENT|EEXIST|ENOTDIR)$/;

for (const seed of [1, 2, 3]) {
  test(`whatever happens to directories, what is known ends up as what is there (${seed})`, async (t) => {
    const below = random(seed);
    const base = temporary(t);
    const root = write(join(base, "root"), { "a/a/1.jpg": "1", "b/c/2.jpg": "2", "c/c/c/3.jpg": "3" });
    const outside = join(base, "outside");
    mkdirSync(outside);
    const { shows } = await liveFolder(t, root, treeWatchFor("auto", process.platform));
    for (let round = 0; round < ROUNDS; round++) {
      for (let step = 0; step < STEPS; step++) {
        try {
          change(root, outside, `${round}-${step}`, below);
        } catch (error) {
          assert.match(String((error as NodeJS.ErrnoException).code), EXPECTED);
        }
        if (below(4) === 0) await new Promise((resolve) => setTimeout(resolve, below(60)));
      }
      await shows(pictures(root));
    }
  });
}

/** One of the things that happen to directories. The names are few, so that they are used again. */
function change(root: string, outside: string, unique: string, below: (limit: number) => number): void {
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const directory = pick(directories(root));
  const name = pick(["a", "b", "c"]);
  const away = readdirSync(outside);
  const kind = below(7);
  if (kind <= 1) write(directory, { [`${name}/${pick(["a", "b"])}/${unique}.jpg`]: unique });
  else if (kind === 2) write(directory, { [`${unique}.jpg`]: unique });
  else if (kind === 3 && away.length > 0) renameSync(join(outside, pick(away)), join(directory, name));
  else if (directory === root) return;
  else if (kind === 4) renameSync(directory, join(pick(directories(root)), name));
  else if (kind === 5) renameSync(directory, join(outside, unique));
  else if (below(2) === 0) rmSync(directory, { recursive: true });
}

function directories(top: string): string[] {
  const entries = readdirSync(top, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [top, ...entries.flatMap(({ name }) => directories(join(top, name)))];
}

function pictures(root: string): string[] {
  const all = directories(root).flatMap((directory) => readdirSync(directory).map((name) => join(directory, name)));
  return all.filter((path) => path.endsWith(".jpg")).map((path) => path.slice(root.length + 1));
}

/** Whole numbers from 0 up to, not including, a limit; the same ones for the same seed. */
function random(seed: number): (limit: number) => number {
  let state = seed * 7_919;
  return (limit) => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return (state >> 8) % limit;
  };
}
