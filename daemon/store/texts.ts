// The texts of pictures in the forms that searches compare with words, remembered while a query is answered: most pictures are found several times.
import type { Connection } from "./database.ts";
import { fold, spaced, withParts } from "./text-form.ts";

export interface Texts {
  /** What stands in the picture, its names, folders and tags, folded; none of a picture that is not there. */
  folded(imageId: number): readonly string[];
  /** The same as the full text table of words has them: spaced(). */
  columns(imageId: number): readonly string[];
  /** Another query, later: pictures may have other texts. */
  forget(): void;
}

export function createTexts(db: Connection): Texts {
  const select = db.prepare<[number], string[]>("SELECT text, names, folders, tags FROM images WHERE id = ?").raw();
  const read = new Map<number, readonly string[]>();
  const folded = new Map<number, readonly string[]>();

  function textsOf(imageId: number): readonly string[] {
    const texts = read.get(imageId) ?? select.get(imageId) ?? [];
    read.set(imageId, texts);
    return texts;
  }

  return {
    folded(imageId) {
      const texts = folded.get(imageId) ?? textsOf(imageId).map(fold);
      folded.set(imageId, texts);
      return texts;
    },
    columns(imageId) {
      const [text = "", names = "", ...others] = textsOf(imageId);
      return [text, names.split("\n").map(withParts).join("\n"), ...others].map(spaced);
    },
    forget() {
      read.clear();
      folded.clear();
    },
  };
}
