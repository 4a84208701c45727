// Full text search: runs the stages of a query until there are enough pictures, and says how well each fits.
import type { Connection } from "./database.ts";
import { pictureSet } from "./picture-set.ts";
import type { SearchFilter, TextHit } from "./store.ts";
import { countTerms, PARTIAL_QUALITY, parseTextQuery, type Stage, type TextQuery } from "./text-query.ts";

/** Where a word stands counts: in the picture and in its name and tags much, in a folder's name little. */
const COLUMN_WEIGHTS = "4.0, 4.0, 1.0, 4.0";
/** Pictures with some of the words only: more than this nobody reads. */
const MAX_PARTIAL = 300;

interface Row {
  readonly imageId: number;
  /** Higher is better. */
  readonly relevance: number;
}

export function createTextSearch(
  db: Connection,
): (query: string, limit: number, filter?: SearchFilter) => readonly TextHit[] {
  // The plus keeps SQLite from asking FTS5 once for every row of a set. FTS5 sorts the matches by rank; the conditions are then asked row by row only until the limit is reached.
  const select = (table: Stage["table"], and: string, where: string): string =>
    `SELECT rowid AS imageId, -rank AS relevance FROM ${table}
     WHERE ${table} MATCH ? AND rank MATCH 'bm25(${COLUMN_WEIGHTS})' ${and} AND ${where} ORDER BY rank LIMIT ?`;
  const both = "AND +trigrams.rowid IN (SELECT rowid FROM words WHERE words MATCH ?)";
  const visible = (table: string): string =>
    `EXISTS (SELECT 1 FROM images WHERE id = ${table}.rowid AND present > 0 AND hidden = 0)`;
  const everywhere = {
    words: db.prepare<unknown[], Row>(select("words", "", visible("words"))),
    trigrams: db.prepare<unknown[], Row>(select("trigrams", "", visible("trigrams"))),
    trigramsAndWords: db.prepare<unknown[], Row>(select("trigrams", both, visible("trigrams"))),
  };
  const texts = db.prepare<[number], string[]>("SELECT text, names, folders, tags FROM images WHERE id = ?").raw();

  function run({ table, expression, and }: Stage, limit: number, filter: SearchFilter): readonly Row[] {
    const set = pictureSet(filter);
    const bound = and === undefined ? [expression] : [expression, and];
    if (!set) return everywhere[and === undefined ? table : "trigramsAndWords"].all(...bound, limit);
    const statement = select(table, and === undefined ? "" : both, `+${table}.rowid IN (${set.sql})`);
    return db.prepare<unknown[], Row>(statement).all(...bound, ...set.parameters, limit);
  }

  /** Pictures that hold at least half of the terms (one of two), those with more of them first. */
  function partial({ some, terms }: TextQuery, limit: number, filter: SearchFilter): readonly TextHit[] {
    if (!some) return [];
    const relevance = new Map<number, number>();
    const expressions = [
      ["words", some.words] as const,
      ...(some.trigrams ? [["trigrams", some.trigrams] as const] : []),
    ];
    for (const [table, expression] of expressions) {
      const stage: Stage = { table, expression, quality: [0, 0] };
      for (const row of run(stage, Math.min(limit, MAX_PARTIAL), filter)) {
        relevance.set(row.imageId, (relevance.get(row.imageId) ?? 0) + row.relevance);
      }
    }
    const needed = Math.ceil(terms.length / 2);
    return [...relevance].flatMap(([imageId, value]) => {
      const found = countTerms(terms, texts.get(imageId) ?? []);
      if (found < needed) return [];
      // The last fraction of a term orders those that hold as many.
      return [
        { imageId, quality: (PARTIAL_QUALITY * (Math.min(found, terms.length) - 1 + share(value))) / terms.length },
      ];
    });
  }

  return (input, limit, filter = {}) => {
    const query = limit > 0 ? parseTextQuery(input) : null;
    if (!query) return [];
    const qualities = new Map<number, number>();
    for (const stage of query.stages) {
      if (qualities.size >= limit) break;
      const [low, high] = stage.quality;
      const rows = run(stage, limit, filter);
      const top = rows[0]?.relevance ?? 0;
      for (const { imageId, relevance } of rows) {
        const quality = low + (high - low) * (top > 0 ? Math.max(0, relevance / top) : 1);
        qualities.set(imageId, Math.max(quality, qualities.get(imageId) ?? 0));
      }
    }
    if (qualities.size < limit) {
      for (const { imageId, quality } of partial(query, limit, filter)) {
        if (!qualities.has(imageId)) qualities.set(imageId, quality);
      }
    }
    return [...qualities]
      .map(([imageId, quality]) => ({ imageId, quality }))
      .sort((a, b) => b.quality - a.quality || a.imageId - b.imageId)
      .slice(0, limit);
  };
}

/** Any positive number, in order, between 0 and 1. */
function share(value: number): number {
  return value <= 0 ? 0 : value / (1 + value);
}
