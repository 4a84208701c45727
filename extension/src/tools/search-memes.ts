// For Raycast AI: pictures by words.
import { rememe } from "../rememe";
import { reasons } from "../words";

type Input = {
  /** A few words a person would remember of the picture. Leave out words like "meme", "picture" and "find". */
  query: string;
  /** How many pictures at most, 1 to 20. 5 when left out. */
  limit?: number;
};

export default async function searchMemes({ query, limit = 5 }: Input) {
  const { hits, notices } = await rememe.search({ q: query, limit: Math.min(20, Math.max(1, Math.round(limit))) });
  const pictures = hits.map(({ image, scene, strong, why }) => ({
    name: image.name,
    path: image.path,
    size: `${image.width} × ${image.height}`,
    animated: image.frames > 1,
    modified: new Date(image.modifiedAtMs).toISOString().slice(0, 10),
    strong,
    why: reasons(why, scene),
  }));
  return { pictures, notices };
}
