import assert from "node:assert/strict";
import { readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createExports, type Original, protectedPaths } from "../../../daemon/originals/exports.ts";
import { directory } from "../../helpers/pictures.ts";

const DAY_MS = 24 * 3_600_000;

async function exportsOf(t: TestContext, isProtected: boolean) {
  const cache = await directory(t);
  const root = await directory(t);
  const converted: string[] = [];
  let nowMs = Date.now();
  const exports = createExports({
    directory: cache,
    isProtected: () => isProtected,
    convert: async (path, to, target) => {
      converted.push(`${path.slice(root.length + 1)} ${to}`);
      await writeFile(target, to);
    },
    now: () => nowMs,
  });
  const original = async (name: string, format: Original["format"], frames = 1): Promise<Original> => {
    await writeFile(join(root, name), name);
    return { path: join(root, name), version: `hash of ${name}`, format, frames };
  };
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { cache, exports, original, converted, pass };
}

test("an original in a protected place is given as a copy with its own name, once", async (t) => {
  const { cache, exports, original } = await exportsOf(t, true);
  const cat = await original("Cat, asleep.png", "png");
  const { path, mediaType } = await exports.file(cat, "png");
  assert.equal(path, join(cache, cat.version, "original", "Cat, asleep.png"));
  assert.deepEqual([mediaType, await readFile(path, "utf8")], ["image/png", "Cat, asleep.png"]);
  await writeFile(path, "not copied again");
  assert.equal((await exports.file(cat, "original")).path, path);
  assert.equal(await readFile(path, "utf8"), "not copied again");
});

test("elsewhere the original itself is given; other formats are converted once, GIFs never", async (t) => {
  const { exports, original, converted } = await exportsOf(t, false);
  const gif = await original("loop.gif", "gif", 9);
  const webp = await original("a.b.webp", "webp");
  const moving = await original("moving.webp", "webp", 4);
  assert.deepEqual(await exports.file(gif, "png"), { path: gif.path, mediaType: "image/gif" });
  assert.match((await exports.file(webp, "jpeg")).path, /\/jpeg\/a\.b\.jpg$/);
  await exports.file(webp, "jpeg");
  assert.equal((await exports.file(moving, "jpeg")).mediaType, "image/gif");
  // Only the first frame of a moving AVIF can be written anew; a moving PNG is one already.
  assert.equal((await exports.file(await original("moving.avif", "avif", 4), "png")).mediaType, "image/png");
  assert.equal((await exports.file(await original("moving.png", "png", 4), "png")).mediaType, "image/png");
  assert.deepEqual(converted, ["a.b.webp jpeg", "moving.webp gif", "moving.avif png"]);
});

test("a failed conversion leaves nothing behind", async (t) => {
  const cache = await directory(t);
  const exports = createExports({
    directory: cache,
    isProtected: () => false,
    convert: async (_path, _to, target) => {
      await writeFile(target, "half");
      throw new Error("broken");
    },
  });
  const original = { path: "/p/x.webp", version: "x", format: "webp", frames: 1 } as const;
  await assert.rejects(exports.file(original, "png"), /broken/);
  const files = (await readdir(cache, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  assert.deepEqual(files, []);
});

test("copies that nobody asked for in a week are swept, with their directories", async (t) => {
  const { cache, exports, original, pass } = await exportsOf(t, true);
  const old = (await exports.file(await original("old.png", "png"), "png")).path;
  const fresh = (await exports.file(await original("fresh.png", "png"), "png")).path;
  pass(6 * DAY_MS);
  await exports.file(await original("fresh.png", "png"), "png");
  pass(2 * DAY_MS);
  await exports.sweep();
  assert.deepEqual(await readdir(cache), ["hash of fresh.png"]);
  assert.notEqual(old, fresh);
  await utimes(fresh, 0, 0);
  await exports.sweep();
  assert.deepEqual(await readdir(cache), []);
});

test("protected is what macOS asks about, and nothing elsewhere", () => {
  const mac = protectedPaths("/Users/ann", "darwin");
  const paths = ["Desktop/a.png", "Pictures/a.png", "Pictures/P.photoslibrary/originals/a.heic", "Documents/x/a.png"];
  assert.deepEqual(
    paths.map((path) => mac(`/Users/ann/${path}`)),
    [true, false, true, true],
  );
  assert.deepEqual([mac("/Volumes/USB/a.png"), mac("/Users/ann/Desktop.png")], [true, false]);
  assert.equal(protectedPaths("/home/ann", "linux")("/home/ann/Desktop/a.png"), false);
});
