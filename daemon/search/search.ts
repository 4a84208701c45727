// From a query to hits: words are looked up in texts and, as a vector, among the pictures; both rankings become one.
import type { Image, PageQuery, Reason, SearchAnswer, SearchHit, SearchQuery } from "../../shared/api.ts";
import { AppError } from "../errors.ts";
import { type Fused, fuse } from "./fusion.ts";
import type { QueryEncoder } from "./query-encoder.ts";
import { queryWords, type SearchableTexts, textReasons } from "./reasons.ts";

interface Filter {
  readonly folderId?: number;
}
interface Neighbour {
  readonly imageId: number;
  readonly similarity: number;
}

/** What search needs of the store. */
export interface SearchableLibrary {
  images(ids: readonly number[]): readonly Image[];
  texts(ids: readonly number[]): ReadonlyMap<number, SearchableTexts>;
  embedding(imageId: number): Float32Array | null;
  nearest(vector: Float32Array, limit: number, filter?: Filter): readonly Neighbour[];
  matchText(query: string, limit: number, filter?: Filter): readonly { imageId: number }[];
  recentImages(limit: number, offset: number, filter?: Filter): readonly Image[];
}

/** How the current model's similarities are to be read. */
export interface Calibration {
  /** Cosine below which a picture does not look like the words at all. */
  readonly floor: number;
  /** Weight of the visual ranking beside the text ranking's 1. */
  readonly weight: number;
}

export interface Search {
  words(query: SearchQuery, signal: AbortSignal): Promise<SearchAnswer>;
  likeImage(imageId: number, page: PageQuery): SearchAnswer;
  likePicture(
    picture: { path: string } | { bytes: Uint8Array },
    page: PageQuery,
    signal: AbortSignal,
  ): Promise<SearchAnswer>;
}

const DEFAULT_LIMIT = 30;
/** How far down each ranking is read. Paging ends there; nobody looks at the 500th guess. */
const DEPTH = 500;

export function createSearch(
  library: SearchableLibrary,
  encoder: QueryEncoder,
  calibration: () => Calibration,
): Search {
  async function words(query: SearchQuery, signal: AbortSignal): Promise<SearchAnswer> {
    const started = performance.now();
    const q = query.q.trim();
    const filter = query.folderId === undefined ? {} : { folderId: query.folderId };
    if (q === "") return recent(query, filter, started);
    const { vector, notices } = await vectorOf(q);
    signal.throwIfAborted();
    const { floor, weight } = vector ? calibration() : { floor: 1, weight: 0 };
    const visual = vector ? library.nearest(vector, DEPTH, filter).filter((hit) => hit.similarity >= floor) : [];
    const texts = library.matchText(q, DEPTH, filter);
    const fused = fuse([
      { ids: texts.map((hit) => hit.imageId), weight: 1 },
      { ids: visual.map((hit) => hit.imageId), weight },
    ]);
    const textRank = new Map(texts.map((hit, index) => [hit.imageId, index + 1]));
    const visualReason = visualReasons(visual);
    const terms = queryWords(q);
    const answer = paged(fused, query, (ids) => {
      const textsOf = library.texts(ids.filter((id) => textRank.has(id)));
      return (id) => {
        const found = textsOf.get(id);
        return [...(found ? textReasons(terms, found, textRank.get(id) ?? 0) : []), ...visualReason(id)];
      };
    });
    return { ...answer, q: query.q, visual: vector !== null, notices, tookMs: since(started) };
  }

  /** A failing encoder costs the visual half of the answer, not the answer. */
  async function vectorOf(q: string): Promise<{ vector: Float32Array | null; notices: readonly string[] }> {
    try {
      return { vector: await encoder.text(q), notices: [] };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { vector: null, notices: [`Only texts and names were searched: ${error.message}`] };
    }
  }

  function recent(query: SearchQuery, filter: Filter, started: number): SearchAnswer {
    const { limit, offset } = pageOf(query);
    const found = library.recentImages(limit + 1, offset, filter);
    const hits = found.slice(0, limit).map((image) => ({ image, score: 0, why: [] }));
    const nextOffset = found.length > limit ? offset + limit : null;
    return { hits, nextOffset, tookMs: since(started), q: query.q, visual: false, notices: [] };
  }

  function like(vector: Float32Array, page: PageQuery, without: number | null, started: number): SearchAnswer {
    const near = library.nearest(vector, DEPTH).filter((hit) => hit.imageId !== without);
    const reasons = visualReasons(near);
    const ranked = near.map(({ imageId, similarity }) => ({ id: imageId, score: similarity }));
    const answer = paged(ranked, page, () => reasons);
    return { ...answer, q: null, visual: true, notices: [], tookMs: since(started) };
  }

  function paged(
    ranked: readonly Fused[],
    query: PageQuery,
    explain: (ids: readonly number[]) => (id: number) => readonly Reason[],
  ): Pick<SearchAnswer, "hits" | "nextOffset"> {
    const { limit, offset } = pageOf(query);
    const page = ranked.slice(offset, offset + limit);
    const ids = page.map(({ id }) => id);
    const images = new Map(library.images(ids).map((image) => [image.id, image]));
    const why = explain(ids);
    const hits = page.flatMap(({ id, score }): SearchHit[] => {
      const image = images.get(id);
      return image ? [{ image, score, why: why(id) }] : [];
    });
    return { hits, nextOffset: ranked.length > offset + limit ? offset + limit : null };
  }

  return {
    words,
    likeImage(imageId, page) {
      const vector = library.embedding(imageId);
      if (!vector) throw new AppError("image-not-found", `There is no picture ${imageId} in the library.`);
      return like(vector, page, imageId, performance.now());
    },
    async likePicture(picture, page, signal) {
      const started = performance.now();
      const vector = await encoder.picture(picture);
      signal.throwIfAborted();
      return like(vector, page, null, started);
    },
  };
}

function visualReasons(near: readonly Neighbour[]): (id: number) => readonly Reason[] {
  const reasons = new Map(
    near.map(({ imageId, similarity }, index) => [imageId, { kind: "visual", rank: index + 1, similarity } as const]),
  );
  return (id) => {
    const reason = reasons.get(id);
    return reason ? [reason] : [];
  };
}

function pageOf(query: PageQuery): { limit: number; offset: number } {
  return { limit: query.limit ?? DEFAULT_LIMIT, offset: query.offset ?? 0 };
}

/** Milliseconds since `started`, to a tenth. */
function since(started: number): number {
  return Math.round((performance.now() - started) * 10) / 10;
}
