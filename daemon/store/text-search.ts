// Full text search: runs the stages of a query until there are enough pictures, and says how well each fits.
import type { Connection } from "./database.ts";
import type { FilterSets } from "./filter-sets.ts";
import { createNewestMatches, type Matches, visible } from "./newest-matches.ts";
import { pictureSet } from "./picture-set.ts";
import type { SearchFilter, TextHit } from "./store.ts";
import {
  countTerms,
  neededOf,
  PARTIAL_QUALITY,
  parseTextQuery,
  placesOfBest,
  type Stage,
  type TextQuery,
} from "./text-query.ts";
import { createTexts, type Texts } from "./texts.ts";

/** Where a word stands counts: in the picture and in its name and tags much, in a folder's name little. */
const WEIGHTS = [4, 4, 1, 4];
const COLUMN_WEIGHTS = WEIGHTS.map((weight) => weight.toFixed(1)).join(", ");
/** Of a text in a picture. */
const TYPICAL_CHARACTERS = 60;
/** Pictures with some of the words only: more than this nobody reads. */
const MAX_PARTIAL = 300;

/** In a large library, of all pictures with the words; the texts of each are read. */
const MAX_NEWEST = 150;
/** Of those that are not among them, from each place where matches count most. */
const MAX_BEST = 60;
/** What a word that only few pictures hold (not most of the newest that hold some) adds to the relevance of those that hold some of the words. */
const RARE_WORD = 8;
/** Two pages: with so many that fit better, a large library is not searched for those that fit less. */
const ENOUGH = 60;
/** Some of the words inside of others are worth little: in a large library they are looked for while hardly anything was found. */
const HARDLY_ANY = 10;

/** Longer texts than this say much else: of a page of print, ten times as long, words are worth so much less. */
const LONG_CHARACTERS = 300;
const PAGE_LOSS = 0.3;

interface Row {
  readonly imageId: number;
  /** Higher is better. */
  readonly relevance: number;
}

/** Finds at most `limit` pictures for a stage, best first. */
type RunStage = (stage: Stage, limit: number, filter: SearchFilter, terms: readonly string[]) => readonly Row[];

const BOTH = "AND +trigrams.rowid IN (SELECT rowid FROM words WHERE words MATCH ?)";

/** All matches, sorted by FTS5's own measure of relevance: takes as long as there are matches. */
function createSorted(db: Connection): RunStage {
  // The plus keeps SQLite from asking FTS5 once for every row of a set. The conditions are asked row by row until the limit is reached.
  const select = (table: Stage["table"], and: string, where: string): string =>
    `SELECT rowid AS imageId, -rank AS relevance FROM ${table}
     WHERE ${table} MATCH ? AND rank MATCH 'bm25(${COLUMN_WEIGHTS})' ${and} AND ${where} ORDER BY rank LIMIT ?`;
  return ({ table, expression, and }, limit, filter) => {
    const set = pictureSet(filter);
    const where = set ? `+${table}.rowid IN (${set.sql})` : visible(table);
    const statement = db.prepare<unknown[], Row>(select(table, and === undefined ? "" : BOTH, where));
    const bound = and === undefined ? [expression] : [expression, and];
    return statement.all(...bound, ...(set?.parameters ?? []), limit);
  };
}

/**
 * All matches when they are few; else the newest, and those of any age in the places that count most. Sorted by what their texts say.
 * @param known matches of expressions, of the query that is being answered
 */
function createNewest(db: Connection, sets: FilterSets, texts: Texts, known: Map<string, Matches>): RunStage {
  const newest = createNewestMatches(db, sets, texts);

  function look(stage: Stage, filter: SearchFilter): Matches {
    const found = known.get(stage.expression) ?? newest.allOfFew(stage, MAX_NEWEST, filter);
    known.set(stage.expression, found);
    return found;
  }

  /** Stages ask for much the same: when the pictures that hold the words at all are few, their texts tell the rest. */
  function find(stage: Stage, limit: number, filter: SearchFilter): Matches {
    const { within, table, ofMany } = stage;
    if (within) {
      const all = look({ ...stage, expression: within.expression }, filter);
      if (all.areAll)
        return { ...all, imageIds: all.imageIds.filter((imageId) => within.fits(texts.columns(imageId))) };
    }
    const wantsBest = table === "words" && ofMany === undefined;
    const { imageIds, areAll } = wantsBest
      ? look(stage, filter)
      : { imageIds: newest.some(stage, limit, filter), areAll: false };
    return areAll ? { imageIds, areAll } : { imageIds: imageIds.slice(0, limit), areAll };
  }

  return (stage, limit, filter, terms) => {
    const { imageIds, areAll } = find(stage, limit, filter);
    const found = new Set(imageIds);
    const areMore = !areAll && found.size >= limit;
    if (areMore && stage.ofMany === "none") return [];
    if (areMore && stage.table === "words" && stage.ofMany !== "newest") {
      for (const expression of placesOfBest(stage.expression)) {
        for (const imageId of newest.some({ ...stage, expression }, MAX_BEST, filter)) found.add(imageId);
      }
    }
    return [...found]
      .map((imageId) => ({ imageId, relevance: relevanceOf(terms, texts.folded(imageId)) }))
      .sort((a, b) => b.relevance - a.relevance)
      .slice(0, limit);
  };
}

