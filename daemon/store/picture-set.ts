// A filter → the SQL that names the pictures it lets through. The one place where filters become conditions.
import { exactWords, hasWords, phrase } from "./exact-words.ts";
import { foldTag } from "./marks.ts";
import type { PictureKind, SearchFilter } from "./store.ts";
import { separate } from "./text-form.ts";

/** A SELECT of image ids, all of them of pictures that can be shown, and what goes into its question marks. */
export interface PictureSet {
  readonly sql: string;
  readonly parameters: readonly (string | number | bigint)[];
  /** The same pictures, listed more quickly when all of them are wanted. */
  readonly list: string;
  /**
   * How they are best got to know: all of them, because asking for a single one would read all (matches in texts, pictures to leave out); from
   * an index that lists them; or one by one.
   */
  readonly known: "whole" | "listed" | "singly";
  /** Hidden pictures are among them. */
  readonly showsHidden: boolean;
  /** When it lets pictures through but those of a few sets: these, and what else it asks of pictures, null when that is nothing. */
  readonly but?: { readonly among: PictureSet | null; readonly leftOut: readonly PictureSet[] };
}

/** No more sets than are remembered at once (filter-sets.ts): each would be read anew for every part of a search. */
const MOST_LEFT_OUT = 4;

interface Condition extends Pick<PictureSet, "sql" | "parameters"> {
  /** Those it leaves out, when it says nothing else; `sql` asks nothing of the table of pictures then. */
  readonly leavesOut?: PictureSet;
}

const PRESENT = "files.missing_at_ms IS NULL AND files.image_id IS NOT NULL";
/** Of a removed folder that is still to be hidden. Filters, asked for each candidate of a search, leave that to what reads the pictures. */
const NOT_REMOVED = "files.folder_id NOT IN (SELECT id FROM folders WHERE removed = 1)";
/** From a partial index: short. */
const HIDDEN = "SELECT id FROM images WHERE hidden = 1";
const NOT_HIDDEN = `files.image_id NOT IN (${HIDDEN})`;
/** Every picture that can be shown: what an empty filter lets through, a row for each file. */
export const SHOWN_PICTURES = `SELECT files.image_id FROM files WHERE ${PRESENT} AND ${NOT_HIDDEN} AND ${NOT_REMOVED}`;
const UNSEEN = "SELECT id AS image_id FROM images WHERE present = 0 UNION ALL SELECT id FROM images WHERE hidden = 1";
/** The others, from partial indexes: short lists, as a rule. */
export const UNSEEN_PICTURES: PictureSet = {
  sql: UNSEEN,
  list: UNSEEN,
  parameters: [],
  known: "whole",
  showsHidden: true,
};
/** As macOS, Windows, GNOME, KDE, Android, CleanShot and ShareX name them, in the larger languages. */
const SCREENSHOT_NAMES =
  '"screenshot" * OR "screen shot" OR "screenshots" OR "bildschirmfoto" * OR "capture d écran" OR "captura de pantalla" OR ' +
  '"captura de tela" OR "schermata" OR "skärmavbild" OR "schermafbeelding" OR "снимок экрана" OR "cleanshot" OR ' +
  `${["スクリーンショット", "屏幕截图", "截屏", "스크린샷"].map((name) => `"${separate(name).trim()}"`).join(" OR ")}`;
const IN_WORDS = "files.image_id IN (SELECT rowid FROM words WHERE words MATCH ?)";
/** Texts of absent pictures stay in the full text tables. */
const LIST_IN_WORDS = `SELECT rowid AS image_id FROM words
  WHERE words MATCH ? AND rowid NOT IN (SELECT id FROM images WHERE present = 0) AND rowid NOT IN (${HIDDEN})`;
const IN_SCREENSHOT_NAMES = `{names folders} : (${SCREENSHOT_NAMES})`;
const IS_SCREENSHOT = `files.image_id IN (SELECT rowid FROM words WHERE words MATCH '${IN_SCREENSHOT_NAMES}')`;

