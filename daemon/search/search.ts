// From a query to hits: words are looked up in texts and, as a vector, among the pictures; both rankings become one.
import type {
  Image,
  PageQuery,
  QueryReading,
  Reason,
  Scene,
  SearchAnswer,
  SearchHit,
  SearchQuery,
  Section,
  SimilarQuery,
} from "../../shared/api.ts";
import { AppError } from "../errors.ts";
import { wordFinder } from "../store/found-words.ts";
import type { NearestHit, SearchFilter, TextHit } from "../store/store.ts";
import type { QueryPicture } from "../worker/protocol.ts";
import { collapse, collapseToFirst, type Grouped } from "./collapse.ts";
import { createFrecency, type Use } from "./frecency.ts";
import { type Query, readQuery } from "./query.ts";
import type { QueryEncoder } from "./query-encoder.ts";
import { type Calibration, type Ranked, rank, STRONG, visualStrength } from "./ranking.ts";
import { type SearchableTexts, textReasons } from "./reasons.ts";

/** What search needs of the store. */
export interface SearchableLibrary {
  page(
    ids: readonly number[],
    textsOf: readonly number[],
    signal?: AbortSignal,
  ): Promise<{ readonly images: readonly Image[]; readonly texts: ReadonlyMap<number, SearchableTexts> }>;
  scene(imageId: number, scene: number): (Scene & { readonly thumbnailPath: string }) | null;
  embedding(imageId: number): Float32Array | null;
  nearest(
    vector: Float32Array,
    limit: number,
    filter?: SearchFilter,
    signal?: AbortSignal,
  ): Promise<readonly NearestHit[]>;
  matchText(query: string, limit: number, filter?: SearchFilter, signal?: AbortSignal): Promise<readonly TextHit[]>;
  correctSpelling(query: string, signal?: AbortSignal): Promise<string | null>;
  recentImages(
    limit: number,
    offset: number,
    filter?: SearchFilter,
    exclude?: ReadonlySet<number>,
    signal?: AbortSignal,
  ): Promise<readonly Image[]>;
  /** Ids, the one used last first. */
  recentlyUsed(limit: number, filter?: SearchFilter): readonly number[];
  /** Ids, the one marked last first. */
  favourites(limit: number, filter?: SearchFilter): readonly number[];
  uses(): readonly Use[];
  groupsOf(ids: readonly number[]): readonly Grouped[];
  /** How many others are nearly the same. */
  copiesOf(ids: readonly number[]): ReadonlyMap<number, number>;
  /** The index that is searched at the moment. */
  activeIndex(): { readonly id: number } | null;
}

/** How the hits of a page are explained. */
interface Explaining {
  /** Whether the picture's texts are needed for it. */
  readonly hasTexts: (id: number) => boolean;
  readonly explain: (id: number, texts: SearchableTexts | undefined) => readonly Reason[];
  /** By picture: the scene it was found by. */
  readonly scenes: ReadonlyMap<number, number>;
  /** The score from which on a hit is a strong one. */
  readonly strongFrom?: number;
}

interface Looks {
  readonly vector: Float32Array | null;
  readonly notices: readonly string[];
  readonly visual: readonly NearestHit[];
  readonly unwanted: ReadonlyMap<number, number> | undefined;
  readonly scale: Calibration;
}

export interface Search {
  words(query: SearchQuery, signal: AbortSignal): Promise<SearchAnswer>;
  likeImage(imageId: number, query: SimilarQuery, signal: AbortSignal): Promise<SearchAnswer>;
  likePicture(picture: QueryPicture, query: SimilarQuery, signal: AbortSignal): Promise<SearchAnswer>;
}

const DEFAULT_LIMIT = 30;
/** How far down each ranking is read. Paging ends there; nobody looks at the 300th guess. */
const DEPTH = 300;
/** Shown before the favourites when nothing is typed. */
const RECENT_LIMIT = 12;
/** What a text is worth that holds the words only after their spelling was corrected. */
const CORRECTED = 0.6;
/** Each excluded word is one more scan of the vectors. */
const MAX_UNWANTED = 4;
/** How much two pictures look alike is read as it is: models are calibrated for words beside pictures, and pictures lie much closer together. */
const LIKE_A_PICTURE: Calibration = { floor: 0, certain: 1, weight: 1 };
/** Without a vector nothing is said about looks. */
const NOT_VISUAL: Calibration = { floor: 1, certain: 2, weight: 0 };
const NO_LOOKS: Looks = { vector: null, notices: [], visual: [], unwanted: undefined, scale: NOT_VISUAL };

