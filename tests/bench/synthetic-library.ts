// A library of any size, as if its pictures had been indexed: vectors, texts, names, folders, dates, formats. Written by the real store.
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { type Connection, openDatabase } from "../../daemon/store/database.ts";
import { createIndexes } from "../../daemon/store/indexes.ts";
import { FINGERPRINT_BYTES } from "../../daemon/store/likeness.ts";
import { openStore } from "../../daemon/store/open.ts";
import type { IndexedImage, SeenFile } from "../../daemon/store/store.ts";
import { withLengthMarks } from "../../daemon/store/text-form.ts";
import { folderText, withoutExtension } from "../../daemon/store/text-index.ts";
import { packWords } from "../../daemon/store/word-boxes.ts";
import { createSyntheticVectors, DIMENSION, type SyntheticVectors } from "./synthetic-vectors.ts";

/** Roots and how many pictures in a hundred they hold. They do not exist on disk: the daemon takes them for unplugged. */
const ROOTS = [
  ["/bench/Pictures", 62],
  ["/bench/Memes", 25],
  ["/bench/Screenshots", 10],
  ["/bench/Work", 3],
] as const;
const PER_DIRECTORY = 500;
/** Enough for sketches. */
const ONE_BY_ONE = 5_500;
const PER_TRANSACTION = 20_000;
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

/**
 * Milliseconds it took. The first pictures are stored one by one, as the indexer does it, until there are sketches; the others with the
 * store's own writers for vectors and sketches, but thousands in one transaction: the same rows, many times faster.
 */
export async function buildLibrary(
  path: string,
  images: number,
  model: { id: string; setting: string },
): Promise<number> {
  const started = performance.now();
  const vectors = createSyntheticVectors(1);
  const pictures = picturesFrom(vectors);
  const store = openStore({ path, thumbnailsDirectory: "/bench/thumbnails" });
  store.useModel(model.id, DIMENSION, model.setting);
  const roots = new Map<string, number>(ROOTS.map(([root]) => [root, store.addFolder(root).id]));
  let built = 0;
  for (; built < Math.min(images, ONE_BY_ONE); built += PER_DIRECTORY) {
    const batch = pictures(Math.min(PER_DIRECTORY, images - built));
    const folderId = roots.get(batch.root) ?? 0;
    store.applyChanges({ folderId, directory: batch.directory, seen: batch.files, returned: [], gone: [] });
    const byName = new Map(batch.files.map((file, at) => [file.name, batch.images[at]]));
    for (const file of store.nextPending(batch.files.length, new Set())) {
      const image = byName.get(basename(file.path));
      if (image) store.saveImage(file, image);
    }
  }
  await store.prepareSearches();
  await store.endSearches();
  store.close();
  const db = openDatabase(path);
  const write = bulkWriter(db);
  for (; built < images; built += PER_TRANSACTION) {
    const batches: Batch[] = [];
    for (let n = 0; n < Math.min(PER_TRANSACTION, images - built); n += PER_DIRECTORY)
      batches.push(pictures(PER_DIRECTORY));
    write(batches, roots);
  }
  // Looking for duplicates is not what is measured.
  db.exec("UPDATE images SET compared = 1");
  db.close();
  return performance.now() - started;
}

interface Batch {
  readonly root: string;
  readonly directory: string;
  readonly files: readonly SeenFile[];
  readonly images: readonly IndexedImage[];
}

/** The next pictures, all in one directory. */
function picturesFrom({ random, picture, nearDuplicate }: SyntheticVectors): (count: number) => Batch {
  let last: Float32Array | undefined;
  let number = 0;
  return (count) => {
    const root = rootFor(random() * 100);
    const directory = `${root}/${wordOf(anyRank(random))} ${number}`;
    const files = Array.from({ length: count }, () => fileOf(number++, random));
    const images = files.map(({ name }) => {
      last = last && random() < NEAR_DUPLICATES ? nearDuplicate(last) : picture();
      return imageOf(`${directory}/${name}`, last, random);
    });
    return { root, directory, files, images };
  };
}

/** Full text tables are written in a run of their own: see images.ts, remove. */
function bulkWriter(db: Connection): (batches: readonly Batch[], roots: ReadonlyMap<string, number>) => void {
  const vectors = createIndexes(db, Date.now, 1).target();
  const insertImage = db.prepare(
    `INSERT INTO images (content_hash, format, width, height, frames, thumbnail, text, indexed_at_ms, index_id, names, folders)
     VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)`,
  );
  const insertFile = db.prepare(
    `INSERT INTO files (folder_id, directory, name, size_bytes, modified_ns, inode, urgency, state, image_id)
     VALUES (?, ?, ?, ?, ?, ?, 1, 'indexed', ?)`,
  );
  const insertFingerprint = db.prepare("INSERT INTO fingerprints (image_id, hashes) VALUES (?, ?)");
  const insertWords = db.prepare("INSERT INTO word_boxes (image_id, words) VALUES (?, ?)");
  const insertTexts = ["words", "trigrams"].map((table) =>
    db.prepare(`INSERT INTO ${table} (rowid, ocr, names, folders, tags) VALUES (?, ?, ?, ?, '')`),
  );
  return db.transaction((batches: readonly Batch[], roots: ReadonlyMap<string, number>) => {
    const texts: [number, string, string, string][] = [];
    for (const { root, directory, files, images } of batches) {
      for (const [at, image] of images.entries()) {
        const { contentHash, format, width, height, frames, thumbnail, text } = image;
        const { name = "", sizeBytes = 0, modifiedNs = 0n, inode = 0n } = files[at] ?? {};
        const [names, folders] = [withoutExtension(name), folderText(root, directory)];
        const row = [contentHash, format, width, height, frames, thumbnail, text, vectors.index.id, names, folders];
        const id = Number(insertImage.run(...row).lastInsertRowid);
        insertFile.run(roots.get(root), directory, name, sizeBytes, modifiedNs, inode, id);
        insertFingerprint.run(id, image.fingerprint);
        if (text !== "") insertWords.run(id, packWords(image.words));
        vectors.put(id, image.embedding);
        texts.push([id, text, names, folders]);
      }
    }
    const [intoWords, intoTrigrams] = insertTexts;
    for (const [id, text, ...rest] of texts) intoWords?.run(id, withLengthMarks(text), ...rest);
    for (const row of texts) intoTrigrams?.run(...row);
  }).immediate;
}

function rootFor(point: number): string {
  const upTo = (at: number): number => ROOTS.slice(0, at + 1).reduce((sum, [, share]) => sum + share, 0);
  return (ROOTS.find((_, at) => point < upTo(at)) ?? ROOTS[0])[0];
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
  const text = Array.from({ length: words }, () => wordOf(anyRank(random))).join(" ");
  const width = 300 + Math.floor(random() * 3_700);
  return {
    contentHash,
    pixelHash: null,
    fingerprint: Uint8Array.from({ length: FINGERPRINT_BYTES }, () => random() * 256),
    format: extension === "jpg" ? "jpeg" : (extension as IndexedImage["format"]),
    width,
    height: Math.floor(width * 0.75),
    frames: extension === "gif" ? 20 : 1,
    thumbnail: `${contentHash}.webp`,
    text,
    words: [...text.matchAll(/\S+/g)].map(({ 0: { length }, index }) => {
      return { start: index, end: index + length, box: [random() / 2, random() / 2, 0.4, 0.1], turns: 0 };
    }),
    embedding,
    scenes: [],
  };
}
