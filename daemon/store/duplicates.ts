// Groups of nearly the same picture: kept up to date picture by picture, read as rows.
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { ImageFormat } from "../../shared/api.ts";
import type { ComparedPairs, CompareTask } from "./compare-thread.ts";
import type { Connection } from "./database.ts";
import type { Indexes } from "./indexes.ts";
import type { Store } from "./store.ts";
import { fold } from "./text-form.ts";

type DuplicateVerbs = Pick<Store, "compareNew" | "groupsOf" | "copiesOf" | "duplicateGroups">;

/** Pictures compared in one go. */
const BATCH = 20_000;
/** Pairs written in one transaction. */
const PAIRS_AT_ONCE = 100;
/** More members than this are looked at only in part: an icon in a hundred sizes. */
const MAX_MEMBERS = 200;
/** Share of the runs of letters that two readings of one text have in common at least. */
const SAME_TEXT = 0.4;
/** Any page of print has most runs of three letters that its language has: above so many letters longer runs are compared. */
const LONG_TEXT = 300;
const [SHORT_RUN, LONG_RUN] = [3, 6];
/** And of those a sample is enough: the ones that begin with one letter in so many. All of them take half a millisecond for two pages. */
const SAMPLED = 4;
const MIN_LETTERS = 10;

/** What a picture says. */
export interface Said {
  readonly format: ImageFormat;
  readonly text: string;
}