export function createSearch(
  library: SearchableLibrary,
  encoder: QueryEncoder,
  calibration: () => Calibration,
  now: () => number = Date.now,
): Search {
  const frecency = createFrecency(() => library.uses(), now);

  async function words(request: SearchQuery, signal: AbortSignal): Promise<SearchAnswer> {
    const started = performance.now();
    const read = readQuery(request.q, now());
    const query = withKnownPicture(read);
    const filter = filterOf(request, query);
    if (query !== read && query.words === "") {
      const { reading } = query;
      return { hits: [], nextOffset: null, tookMs: since(started), q: request.q, visual: false, reading, notices: [] };
    }
    if (query.words === "" && query.similarTo === null) {
      // The first words are likely to follow.
      encoder.prepare();
      return recent(request, query, filter, started, signal);
    }
    // Each half has a thread of its own.
    const [{ vector, notices, visual, unwanted, scale }, { texts, corrected }] = await Promise.all([
      request.by === "texts" ? NO_LOOKS : looksLike(query, filter, signal),
      matchTexts(query.words, filter, signal),
    ]);
    signal.throwIfAborted();
    const used = frecency(query.words);
    const others = texts.filter(({ imageId }) => imageId !== query.similarTo);
    const ranked = rank(others, visual, scale, { unwanted, used });
    const distinct =
      request.duplicates === "show" ? ranked : collapse(ranked, library.groupsOf(ranked.map(({ id }) => id)));
    const useRank = new Map(used.map(({ imageId }, index) => [imageId, index + 1]));
    const textRank = new Map(texts.map((hit, index) => [hit.imageId, index + 1]));
    const visualReason = visualReasons(visual);
    const strongFrom = query.similarTo === null ? STRONG : -1;
    const find = wordFinder(corrected === null ? [query.words] : [query.words, corrected]);
    const explain = (id: number, found: SearchableTexts | undefined): readonly Reason[] => {
      const rank = useRank.get(id);
      return [
        ...(found ? textReasons(find, found, textRank.get(id) ?? 0) : []),
        ...visualReason(id),
        ...(rank === undefined ? [] : [{ kind: "use", rank } as const]),
      ];
    };
    const answer = await paged(
      distinct,
      request,
      { hasTexts: (id) => textRank.has(id), explain, scenes: scenesOf(visual), strongFrom },
      signal,
    );
    // Of half an answer nothing is said yet.
    const weak = request.by === undefined && ranked.length > 0 && (ranked[0]?.score ?? 0) < strongFrom;
    return {
      ...answer,
      q: request.q,
      visual: vector !== null,
      reading: [...query.reading, ...(corrected === null ? [] : [spellingOf(query.words, corrected)])],
      notices: weak ? [...notices, "Nothing really matches; these are guesses."] : notices,
      tookMs: since(started),
    };
  }

  /** A picture that is not there (any more) is not searched by, and the answer says so. */
  function withKnownPicture(query: Query): Query {
    const { similarTo } = query;
    if (similarTo === null || library.embedding(similarTo)) return query;
    const meaning = `there is no picture ${similarTo} in the library; it may have been deleted`;
    const reading = query.reading.map((part) =>
      part.kind === "similar" ? { ...part, kind: "ignored" as const, meaning } : part,
    );
    return { ...query, similarTo: null, reading };
  }

  /** The visual half: how pictures look, and how much like what the query excludes. */
  async function looksLike(query: Query, filter: SearchFilter, signal: AbortSignal): Promise<Looks> {
    const { vector, notices } = await vectorOf(query, signal);
    signal.throwIfAborted();
    if (!vector) return { ...NO_LOOKS, notices };
    const scale = query.similarTo === null ? calibration() : LIKE_A_PICTURE;
    const [near, unwanted] = await Promise.all([
      library.nearest(vector, DEPTH, filter, signal),
      ifEncoded(
        () => looksUnwanted(query, filter, signal),
        undefined,
        "What looks like the unwanted words is among them",
      ),
    ]);
    return {
      vector,
      notices: [...notices, ...unwanted.notices],
      visual: near.filter(({ imageId, similarity }) => similarity >= scale.floor && imageId !== query.similarTo),
      unwanted: unwanted.result,
      scale,
    };
  }

  /** Texts that hold the words; or, after those, the words as they are spelt in the library. */
  async function matchTexts(
    words: string,
    filter: SearchFilter,
    signal: AbortSignal,
  ): Promise<{ texts: readonly TextHit[]; corrected: string | null }> {
    if (words === "") return { texts: [], corrected: null };
    const [texts, corrected] = await Promise.all([
      library.matchText(words, DEPTH, filter, signal),
      library.correctSpelling(words, signal),
    ]);
    const more = corrected === null ? [] : await library.matchText(corrected, DEPTH, filter, signal);
    if (corrected === null || more.length === 0) return { texts, corrected: null };
    const best = new Map(more.map(({ imageId, quality }) => [imageId, quality * CORRECTED]));
    for (const { imageId, quality } of texts) best.set(imageId, Math.max(quality, best.get(imageId) ?? 0));
    const merged = [...best].map(([imageId, quality]) => ({ imageId, quality }));
    return {
      texts: merged.sort((a, b) => b.quality - a.quality || a.imageId - b.imageId).slice(0, DEPTH),
      corrected,
    };
  }

  /** How much pictures look like what the query excludes. */
  async function looksUnwanted(
    query: Query,
    filter: SearchFilter,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, number>> {
    const words = query.unwanted.slice(0, MAX_UNWANTED);
    const vectors = await Promise.all(words.map((word) => encoder.text(word, signal)));
    const scale = words.length > 0 ? { ...calibration(), weight: 1 } : NOT_VISUAL;
    const strengths = new Map<number, number>();
    for (const vector of vectors) {
      for (const { imageId, similarity } of vector ? await library.nearest(vector, DEPTH, filter, signal) : []) {
        const strength = visualStrength(similarity, scale);
        strengths.set(imageId, Math.max(strength, strengths.get(imageId) ?? 0));
      }
    }
    return strengths;
  }

  async function vectorOf(
    query: Query,
    signal: AbortSignal,
  ): Promise<{ vector: Float32Array | null; notices: readonly string[] }> {
    const picture = query.similarTo === null ? null : library.embedding(query.similarTo);
    if (query.words === "") return { vector: picture, notices: [] };
    const { result: text, notices } = await ifEncoded(
      () => encoder.text(query.words, signal),
      null,
      picture ? "Pictures were not compared with the words" : "Only texts and names were searched",
    );
    return { vector: picture && text ? mix(picture, text) : (picture ?? text), notices };
  }

  /** A failing encoder costs the visual half of the answer, or a part of it, not the answer. */
  async function ifEncoded<T>(
    work: () => Promise<T>,
    otherwise: T,
    consequence: string,
  ): Promise<{ result: T; notices: readonly string[] }> {
    try {
      return { result: await work(), notices: [] };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { result: otherwise, notices: [`${consequence}: ${error.message}`] };
    }
  }

  /** Nothing to look for but filters: what was used last, the favourites, and then the newest of what they let through. */
  async function recent(
    request: SearchQuery,
    { reading }: Query,
    filter: SearchFilter,
    started: number,
    signal: AbortSignal,
  ): Promise<SearchAnswer> {
    const { limit, offset } = pageOf(request);
    const used = library.recentlyUsed(RECENT_LIMIT, filter);
    const first = new Set([...used, ...library.favourites(DEPTH, filter)]);
    const { images: marked } = await library.page([...first].slice(offset, offset + limit), [], signal);
    const left = limit - marked.length;
    const newest = await library.recentImages(left + 1, Math.max(0, offset - first.size), filter, first, signal);
    const shown = [...marked, ...newest.slice(0, left)];
    const copies = library.copiesOf(shown.map(({ id }) => id));
    const section = (id: number): Section => (used.includes(id) ? "recent" : first.has(id) ? "favourite" : "newest");
    const hits = shown.map((image): SearchHit => {
      const { id } = image;
      return {
        image,
        scene: null,
        section: section(id),
        similarCopies: copies.get(id) ?? 0,
        score: 0,
        strong: true,
        why: [],
      };
    });
    const nextOffset = first.size > offset + limit || newest.length > left ? offset + limit : null;
    return { hits, nextOffset, tookMs: since(started), q: request.q, visual: false, reading, notices: [] };
  }

  async function like(
    vector: Float32Array,
    query: SimilarQuery,
    without: number | null,
    started: number,
    signal: AbortSignal,
  ): Promise<SearchAnswer> {
    const found = await library.nearest(vector, DEPTH, {}, signal);
    signal.throwIfAborted();
    const near = found.filter((hit) => hit.imageId !== without);
    const reasons = visualReasons(near);
    const ranked = near.map(({ imageId, similarity }) => ({ id: imageId, score: similarity }));
    const distinct =
      query.duplicates === "show" ? ranked : collapseToFirst(ranked, library.groupsOf(ranked.map(({ id }) => id)));
    const answer = await paged(
      distinct,
      query,
      { hasTexts: () => false, explain: reasons, scenes: scenesOf(near), strongFrom: -1 },
      signal,
    );
    return { ...answer, q: null, visual: true, reading: [], notices: [], tookMs: since(started) };
  }

  async function paged(
    ranked: readonly Ranked[],
    query: PageQuery,
    { hasTexts, explain, scenes, strongFrom = STRONG }: Explaining,
    signal: AbortSignal,
  ): Promise<Pick<SearchAnswer, "hits" | "nextOffset">> {
    const { limit, offset } = pageOf(query);
    const page = ranked.slice(offset, offset + limit);
    const ids = page.map(({ id }) => id);
    const found = await library.page(ids, ids.filter(hasTexts), signal);
    signal.throwIfAborted();
    const images = new Map(found.images.map((image) => [image.id, image]));
    const copies = library.copiesOf(ids);
    const hits = page.flatMap(({ id, score }): SearchHit[] => {
      const image = images.get(id);
      if (!image) return [];
      const similarCopies = copies.get(id) ?? 0;
      return [
        {
          ...shownBy(image, scenes.get(id)),
          section: "match",
          similarCopies,
          score,
          strong: score >= strongFrom,
          why: explain(id, found.texts.get(id)),
        },
      ];
    });
    return { hits, nextOffset: ranked.length > offset + limit ? offset + limit : null };
  }

  /** The picture, as its best scene shows it. */
  function shownBy(image: Image, number: number | undefined): Pick<SearchHit, "image" | "scene"> {
    const found = number === undefined ? null : library.scene(image.id, number);
    if (!found) return { image, scene: null };
    const { thumbnailPath, ...scene } = found;
    return { image: { ...image, thumbnailUrl: `${image.thumbnailUrl}&scene=${number}`, thumbnailPath }, scene };
  }

  async function likeImage(imageId: number, query: SimilarQuery, signal: AbortSignal): Promise<SearchAnswer> {
    const vector = library.embedding(imageId);
    if (!vector) throw new AppError("image-not-found", `There is no picture ${imageId} in the library.`);
    return like(vector, query, imageId, performance.now(), signal);
  }

  async function likePicture(picture: QueryPicture, query: SimilarQuery, signal: AbortSignal): Promise<SearchAnswer> {
    const started = performance.now();
    const vector = await encoder.picture(picture);
    signal.throwIfAborted();
    return like(vector, query, null, started, signal);
  }

  /** What was encoded with one model is not looked up among the vectors of another (invariant 4): once more, then. */
  async function inOneIndex(work: () => Promise<SearchAnswer>): Promise<SearchAnswer> {
    const before = library.activeIndex()?.id;
    const isSwapped = (): boolean => library.activeIndex()?.id !== before;
    try {
      const answer = await work();
      return isSwapped() ? inOneIndex(work) : answer;
    } catch (error) {
      if (isSwapped()) return inOneIndex(work);
      throw error;
    }
  }

  return {
    words: (request, signal) => inOneIndex(() => words(request, signal)),
    likeImage: (imageId, query, signal) => inOneIndex(() => likeImage(imageId, query, signal)),
    likePicture: (picture, query, signal) => inOneIndex(() => likePicture(picture, query, signal)),
  };
}

function spellingOf(words: string, corrected: string): QueryReading {
  return { text: words, kind: "spelling", meaning: `searched for “${corrected}” as well` };
}

/** By picture: the scene it was found by. */
function scenesOf(near: readonly NearestHit[]): ReadonlyMap<number, number> {
  return new Map(near.flatMap(({ imageId, scene }) => (scene === undefined ? [] : [[imageId, scene] as const])));
}

function visualReasons(near: readonly NearestHit[]): (id: number) => readonly Reason[] {
  const reasons = new Map(
    near.map(({ imageId, similarity }, index) => [imageId, { kind: "visual", rank: index + 1, similarity } as const]),
  );
  return (id) => {
    const reason = reasons.get(id);
    return reason ? [reason] : [];
  };
}

/**
 * "Like this one, but …": the middle between a picture and words, as a unit vector. Both are unit vectors of one space; cosines of texts
 * vary less than those of pictures, so the words pull twice as hard.
 */
function mix(picture: Float32Array, words: Float32Array): Float32Array {
  const sum = picture.map((value, index) => value + 2 * (words[index] ?? 0));
  const length = Math.hypot(...sum);
  return length > 0 ? sum.map((value) => value / length) : picture;
}

function filterOf({ folderId, only }: SearchQuery, query: Query): SearchFilter {
  const { filter } = query;
  return { ...filter, ...(folderId === undefined ? {} : { folderId }), ...(only === undefined ? {} : { only }) };
}

function pageOf(query: PageQuery): { limit: number; offset: number } {
  return { limit: query.limit ?? DEFAULT_LIMIT, offset: query.offset ?? 0 };
}

/** Milliseconds since `started`, to a tenth. */
function since(started: number): number {
  return Math.round((performance.now() - started) * 10) / 10;
}