/**
 * Cameras make large JPEG, HEIC and TIFF files. A guess, as good as the name of the format. The plus keeps SQLite from looking into the small
 * index once for each format.
 */
const CAMERA_PICTURE = "+images.format IN ('jpeg', 'heic', 'tiff', 'raw') AND images.width * images.height >= 700000";
/** Of the others the format says it all. */
const KIND_CONDITIONS: Readonly<Partial<Record<PictureKind, string>>> = {
  animation: "(images.format = 'gif' OR images.frames > 1)",
  screenshot: IS_SCREENSHOT,
  photo: `(${CAMERA_PICTURE} AND NOT ${IS_SCREENSHOT})`,
};

/** Null when the filter lets every picture through. */
export function pictureSet(filter: SearchFilter): PictureSet | null {
  if (Object.keys(filter).length === 0) return null;
  const showsHidden = asksForHidden(filter);
  return setOf(conditionsOf(filter, showsHidden), showsHidden);
}

function setOf(asked: readonly Condition[], showsHidden: boolean): PictureSet {
  const conditions = distinct(asked);
  const hidden = showsHidden ? [] : [NOT_HIDDEN];
  const where = [PRESENT, ...hidden, ...conditions.map(({ sql }) => sql)].join(" AND ");
  const isInWordsAlone = conditions.length === 1 && conditions[0]?.sql === IN_WORDS;
  const leftOut = conditions.flatMap(({ leavesOut }) => leavesOut ?? []);
  const others = conditions.filter(({ leavesOut }) => !leavesOut);
  const sql = `SELECT files.image_id FROM files${imagesFor(others)} WHERE ${where}`;
  return {
    showsHidden,
    known: /MATCH|NOT IN \(SELECT files/.test(where) ? "whole" : conditions.every(isListed) ? "listed" : "singly",
    sql,
    list: isInWordsAlone && !showsHidden ? LIST_IN_WORDS : sql,
    parameters: conditions.flatMap(({ parameters }) => parameters),
    ...(leftOut.length > 0 &&
      leftOut.length <= MOST_LEFT_OUT && {
        but: { among: others.length > 0 ? setOf(others, showsHidden) : null, leftOut },
      }),
  };
}

/** Whoever says something twice means it once. */
function distinct(conditions: readonly Condition[]): readonly Condition[] {
  const keyOf = ({ sql, parameters }: Condition): string => JSON.stringify([sql, ...parameters.map(String)]);
  return [...new Map(conditions.map((condition) => [keyOf(condition), condition])).values()];
}

/**
 * The table of pictures beside that of files, where it is needed: a folder alone is answered by an index (files_of_folder), and all that
 * conditions ask of a picture, but for its tags, stands in a small one.
 */
function imagesFor(conditions: readonly Condition[]): string {
  if (!conditions.some(({ sql }) => sql.includes("images."))) return "";
  const index = conditions.some(({ sql }) => sql.includes("images.content_hash")) ? "" : "INDEXED BY images_by_kind";
  return ` JOIN images ${index} ON images.id = files.image_id`;
}

/** Whether an index has the condition's pictures in a row: dates, folders, favourites, tags. */
function isListed({ sql }: Condition): boolean {
  return /^files\.(?:modified_ns|folder_id)\b|\bIN \(SELECT (?:id FROM images|content_hash)\b/.test(sql);
}

function asksForHidden({ only, and = [] }: SearchFilter): boolean {
  return only === "hidden" || and.some(asksForHidden);
}

/** @param showsHidden hidden pictures are let through, so of those as well it must be known which ones a filter leaves out */
function conditionsOf(filter: SearchFilter, showsHidden: boolean): readonly Condition[] {
  const { folderId, below, kinds, fromMs, untilMs, minBytes, maxBytes, minPixels, maxPixels } = filter;
  const found: Condition[] = [];
  const add = (sql: string, ...parameters: PictureSet["parameters"]): void => void found.push({ sql, parameters });
  if (folderId !== undefined) add("files.folder_id = ?", folderId);
  if (below !== undefined) found.push(isBelow(below));
  for (const name of filter.inFolders ?? []) if (hasWords(name)) add(IN_WORDS, `{folders} : ${phrase(name)} *`);
  for (const text of filter.holding ?? []) if (hasWords(text)) found.push(holds(text));
  const onlyKind = kinds?.length === 1 ? kinds[0] : undefined;
  if (onlyKind === "screenshot") add(IN_WORDS, IN_SCREENSHOT_NAMES);
  else if (onlyKind === "photo") {
    add(CAMERA_PICTURE);
    found.push({ ...without({ kinds: ["screenshot"] }, showsHidden), sql: `NOT ${IS_SCREENSHOT}`, parameters: [] });
  } else if (kinds) add(`(${kinds.map((kind) => KIND_CONDITIONS[kind] ?? `images.format = '${kind}'`).join(" OR ")})`);
  if (fromMs !== undefined) add("files.modified_ns >= ?", nanoseconds(fromMs));
  if (untilMs !== undefined) add("files.modified_ns < ?", nanoseconds(untilMs));
  if (minBytes !== undefined) add("files.size_bytes >= ?", minBytes);
  if (maxBytes !== undefined) add("files.size_bytes <= ?", maxBytes);
  if (minPixels !== undefined) add("images.width * images.height >= ?", minPixels);
  if (maxPixels !== undefined) add("images.width * images.height <= ?", maxPixels);
  if (filter.only === "hidden") add(`files.image_id IN (${HIDDEN})`);
  if (filter.only === "favourite") add("files.image_id IN (SELECT id FROM images WHERE favourite_at_ms IS NOT NULL)");
  for (const tag of filter.tags ?? []) {
    add("images.content_hash IN (SELECT content_hash FROM tags WHERE folded = ?)", foldTag(tag));
  }
  for (const unwanted of filter.not ?? [])
    if (Object.keys(unwanted).length > 0) found.push(without(unwanted, showsHidden));
  return [...found, ...(filter.and ?? []).flatMap((each) => conditionsOf(each, showsHidden))];
}

function without(unwanted: SearchFilter, showsHidden: boolean): Condition {
  const alsoHidden = showsHidden || asksForHidden(unwanted);
  const set = setOf(conditionsOf(unwanted, alsoHidden), alsoHidden);
  return { sql: `files.image_id NOT IN (${set.sql})`, parameters: set.parameters, leavesOut: set };
}

/** Accents may be composed or not, whichever way disk and keyboard have it; the case of plain letters does not matter. */
function isBelow(path: string): Condition {
  const prefix = path.endsWith("/") ? path : `${path}/`;
  const spellings = [...new Set([prefix, prefix.normalize("NFC"), prefix.normalize("NFD")])];
  return {
    sql: `(${spellings.map(() => "substr(files.directory || '/', 1, ?) = ? COLLATE NOCASE").join(" OR ")})`,
    parameters: spellings.flatMap((spelling) => [[...spelling].length, spelling]),
  };
}

/** The words in this order, in one of its texts. */
function holds(text: string): Condition {
  const { expression, glued } = exactWords(text);
  if (glued === null) return { sql: IN_WORDS, parameters: [expression] };
  const sql = `(${IN_WORDS} OR files.image_id IN (SELECT rowid FROM trigrams WHERE trigrams MATCH ?))`;
  return { sql, parameters: [expression, glued] };
}

function nanoseconds(ms: number): bigint {
  // Beyond what 64 bits of nanoseconds hold, the year 2262, everything is later.
  return BigInt(Math.max(-9e12, Math.min(9e12, Math.trunc(ms)))) * 1_000_000n;
}
