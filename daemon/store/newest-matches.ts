// Matches in libraries too large to sort all of them by relevance: the newest ones, which FTS5 tells without looking at the others. How
// relevant they are is told by their texts.
import type { Connection } from "./database.ts";
import type { FilterSets } from "./filter-sets.ts";
import { type PictureSet, pictureSet, UNSEEN_PICTURES } from "./picture-set.ts";
import { createRareLetters } from "./rare-letters.ts";
import type { SearchFilter } from "./store.ts";
import { countTerms, type Stage } from "./text-query.ts";
import type { Texts } from "./texts.ts";

export interface NewestMatches {
  /** Ids of at most `limit` pictures that a stage finds, newest first. */
  some(stage: Stage, limit: number, filter: SearchFilter): readonly number[];
  /** All pictures that an expression finds, when they seem to be few; at least `limit` otherwise. Newest first. */
  allOfFew(stage: Stage, limit: number, filter: SearchFilter): Matches;
}
export interface Matches {
  readonly imageIds: readonly number[];
  readonly areAll: boolean;
}

/** So many times more are looked at when a probe has found them. */
const PROBED = 2;
/** So many are few: their texts are read in some milliseconds, which is less than it takes to ask a second time for some of them. */
const FEW = 500;
/** Statements: four for every search, and as many for each kind of filter. */
const REMEMBERED = 50;
const BOTH = "AND +trigrams.rowid IN (SELECT rowid FROM words WHERE words MATCH ?)";
const ALL = "true";
/** Six times as quick as a look at the picture's row. */
const WANTED = "is_wanted(rowid)";
/** The picture of a row is to be shown. */
export const visible = (table: Stage["table"]): string =>
  `EXISTS (SELECT 1 FROM images WHERE id = ${table}.rowid AND present > 0 AND hidden = 0)`;

export function createNewestMatches(db: Connection, sets: FilterSets, texts: Texts): NewestMatches {
  const highestId = db.prepare<[], number>("SELECT ifnull(max(id), 0) FROM images").pluck();
  const rareLetters = createRareLetters(db);
  const prepared = new Map<string, ReturnType<typeof prepare>>();
  let isWanted: (imageId: number) => boolean = () => true;
  db.function("is_wanted", { directOnly: true }, (imageId) => (isWanted(imageId as number) ? 1 : 0));

  function prepare(sql: string) {
    return db.prepare<unknown[], number>(sql).pluck();
  }

  function statementFor({ table, and }: Pick<Stage, "table" | "and">, where: string): ReturnType<typeof prepare> {
    const sql = `SELECT rowid FROM ${table} WHERE ${table} MATCH ? ${and === undefined ? "" : BOTH} AND ${where}
      ORDER BY rowid DESC LIMIT ?`;
    const known = prepared.get(sql) ?? prepare(sql);
    if (prepared.size >= REMEMBERED) prepared.clear();
    prepared.set(sql, known);
    return known;
  }

  /** What a filter asks of a row, and the parameters of that. */
  function conditionOf(table: Stage["table"], set: PictureSet | null): readonly [string, ...unknown[]] {
    const members = set && sets.members(set);
    if (set && !members) {
      const { passes, parameters, lets } = sets.asking(set);
      if (lets) isWanted = lets;
      const condition = passes(`${table}.rowid`);
      return [lets ? `${WANTED} AND ${condition}` : condition, ...parameters];
    }
    // What was hidden or removed since they were read is left out here.
    const unseen = members?.areCurrent || set?.showsHidden ? null : sets.members(UNSEEN_PICTURES);
    if (!members && unseen?.count === 0) return [ALL];
    isWanted = (imageId) => !(members && !members.has(imageId)) && !unseen?.has(imageId);
    return [unseen && !unseen.areCurrent ? `${WANTED} AND ${visible(table)}` : WANTED];
  }

  function ask(stage: Omit<Stage, "quality">, limit: number, filter: SearchFilter) {
    const { table, expression, and } = stage;
    const [where, ...parameters] = conditionOf(table, pictureSet(filter));
    const bound = and === undefined ? [expression] : [expression, and];
    return { statement: statementFor(stage, where), bound: [...bound, ...parameters, limit] };
  }

  function find(stage: Omit<Stage, "quality">, limit: number, filter: SearchFilter): readonly number[] {
    const { statement, bound } = ask(stage, limit, filter);
    return statement.all(...bound);
  }

  function allOfFew(stage: Stage, limit: number, filter: SearchFilter): Matches {
    const newest = highestId.get() ?? 0;
    const { statement, bound } = ask(stage, FEW + 1, filter);
    const imageIds: number[] = [];
    for (const imageId of statement.iterate(...bound)) {
      imageIds.push(imageId);
      // As they lie so far, so will the others.
      const expected = (imageIds.length * newest) / Math.max(1, newest - imageId);
      if (imageIds.length > FEW || (imageIds.length === limit && expected > FEW)) return { imageIds, areAll: false };
    }
    return { imageIds, areAll: true };
  }

  /** By the stage's probe: of what rare letters find the newest, however many there are; null when others find so many that some may be missing. */
  function findQuickly({ table, probe }: Stage, limit: number, filter: SearchFilter): number[] | null {
    if (!probe) return null;
    const { inside, terms } = probe;
    const rare = rareLetters(inside);
    const expression = rare ?? probe.expression;
    const found = find({ table, expression }, limit * PROBED, filter);
    const fitting = found.filter((imageId) => countTerms(terms, texts.folded(imageId)) === terms.length);
    return rare !== null || fitting.length >= limit || found.length < limit * PROBED ? fitting.slice(0, limit) : null;
  }

  return { some: (stage, limit, filter) => findQuickly(stage, limit, filter) ?? find(stage, limit, filter), allOfFew };
}