export function createDuplicates(db: Connection, indexes: Indexes, path: string): DuplicateVerbs {
  const uncompared = db.prepare<[number], number>("SELECT id FROM images WHERE compared = 0 LIMIT ?").pluck();
  const setCompared = db.prepare<[string]>(
    "UPDATE images SET compared = 1 WHERE id IN (SELECT value FROM json_each(?))",
  );
  const groupOf = db.prepare<[number], number | null>("SELECT group_id FROM images WHERE id = ?").pluck();
  const membersOf = db.prepare<[number], Said>(
    `SELECT format, text FROM images WHERE group_id = ? LIMIT ${MAX_MEMBERS}`,
  );
  const alone = db.prepare<[number], Said>("SELECT format, text FROM images WHERE id = ?");
  const setGroup = db.prepare<[number, number]>("UPDATE images SET group_id = ? WHERE id = ?");
  const mergeGroup = db.prepare<[number, number]>("UPDATE images SET group_id = ? WHERE group_id = ?");
  const bumpRevision = db.prepare("UPDATE library SET revision = revision + 1");
  const hasGroups = db.prepare<[], number>("SELECT EXISTS (SELECT 1 FROM images WHERE group_id IS NOT NULL)").pluck();
  const grouped = db.prepare<[string], { imageId: number; groupId: number; pixels: number }>(
    `SELECT id AS imageId, group_id AS groupId, width * height AS pixels FROM images
     WHERE id IN (SELECT value FROM json_each(?)) AND group_id IS NOT NULL`,
  );
  const shown = "group_id IS NOT NULL AND present > 0 AND hidden = 0";
  const sizes = db.prepare<[string], { imageId: number; others: number }>(
    `SELECT id AS imageId, (SELECT count(*) - 1 FROM images WHERE group_id = mine.group_id AND ${shown}) AS others
     FROM images AS mine WHERE id IN (SELECT value FROM json_each(?)) AND ${shown}`,
  );
  const several = `SELECT group_id FROM images WHERE ${shown} GROUP BY group_id HAVING count(*) > 1`;
  const total = db.prepare<[], number>(`SELECT count(*) FROM (${several})`).pluck();
  const page = db
    .prepare<[number, number], number>(`${several} ORDER BY count(*) DESC, group_id DESC LIMIT ? OFFSET ?`)
    .pluck();
  // The best first: a favourite, the one with most pixels, the one with most bytes, the oldest.
  const bestFirst = db
    .prepare<[number], number>(
      `SELECT images.id FROM images WHERE group_id = ? AND ${shown}
       ORDER BY favourite_at_ms IS NULL, width * height DESC,
         (SELECT max(size_bytes) FROM files WHERE image_id = images.id AND missing_at_ms IS NULL) DESC, images.id LIMIT ${MAX_MEMBERS}`,
    )
    .pluck();

  /** Joins the groups of two pictures, unless that would put pictures with different texts into one: other memes on one template. */
  function join(a: number, b: number): void {
    const [groupA, groupB] = [groupOf.get(a), groupOf.get(b)];
    if (groupA === undefined || groupB === undefined || (groupA !== null && groupA === groupB)) return;
    const left = groupA === null ? alone.all(a) : membersOf.all(groupA);
    const right = groupB === null ? alone.all(b) : membersOf.all(groupB);
    if (!left.every((one) => right.every((other) => canBeOne(one, other)))) return;
    const target = groupA ?? groupB ?? Math.min(a, b);
    if (groupA !== null && groupB !== null) mergeGroup.run(groupA, groupB);
    setGroup.run(target, a);
    setGroup.run(target, b);
  }

  const joinAll = db.transaction((pairs: ComparedPairs) => {
    for (const [a, b] of pairs) join(a, b);
    bumpRevision.run();
  });

  return {
    async compareNew() {
      const imageIds = uncompared.all(BATCH);
      if (imageIds.length === 0) return 0;
      const pairs = await runThread({ path, indexId: indexes.active()?.index.id ?? null, imageIds });
      for (let from = 0; db.open && from < pairs.length; from += PAIRS_AT_ONCE) {
        joinAll.immediate(pairs.slice(from, from + PAIRS_AT_ONCE));
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (db.open) setCompared.run(JSON.stringify(imageIds));
      return imageIds.length;
    },
    groupsOf: (imageIds) => (hasGroups.get() ? grouped.all(JSON.stringify(imageIds)) : []),
    copiesOf(imageIds) {
      const rows = hasGroups.get() ? sizes.all(JSON.stringify(imageIds)) : [];
      return new Map(rows.map(({ imageId, others }) => [imageId, others]));
    },
    duplicateGroups(limit, offset) {
      const groups = page.all(limit, offset).map((id) => ({ id, imageIds: bestFirst.all(id) }));
      return { groups, total: total.get() ?? 0 };
    },
  };
}

/**
 * One of them has no text to speak of (a caption was added, or is too small to be read), or they say the same. Two PDF files must
 * say something, and the same to the letter: invoices differ in a number, and pages of print all look alike.
 */
export function canBeOne(a: Said, b: Said): boolean {
  const [first, second] = [lettersOf(a.text), lettersOf(b.text)];
  if (a.format === "pdf" && b.format === "pdf") return first !== "" && first === second;
  if (Math.min(first.length, second.length) < MIN_LETTERS) return true;
  const runsOf = Math.max(first.length, second.length) > LONG_TEXT ? longRuns : shortRuns;
  const [left, right] = [runsOf(first), runsOf(second)];
  let shared = 0;
  for (const run of left) if (right.has(run)) shared++;
  return shared >= Math.min(left.size, right.size) * SAME_TEXT;
}

function lettersOf(text: string): string {
  return fold(text).replace(/[^\p{L}\p{N}]+/gu, "");
}

function shortRuns(letters: string): ReadonlySet<string> {
  return new Set(Array.from({ length: letters.length - SHORT_RUN + 1 }, (_, at) => letters.slice(at, at + SHORT_RUN)));
}

function longRuns(letters: string): ReadonlySet<string> {
  const runs = new Set<string>();
  for (let at = 0; at + LONG_RUN <= letters.length; at++) {
    if (letters.charCodeAt(at) % SAMPLED === 0) runs.add(letters.slice(at, at + LONG_RUN));
  }
  return runs;
}

function runThread(task: CompareTask): Promise<ComparedPairs> {
  // The same extension as this module: .ts in a source checkout, .js when compiled.
  const entry = new URL(`./compare-thread${extname(import.meta.filename)}`, import.meta.url);
  return new Promise((resolve, reject) => {
    const thread = new Worker(entry, { workerData: task });
    thread.unref();
    thread.once("message", resolve);
    thread.once("error", reject);
    thread.once("exit", () => reject(new Error("the thread that compared pictures ended early")));
  });
}
