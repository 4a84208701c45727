// Full text search: runs the stages of a query until there are enough pictures, and gives each a score.
import type { Connection } from "./database.ts";
import type { SearchFilter, TextHit } from "./store.ts";
import { countTerms, parseTextQuery, type Stage, type TextQuery } from "./text-query.ts";

/** Where a word stands counts: in the picture and in its name much, in a folder's name little. */
const COLUMN_WEIGHTS = "4.0, 4.0, 1.0";
/** Pictures with some of the words only: more than this nobody reads. */
const MAX_PARTIAL = 300;

interface Row {
  readonly imageId: number;
  /** Higher is better. */
  readonly relevance: number;
}
type Bindings = { expression: string; and: string; folderId: number; limit: number };

export function createTextSearch(
  db: Connection,
): (query: string, limit: number, filter?: SearchFilter) => readonly TextHit[] {
  // FTS5 sorts the matches by rank; the conditions are then asked row by row only until the limit is reached.
  const statement = (table: Stage["table"], and: string, where: string) =>
    db.prepare<Bindings, Row>(
      `SELECT rowid AS imageId, -rank AS relevance FROM ${table}
       WHERE ${table} MATCH :expression AND rank MATCH 'bm25(${COLUMN_WEIGHTS})' ${and} AND ${where} ORDER BY rank LIMIT :limit`,
    );
  const visible = (table: string) => `EXISTS (SELECT 1 FROM images WHERE id = ${table}.rowid AND present > 0)`;
  const inFolder = (table: string) =>
    `EXISTS (SELECT 1 FROM files WHERE image_id = ${table}.rowid AND folder_id = :folderId AND missing_at_ms IS NULL)`;
  const both = (table: Stage["table"], and: string) => ({
    everywhere: statement(table, and, visible(table)),
    inFolder: statement(table, and, inFolder(table)),
  });
  const statements = {
    words: both("words", ""),
    trigrams: both("trigrams", ""),
    trigramsAndWords: both("trigrams", "AND rowid IN (SELECT rowid FROM words WHERE words MATCH :and)"),
  };
  const texts = db.prepare<[number], string[]>("SELECT text, names, folders FROM images WHERE id = ?").raw();

  function run({ table, expression, and }: Stage, limit: number, { folderId }: SearchFilter): readonly Row[] {
    const pair = and === undefined ? statements[table] : statements.trigramsAndWords;
    const bindings = { expression, and: and ?? "", folderId: folderId ?? 0, limit };
    return (folderId === undefined ? pair.everywhere : pair.inFolder).all(bindings);
  }

  /** Pictures that hold at least half of the terms (one of two), those with more of them first. */
  function partial({ some, terms }: TextQuery, limit: number, filter: SearchFilter): readonly TextHit[] {
    if (!some) return [];
    const relevance = new Map<number, number>();
    const stages: Stage[] = [{ table: "words", expression: some.words }];
    if (some.trigrams) stages.push({ table: "trigrams", expression: some.trigrams });
    for (const stage of stages) {
      for (const row of run(stage, Math.min(limit, MAX_PARTIAL), filter)) {
        relevance.set(row.imageId, (relevance.get(row.imageId) ?? 0) + row.relevance);
      }
    }
    const needed = Math.ceil(terms.length / 2);
    return [...relevance].flatMap(([imageId, value]) => {
      const found = countTerms(terms, texts.get(imageId) ?? []);
      // Below 1, the score of the last stage.
      return found >= needed
        ? [{ imageId, score: (Math.min(found, terms.length) - 1 + share(value)) / terms.length }]
        : [];
    });
  }

  return (input, limit, filter = {}) => {
    const query = limit > 0 ? parseTextQuery(input) : null;
    if (!query) return [];
    const scores = new Map<number, number>();
    for (const [index, stage] of query.stages.entries()) {
      if (scores.size >= limit) break;
      for (const { imageId, relevance } of run(stage, limit, filter)) {
        if (!scores.has(imageId)) scores.set(imageId, query.stages.length - index + share(relevance));
      }
    }
    if (scores.size < limit) {
      for (const { imageId, score } of partial(query, limit, filter)) {
        if (!scores.has(imageId)) scores.set(imageId, score);
      }
    }
    return [...scores]
      .map(([imageId, score]) => ({ imageId, score }))
      .sort((a, b) => b.score - a.score || a.imageId - b.imageId)
      .slice(0, limit);
  };
}

/** Any positive number, in order, between 0 and 1. */
function share(value: number): number {
  return value <= 0 ? 0 : value / (1 + value);
}
