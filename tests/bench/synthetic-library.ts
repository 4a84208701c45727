// A library of any size, as if its pictures had been indexed: vectors, texts, names, folders, dates, formats. Written by the real store.
import { createHash } from "node:crypto";
import Database from "better-sqlite3";
import { FINGERPRINT_BYTES } from "../../daemon/store/likeness.ts";
import { openStore } from "../../daemon/store/open.ts";
import type { IndexedImage, SeenFile } from "../../daemon/store/store.ts";
import { createSyntheticVectors, DIMENSION } from "./synthetic-vectors.ts";

/** Roots and how many pictures in a hundred they hold. They do not exist on disk: the daemon takes them for unplugged. */
const ROOTS = [
  ["/bench/Pictures", 62],
  ["/bench/Memes", 25],
  ["/bench/Screenshots", 10],
  ["/bench/Work", 3],
] as const;
const PER_DIRECTORY = 500;
const VOCABULARY = 20_000;
const WITH_TEXT = 0.6;
const NEAR_DUPLICATES = 0.1;
const FORMATS = ["jpeg", "jpeg", "jpeg", "jpeg", "jpeg", "png", "png", "png", "webp", "gif"] as const;
const FROM_MS = Date.UTC(2012, 0);
const TO_MS = Date.UTC(2026, 0);

const SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu bra cle dri flo gru sha tre qui".split(
  " ",
);

/** The word of a rank in the vocabulary: frequent ones are short. */
export function wordOf(rank: number): string {
  let word = "";
  for (let left = rank + 3; left > 0; left = Math.floor(left / SYLLABLES.length))
    word += SYLLABLES[left % SYLLABLES.length];
  return word;
}

/** Zipf's law: half of all words are among the most frequent hundred or so. */
export function anyRank(random: () => number): number {
  return Math.floor(VOCABULARY ** random()) - 1;
}

/** Milliseconds it took, sketches included. */
export async function buildLibrary(
  path: string,
  images: number,
  model: { id: string; setting: string },
): Promise<number> {
  const started = performance.now();
  const store = openStore({ path, thumbnailsDirectory: "/bench/thumbnails" });
  store.useModel(model.id, DIMENSION, model.setting);
  const vectors = createSyntheticVectors(1);
  const roots = ROOTS.map(([root, share]) => ({ id: store.addFolder(root).id, root, share }));
  let last: Float32Array | undefined;
  for (let from = 0; from < images; from += PER_DIRECTORY) {
    const { id, root } = rootFor(vectors.random() * 100, roots);
    const count = Math.min(PER_DIRECTORY, images - from);
    const directory = `${root}/${wordOf(anyRank(vectors.random))} ${from / PER_DIRECTORY}`;
    const seen = Array.from({ length: count }, (_, at): SeenFile => fileOf(from + at, vectors.random));
    store.applyChanges({ folderId: id, directory, seen, returned: [], gone: [] });
    for (const file of store.nextPending(count, new Set())) {
      const isDuplicate = last !== undefined && vectors.random() < NEAR_DUPLICATES;
      last = isDuplicate && last ? vectors.nearDuplicate(last) : vectors.picture();
      store.saveImage(file, imageOf(file.path, last, vectors.random));
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await store.prepareSearches();
  await store.endSearches();
  store.close();
  // Looking for duplicates is not what is measured.
  const db = new Database(path);
  db.exec("UPDATE images SET compared = 1");
  db.close();
  return performance.now() - started;
}

function rootFor<T extends { readonly share: number }>(point: number, roots: readonly T[]): T {
  const upTo = (at: number): number => roots.slice(0, at + 1).reduce((sum, { share }) => sum + share, 0);
  return roots.find((_, at) => point < upTo(at)) ?? (roots[0] as T);
}

function fileOf(number: number, random: () => number): SeenFile {
  const modifiedMs = Math.floor(FROM_MS + (TO_MS - FROM_MS) * random());
  const named = random() < 0.3 ? `${wordOf(anyRank(random))}-${wordOf(anyRank(random))}-${number}` : `IMG_${number}`;
  const format = FORMATS[Math.floor(random() * FORMATS.length)] ?? "jpeg";
  return {
    name: `${named}.${format === "jpeg" ? "jpg" : format}`,
    sizeBytes: Math.floor(20_000 + 4_000_000 * random() ** 3),
    modifiedNs: BigInt(modifiedMs) * 1_000_000n,
    inode: BigInt(number + 1),
  };
}

function imageOf(path: string, embedding: Float32Array, random: () => number): IndexedImage {
  const contentHash = createHash("sha256").update(path).digest("hex");
  const extension = path.slice(path.lastIndexOf(".") + 1);
  const words = random() < WITH_TEXT ? 2 + Math.floor(random() * 12) : 0;
  const width = 300 + Math.floor(random() * 3_700);
  return {
    contentHash,
    fingerprint: Uint8Array.from({ length: FINGERPRINT_BYTES }, () => random() * 256),
    format: extension === "jpg" ? "jpeg" : (extension as IndexedImage["format"]),
    width,
    height: Math.floor(width * 0.75),
    frames: extension === "gif" ? 20 : 1,
    thumbnail: `${contentHash}.webp`,
    text: Array.from({ length: words }, () => wordOf(anyRank(random))).join(" "),
    embedding,
  };
}
