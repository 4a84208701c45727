// Keeps the two full text tables in step with pictures: one row each, over the text in it, the names and folders of its present files,
// and its tags.
import type { Connection } from "./database.ts";
import { normalise, separate, withLengthMarks, withParts } from "./text-form.ts";

export interface TextIndex {
  /** Call it whenever the files of a picture changed. Writes only if that changes what can be searched; `isNewText`: the OCR text did. */
  update(imageId: number, isNewText?: boolean): void;
  remove(imageId: number): void;
}

/** A picture with thousands of copies (an icon in every project) is found by the names of some. */
const MAX_FILES = 100;

interface Described {
  readonly present: number;
  readonly names: string;
  readonly folders: string;
  readonly tags: string;
}
/** Where a present file of a picture is. */
export interface Place {
  readonly root: string;
  readonly directory: string;
  readonly name: string;
}

/** The places of one picture, as many as are searched. */
export const PLACES = `SELECT folders.path AS root, directory, name FROM files JOIN folders ON folders.id = folder_id
  WHERE image_id = ? AND missing_at_ms IS NULL ORDER BY files.id LIMIT ${MAX_FILES}`;

/** The tags of one picture. */
export const TAGS = "SELECT tag FROM tags JOIN images USING (content_hash) WHERE images.id = ? ORDER BY folded";

/** What the full text tables say of these places, one a line. */
export function describePlaces(places: readonly Place[]): { readonly names: string; readonly folders: string } {
  return {
    names: lines(places.map(({ name }) => withoutExtension(name))),
    folders: lines(places.map(({ root, directory }) => folderText(root, directory))),
  };
}

export function createTextIndex(db: Connection): TextIndex {
  const described = db.prepare<[number], Described>("SELECT present, names, folders, tags FROM images WHERE id = ?");
  const ocrText = db.prepare<[number], string>("SELECT text FROM images WHERE id = ?").pluck();
  const places = db.prepare<[number], Place>(PLACES);
  const tagsOf = db.prepare<[number], string>(TAGS).pluck();
  const describe = db.prepare<[string, string, string, number]>(
    "UPDATE images SET names = ?, folders = ?, tags = ? WHERE id = ?",
  );
  const tables = ["words", "trigrams"].map((table) => ({
    write: db.prepare<[number, string, string, string, string]>(
      `INSERT OR REPLACE INTO ${table} (rowid, ocr, names, folders, tags) VALUES (?, ?, ?, ?, ?)`,
    ),
    remove: db.prepare<[number]>(`DELETE FROM ${table} WHERE rowid = ?`),
  }));

  const isEmpty = db
    .prepare<[], number>("SELECT NOT EXISTS (SELECT 1 FROM words_docsize) AND EXISTS (SELECT 1 FROM images)")
    .pluck();
  const everyImage = db.prepare<[], number>("SELECT id FROM images").pluck();
  // A migration makes the tables anew, without what is in them.
  const refill = db.transaction(() => {
    for (const imageId of everyImage.all()) update(imageId, true);
  });
  if (isEmpty.get()) refill.immediate();

  function update(imageId: number, isNewText = false): void {
    const before = described.get(imageId);
    if (!before) return;
    if (before.present === 0) {
      // A hidden picture keeps its row, so that it comes back as cheaply as it went; searches leave it out.
      if (isNewText) describe.run("", "", "", imageId);
      return;
    }
    const { names, folders } = describePlaces(places.all(imageId));
    const tags = lines(tagsOf.all(imageId));
    if (!isNewText && names === before.names && folders === before.folders && tags === before.tags) return;
    describe.run(names, folders, tags, imageId);
    const texts = [ocrText.get(imageId) ?? "", lines(names.split("\n").map(withParts)), folders, tags].map(normalise);
    const [ocr = "", parts = "", below = "", words = ""] = texts;
    tables[0]?.write.run(imageId, withLengthMarks(separate(ocr)), separate(parts), separate(below), separate(words));
    tables[1]?.write.run(imageId, ocr, parts, below, words);
  }

  return {
    update,
    remove(imageId) {
      for (const table of tables) table.remove.run(imageId);
    },
  };
}

export function lines(texts: readonly string[]): string {
  return [...new Set(texts)].join("\n");
}

export function withoutExtension(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(0, dot) : name;
}

/** `/home/ann/Pictures`, `/home/ann/Pictures/memes/cats` → `Pictures/memes/cats`. A root taken over by one above it shows when it is next written. */
export function folderText(root: string, directory: string): string {
  return directory.slice(root.lastIndexOf("/") + 1);
}
