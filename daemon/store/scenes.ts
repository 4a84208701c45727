// Further frames of moving pictures, so that what happens in the middle is found. Their vectors stand beside those of the pictures, and an id
// says which picture and which scene a vector is of. Runs inside the caller's transaction.
import type { Connection } from "./database.ts";
import type { IndexedScene, NearestHit, StoredScene } from "./store.ts";

/** Ids of pictures stay below; ids of vectors stay below 2⁵³ then, with some two million scenes. */
const UNIT = 2 ** 32;

/** The id of a vector; scene 0 is the picture itself, whose vector has the picture's id. */
export function vectorId(imageId: number, scene: number): number {
  return scene * UNIT + imageId;
}

export function imageOf(vector: number): number {
  // Most vectors are of no scene, and a remainder takes long: searches ask for very many.
  return vector < UNIT ? vector : vector % UNIT;
}

export function sceneOf(vector: number): number {
  return Math.floor(vector / UNIT);
}

/** The picture that a vector is of, in SQL. */
export const IMAGE_OF = (vector: string): string => `(${vector} & ${UNIT - 1})`;

/** Ids of the vectors of scenes, in SQL. */
export const SCENE_VECTORS = "SELECT (scene << 32) | image_id FROM scenes";

/** A vector by its id, with its cosine. */
export interface Scored {
  readonly vector: number;
  readonly similarity: number;
}

/** The pictures that the vectors are of, each once and by the best of its vectors; best first. */
export function bestOfEach(vectors: readonly Scored[]): readonly NearestHit[] {
  const best = new Map<number, NearestHit>();
  for (const { vector, similarity } of vectors.toSorted((a, b) => b.similarity - a.similarity || a.vector - b.vector)) {
    const imageId = imageOf(vector);
    const scene = sceneOf(vector);
    if (!best.has(imageId)) best.set(imageId, { imageId, similarity, ...(scene > 0 ? { scene } : {}) });
  }
  return [...best.values()];
}

export interface Scenes {
  /** The picture's scenes from now on. Ids of vectors that are of other scenes now, if they are not the same as before. */
  set(imageId: number, scenes: readonly IndexedScene[]): readonly number[];
  /** Ids of the vectors of a picture: its own, and those of its scenes. */
  vectorsOf(imageId: number): readonly number[];
  thumbnailsOf(imageId: number): readonly string[];
  find(imageId: number, scene: number): StoredScene | null;
}

export function createScenes(db: Connection): Scenes {
  const clear = db.prepare<[number]>("DELETE FROM scenes WHERE image_id = ?");
  const put = db.prepare<[number, number, number | null, number | null, string]>(
    "INSERT INTO scenes (image_id, scene, frame, at_ms, thumbnail) VALUES (?, ?, ?, ?, ?)",
  );
  const numbers = db.prepare<[number], number>("SELECT scene FROM scenes WHERE image_id = ?").pluck();
  const thumbnails = db.prepare<[number], string>("SELECT thumbnail FROM scenes WHERE image_id = ?").pluck();
  const find = db.prepare<[number, number], StoredScene>(
    "SELECT frame, at_ms AS atMs, thumbnail FROM scenes WHERE image_id = ? AND scene = ?",
  );
  const vectorsOf = (imageId: number): readonly number[] => [
    imageId,
    ...numbers.all(imageId).map((scene) => vectorId(imageId, scene)),
  ];
  return {
    set(imageId, scenes) {
      const isSame = ({ frame, atMs }: IndexedScene, index: number): boolean => {
        const before = find.get(imageId, index + 1);
        return before?.frame === frame && before.atMs === atMs;
      };
      const stale = vectorsOf(imageId).slice(1);
      if (stale.length === scenes.length && scenes.every(isSame)) return [];
      clear.run(imageId);
      for (const [index, { frame, atMs, thumbnail }] of scenes.entries())
        put.run(imageId, index + 1, frame, atMs, thumbnail);
      return stale;
    },
    vectorsOf,
    thumbnailsOf: (imageId) => thumbnails.all(imageId),
    find: (imageId, scene) => find.get(imageId, scene) ?? null,
  };
}
