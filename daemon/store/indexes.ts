// Indexes: one vec0 table of unit vectors per model (invariant 4). Which is active, which is being filled, when they swap, and for how long
// one that nobody uses is kept.
import type { Connection } from "./database.ts";
import { createModelQueue } from "./model-queue.ts";
import { createSketches, forgetLostSketches, toCentre } from "./sketches.ts";
import type { Store, StoredIndex } from "./store.ts";
import { URGENCY } from "./urgency.ts";
import { createVectorTable, dropVectorTable, emptySome, type VectorTable } from "./vector-table.ts";

type IndexVerbs = Pick<
  Store,
  "useModel" | "queueSome" | "activateIfComplete" | "knownIndexes" | "forgetKept" | "dropSome" | "buildingProgress"
>;

export interface Indexes extends IndexVerbs {
  /** Answers searches; null before the first useModel. */
  active(): VectorTable | null;
  /** Takes new embeddings in the end. Throws before the first useModel: a bug. */
  target(): VectorTable;
  /** Id of the target, or null before the first useModel. */
  targetId(): number | null;
  /** The one that a file of this urgency is read for; null before the first useModel. */
  indexFor(urgency: number): StoredIndex | null;
  /** Null when it is gone. */
  table(indexId: number): VectorTable | null;
  /** From every index, by the ids of vectors (scenes.ts). */
  removeVectors(vectors: readonly number[]): void;
  /** Every index. */
  tables(): readonly VectorTable[];
  /** After the rows were changed elsewhere. */
  reload(): void;
}

interface IndexRow extends StoredIndex {
  readonly centre: Buffer | null;
}

/** Kept at the same time, whatever their age: who tries one model after the other must not fill the disk. */
const MAX_KEPT = 2;
/** Some milliseconds. */
const ROWS_AT_ONCE = 500;

/** @param queuedAtOnce pictures that are looked at in one step when another model is wanted */
export function createIndexes(db: Connection, now: () => number, queuedAtOnce: number): Indexes {
  const statements = prepare(db);
  const queue = createModelQueue(db, queuedAtOnce);
  let tables: readonly VectorTable[] = [];
  /** The active index's model works, so new pictures can be found before the other index is complete. */
  let fillsActive = true;
  const find = (state: StoredIndex["state"]): VectorTable | null =>
    tables.find(({ index }) => index.state === state) ?? null;
  const target = (): VectorTable | null => find("building") ?? find("active");
  forgetLostSketches(db);
  reload();

  /** The rows are the truth; called after the transaction that changed them. */
  function reload(): void {
    tables = statements.rows.all().map(({ centre, ...index }) => {
      const sketches = centre && createSketches(db, index.id, toCentre(centre));
      return createVectorTable(db, index, sketches);
    });
  }

  function create(modelId: string, setting: string, dimension: number, state: StoredIndex["state"]): number {
    const id = Number(statements.insert.run(modelId, setting, dimension, state).lastInsertRowid);
    db.exec(`CREATE VIRTUAL TABLE vectors_${id} USING vec0 (embedding float[${dimension}])`);
    return id;
  }

  function drop(id: number): void {
    dropVectorTable(db, id);
    statements.remove.run(id);
  }

  function setAside(id: number): void {
    if (db.prepare(`SELECT 1 FROM vectors_${id}_rowids LIMIT 1`).get() === undefined) drop(id);
    else statements.keep.run(now(), id);
  }

  const choose = db.transaction((modelId: string, dimension: number, setting: string) => {
    statements.moved.run(setting, modelId, dimension);
    const known = statements.rows.all();
    const active = known.find(({ state }) => state === "active");
    if (!active) {
      create(modelId, setting, dimension, "active");
      return;
    }
    const building = known.find(({ state }) => state === "building");
    const chosen = known.find((index) => index.modelId === modelId && index.dimension === dimension);
    if (building && building.id !== chosen?.id) setAside(building.id);
    if (chosen?.state === "kept") statements.build.run(chosen.id);
    const id = chosen?.id ?? create(modelId, setting, dimension, "building");
    if (id === (building ?? active).id) return;
    queue.begin();
    // The only step in a library that is not large.
    queue.step({ targetId: id, activeId: active.id });
  });

  const queueSome = db.transaction((): boolean => {
    const [targetId, activeId] = [target()?.index.id, find("active")?.index.id];
    return targetId !== undefined && activeId !== undefined && queue.step({ targetId, activeId });
  });

  const swap = db.transaction((from: StoredIndex, to: StoredIndex) => {
    setAside(from.id);
    statements.activate.run(to.id);
    statements.bumpRevision.run();
  });

  const forget = db.transaction((ids: readonly number[]) => {
    for (const id of ids) statements.markDropped.run(id);
  });

  const dropSome = db.transaction((): boolean => {
    const id = statements.dropped.get();
    if (id === undefined) return false;
    if (emptySome(db, id) || statements.leaveSome.run(id).changes > 0) return true;
    drop(id);
    return true;
  });

  return {
    active: () => find("active"),
    target() {
      const table = target();
      if (!table) throw new Error("useModel must be called before pictures are stored");
      return table;
    },
    tables: () => tables,
    table: (indexId) => tables.find(({ index }) => index.id === indexId) ?? null,
    reload,
    targetId: () => target()?.index.id ?? null,
    indexFor: (urgency) => (urgency > URGENCY.embedding && fillsActive ? find("active") : target())?.index ?? null,
    removeVectors(vectors) {
      for (const table of tables) for (const vector of vectors) table.remove(vector);
    },
    knownIndexes: () => tables.map(({ index }) => index),
    useModel(modelId, dimension, modelSetting = "auto", isActiveUsable = true) {
      choose.immediate(modelId, dimension, modelSetting);
      fillsActive = isActiveUsable;
      reload();
      const active = find("active");
      const filled = target();
      if (!active || !filled) throw new Error("no index after useModel");
      return { active: active.index, target: filled.index };
    },
    queueSome: () => queueSome.immediate(),
    activateIfComplete() {
      const from = find("active")?.index;
      const to = find("building")?.index;
      if (!from || !to || queue.isUnfinished || statements.readableNow.get(to.id)) return false;
      if (!statements.holdsHalf.get(to.id)) return false;
      swap.immediate(from, to);
      fillsActive = true;
      reload();
      return true;
    },
    buildingProgress() {
      if (!find("building")) return null;
      const { total, left } = statements.progress.get() ?? { total: 0, left: 0 };
      // How many it lacks is not known yet.
      if (queue.isUnfinished) return { done: 0, total };
      return { done: Math.max(0, total - left), total };
    },
    forgetKept(beforeMs) {
      statements.returnToPresent.run({ nowMs: now() });
      const kept = statements.kept.all();
      const ids = kept.flatMap(({ id, keptAtMs }, place) => (place >= MAX_KEPT || keptAtMs < beforeMs ? [id] : []));
      if (ids.length === 0) return 0;
      forget.immediate(ids);
      reload();
      return ids.length;
    },
    dropSome: () => dropSome.immediate(),
  };
}