/** @param sets of a large library, in which sorting all matches by relevance would take too long */
export function createTextSearch(
  db: Connection,
  sets: FilterSets | null = null,
): (query: string, limit: number, filter?: SearchFilter) => readonly TextHit[] {
  const texts = createTexts(db);
  const textsOf = texts.folded;
  const textBytes = db.prepare<[number], number>("SELECT octet_length(text) FROM images WHERE id = ?").pluck();
  const known = new Map<string, Matches>();
  const isLarge = sets !== null;
  const run = sets ? createNewest(db, sets, texts, known) : createSorted(db);

  /** Pictures that hold at least half of the terms (one of two), those with more of them first. */
  function partial({ some, terms }: TextQuery, limit: number, filter: SearchFilter): readonly TextHit[] {
    if (!some) return [];
    const relevance = new Map<number, number>();
    const expressions = [
      ["words", some.words] as const,
      ...(some.trigrams ? [["trigrams", some.trigrams] as const] : []),
    ];
    for (const [table, expression] of expressions) {
      if (isLarge && relevance.size >= HARDLY_ANY) break;
      const stage: Stage = { table, expression, ofMany: "newest", quality: [0, 0] };
      for (const row of run(stage, Math.min(limit, MAX_PARTIAL), filter, terms)) {
        relevance.set(row.imageId, (relevance.get(row.imageId) ?? 0) + row.relevance);
      }
    }
    if (isLarge && relevance.size >= limit) {
      const found = [...relevance.keys()].map(textsOf);
      for (const [at, expression] of some.each.entries()) {
        const term = terms.slice(at, at + 1);
        const holders = found.filter((texts) => countTerms(term, texts) > 0).length;
        if (holders > found.length / 2) continue;
        const rows = run({ table: "words", expression, ofMany: "none", quality: [0, 0] }, limit, filter, terms);
        for (const { imageId, relevance: own } of rows)
          relevance.set(imageId, RARE_WORD + (relevance.get(imageId) ?? own));
      }
    }
    const needed = neededOf(terms);
    return [...relevance].flatMap(([imageId, value]) => {
      const found = countTerms(terms, textsOf(imageId));
      if (found < needed) return [];
      // The last fraction of a term orders those that hold as many.
      return [
        { imageId, quality: (PARTIAL_QUALITY * (Math.min(found, terms.length) - 1 + share(value))) / terms.length },
      ];
    });
  }

  function qualitiesOf(query: TextQuery, limit: number, filter: SearchFilter) {
    const enough = isLarge ? Math.min(limit, ENOUGH) : limit;
    const qualities = new Map<number, number>();
    for (const stage of query.stages) {
      if (qualities.size >= enough) break;
      const [low, high] = stage.quality;
      const rows = run(stage, limit, filter, query.terms);
      const top = rows[0]?.relevance ?? 0;
      for (const { imageId, relevance } of rows) {
        const quality = low + (high - low) * (top > 0 ? Math.max(0, relevance / top) : 1);
        qualities.set(imageId, Math.max(quality, qualities.get(imageId) ?? 0));
      }
    }
    if (qualities.size < enough) {
      for (const { imageId, quality } of partial(query, limit, filter)) {
        if (!qualities.has(imageId)) qualities.set(imageId, quality);
      }
    }
    return qualities;
  }

  /** How surely words that stand in a picture's text are what it is about: 1, less in a long text unless its names or tags hold them. */
  function focusOf(imageId: number, terms: readonly string[]): number {
    const length = textBytes.get(imageId) ?? 0;
    if (length <= LONG_CHARACTERS) return 1;
    const [, names = "", , tags = ""] = textsOf(imageId);
    if (countTerms(terms, [names, tags]) === terms.length) return 1;
    return 1 - PAGE_LOSS * Math.min(1, Math.log10(length / LONG_CHARACTERS));
  }

  function find(input: string, asked: number, filter: SearchFilter): readonly TextHit[] {
    const limit = isLarge ? Math.min(asked, MAX_NEWEST) : asked;
    const query = limit > 0 ? parseTextQuery(input) : null;
    texts.forget();
    known.clear();
    if (!query) return [];
    return [...qualitiesOf(query, limit, filter)]
      .map(([imageId, quality]) => ({ imageId, quality: quality * focusOf(imageId, query.terms) }))
      .sort((a, b) => b.quality - a.quality || a.imageId - b.imageId)
      .slice(0, limit);
  }

  // In one transaction, pages that were read for one stage are there for the next.
  const inOneRead = db.transaction(find);
  return (input, limit, filter = {}) => (db.inTransaction ? find : inOneRead.deferred)(input, limit, filter);
}

/** Of folded terms and texts. Terms weigh by where they stand, and the more the less there is beside them. */
function relevanceOf(terms: readonly string[], texts: readonly string[]): number {
  let relevance = 0;
  for (const [at, text] of texts.entries()) {
    const found = text === "" ? 0 : terms.filter((term) => text.includes(term)).length;
    relevance += ((WEIGHTS[at] ?? 1) * found) / (1 + text.length / TYPICAL_CHARACTERS);
  }
  return relevance;
}

/** Any positive number, in order, between 0 and 1. */
function share(value: number): number {
  return value <= 0 ? 0 : value / (1 + value);
}