function prepare(db: Connection) {
  return {
    rows: db.prepare<[], IndexRow>(
      "SELECT id, model_id AS modelId, model_setting AS modelSetting, dimension, state, centre FROM indexes WHERE dropped = 0",
    ),
    insert: db.prepare<[string, string, number, string]>(
      "INSERT INTO indexes (model_id, model_setting, dimension, state) VALUES (?, ?, ?, ?)",
    ),
    moved: db.prepare<[string, string, number]>(
      "UPDATE indexes SET model_setting = ? WHERE model_id = ? AND dimension = ? AND dropped = 0",
    ),
    remove: db.prepare<[number]>("DELETE FROM indexes WHERE id = ?"),
    activate: db.prepare<[number]>("UPDATE indexes SET state = 'active' WHERE id = ?"),
    build: db.prepare<[number]>("UPDATE indexes SET state = 'building', kept_at_ms = NULL WHERE id = ?"),
    keep: db.prepare<[number, number]>("UPDATE indexes SET state = 'kept', kept_at_ms = ? WHERE id = ?"),
    kept: db.prepare<[], { id: number; keptAtMs: number }>(
      "SELECT id, kept_at_ms AS keptAtMs FROM indexes WHERE state = 'kept' AND dropped = 0 ORDER BY kept_at_ms DESC, id DESC",
    ),
    markDropped: db.prepare<[number]>(
      "UPDATE indexes SET dropped = 1, centre = NULL, unsketched_from = NULL WHERE id = ?",
    ),
    dropped: db.prepare<[], number>("SELECT id FROM indexes WHERE dropped = 1 LIMIT 1").pluck(),
    /** Pictures that only it holds are in none any more. */
    leaveSome: db.prepare<[number]>(
      `UPDATE images SET index_id = NULL WHERE id IN (SELECT id FROM images WHERE index_id = ? LIMIT ${ROWS_AT_ONCE})`,
    ),
    /** What was set aside in a future that the clock has left again counts from now on. */
    returnToPresent: db.prepare<{ nowMs: number }>("UPDATE indexes SET kept_at_ms = :nowMs WHERE kept_at_ms > :nowMs"),
    bumpRevision: db.prepare("UPDATE library SET revision = revision + 1"),
    readableNow: db
      .prepare<[number], number>(
        `SELECT EXISTS (
         SELECT 1 FROM images JOIN files ON files.image_id = images.id JOIN folders ON folders.id = files.folder_id
         WHERE index_id IS NOT ? AND files.state = 'pending' AND missing_at_ms IS NULL AND folders.state IN ('online', 'scanning'))`,
      )
      .pluck(),
    holdsHalf: db
      .prepare<[number], number>(
        "SELECT 2 * (SELECT count(*) FROM images WHERE index_id = ? AND present > 0) >= images FROM library",
      )
      .pluck(),
    progress: db.prepare<[], { total: number; left: number }>(
      `SELECT images AS total, (SELECT count(*) FROM files
         WHERE folder_id IN (SELECT id FROM folders WHERE pending > 0 AND state IN ('online', 'scanning'))
         AND state = 'pending' AND missing_at_ms IS NULL AND urgency = ${URGENCY.embedding}) AS left FROM library`,
    ),
  };
}
