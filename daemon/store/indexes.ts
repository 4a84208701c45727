// Indexes: one vec0 table of unit vectors per model (invariant 4). Which is active, which is being filled, and when they swap.
import type { Connection } from "./database.ts";
import { createSketches, forgetLostSketches, toCentre } from "./sketches.ts";
import type { StoredIndex } from "./store.ts";
import { createVectorTable, dropVectorTable, type VectorTable } from "./vector-table.ts";

export interface Indexes {
  /** Answers searches; null before the first useModel. */
  active(): VectorTable | null;
  /** Takes new embeddings. Throws before the first useModel: a bug. */
  target(): VectorTable;
  /** Id of the target, or null before the first useModel. */
  targetId(): number | null;
  removeVectors(imageId: number): void;
  useModel(
    modelId: string,
    dimension: number,
    modelSetting?: string,
  ): { readonly active: StoredIndex; readonly target: StoredIndex };
  activateIfComplete(): boolean;
  /** Every index. */
  tables(): readonly VectorTable[];
  /** After the rows were changed elsewhere. */
  reload(): void;
}

interface IndexRow extends StoredIndex {
  readonly centre: Buffer | null;
}

/** Pictures without a vector in the index; unlike IS NOT, the parts are looked up. */
const LACKING = `SELECT id FROM images WHERE index_id IS NULL UNION ALL SELECT id FROM images WHERE index_id < :id
  UNION ALL SELECT id FROM images WHERE index_id > :id`;

export function createIndexes(db: Connection): Indexes {
  const rows = db.prepare<[], IndexRow>(
    "SELECT id, model_id AS modelId, model_setting AS modelSetting, dimension, state, centre FROM indexes",
  );
  const insert = db.prepare<[string, string, number, string]>(
    "INSERT INTO indexes (model_id, model_setting, dimension, state) VALUES (?, ?, ?, ?)",
  );
  const moved = db.prepare<[string, string, number]>(
    "UPDATE indexes SET model_setting = ? WHERE model_id = ? AND dimension = ?",
  );
  const remove = db.prepare<[number]>("DELETE FROM indexes WHERE id = ?");
  const activate = db.prepare<[number]>("UPDATE indexes SET state = 'active' WHERE id = ?");
  const bumpRevision = db.prepare("UPDATE library SET revision = revision + 1");
  /** Files of pictures without a vector in the target are read again, after everything that cannot be found at all yet. */
  const requeue = db.prepare<{ id: number }>(
    `UPDATE files SET state = 'pending', urgency = 0
     WHERE state = 'indexed' AND missing_at_ms IS NULL AND image_id IN (${LACKING})`,
  );
  /** Back to the model before: what only waited for, or failed to get, the other one's vector is done. */
  const unqueue = db
    .prepare<[number], number>(
      `UPDATE files SET state = 'indexed'
       WHERE id IN (
         SELECT id FROM files WHERE state = 'pending' AND missing_at_ms IS NULL
         UNION ALL SELECT file_id FROM failures
         UNION ALL SELECT id FROM files WHERE missing_at_ms IS NOT NULL)
       AND state <> 'indexed' AND urgency = 0 AND EXISTS (SELECT 1 FROM images WHERE id = image_id AND index_id = ?)
       RETURNING id`,
    )
    .pluck();
  const forgetFailure = db.prepare<[number]>("DELETE FROM failures WHERE file_id = ?");
  const readableNow = db
    .prepare<[number], number>(
      `SELECT EXISTS (
       SELECT 1 FROM images JOIN files ON files.image_id = images.id JOIN folders ON folders.id = files.folder_id
       WHERE index_id IS NOT ? AND files.state = 'pending' AND missing_at_ms IS NULL AND folders.state IN ('online', 'scanning'))`,
    )
    .pluck();
  const covered = db
    .prepare<[number], number>("SELECT count(*) FROM images WHERE index_id = ? AND present > 0")
    .pluck();
  const lacking = db
    .prepare<[number], number>("SELECT count(*) FROM images WHERE index_id IS NOT ? AND present > 0")
    .pluck();

  let tables: readonly VectorTable[] = [];
  const find = (state: StoredIndex["state"]): VectorTable | null =>
    tables.find(({ index }) => index.state === state) ?? null;
  const target = (): VectorTable | null => find("building") ?? find("active");
  forgetLostSketches(db);
  reload();

  /** The rows are the truth; called after the transaction that changed them. */
  function reload(): void {
    tables = rows.all().map(({ centre, ...index }) => {
      const sketches = centre && createSketches(db, index.id, toCentre(centre));
      return createVectorTable(db, index, sketches);
    });
  }

  function create(modelId: string, setting: string, dimension: number, state: StoredIndex["state"]): number {
    const id = Number(insert.run(modelId, setting, dimension, state).lastInsertRowid);
    db.exec(`CREATE VIRTUAL TABLE vectors_${id} USING vec0 (embedding float[${dimension}])`);
    return id;
  }

  function drop({ id }: StoredIndex): void {
    dropVectorTable(db, id);
    remove.run(id);
  }

  const choose = db.transaction((modelId: string, dimension: number, setting: string) => {
    moved.run(setting, modelId, dimension);
    const is = (index: StoredIndex): boolean => index.modelId === modelId && index.dimension === dimension;
    const known = rows.all();
    const active = known.find(({ state }) => state === "active");
    const building = known.find(({ state }) => state === "building");
    if (!active) {
      create(modelId, setting, dimension, "active");
      return;
    }
    if (building && !is(building)) {
      drop(building);
      // What the dropped one held may be in the active one as well.
      db.exec(
        `UPDATE images SET index_id = ${active.id} WHERE index_id IS NULL AND id IN (SELECT rowid FROM vectors_${active.id})`,
      );
    }
    const id = is(active)
      ? active.id
      : building && is(building)
        ? building.id
        : create(modelId, setting, dimension, "building");
    for (const fileId of unqueue.all(id)) forgetFailure.run(fileId);
    requeue.run({ id });
  });

  const swap = db.transaction((from: StoredIndex, to: StoredIndex) => {
    drop(from);
    activate.run(to.id);
    bumpRevision.run();
  });

  return {
    active: () => find("active"),
    target() {
      const table = target();
      if (!table) throw new Error("useModel must be called before pictures are stored");
      return table;
    },
    tables: () => tables,
    reload,
    targetId: () => target()?.index.id ?? null,
    removeVectors(imageId) {
      for (const table of tables) table.remove(imageId);
    },
    useModel(modelId, dimension, modelSetting = "auto") {
      choose.immediate(modelId, dimension, modelSetting);
      reload();
      const active = find("active");
      const filled = target();
      if (!active || !filled) throw new Error("no index after useModel");
      return { active: active.index, target: filled.index };
    },
    activateIfComplete() {
      const from = find("active")?.index;
      const to = find("building")?.index;
      if (!from || !to || readableNow.get(to.id)) return false;
      if ((covered.get(to.id) ?? 0) < (lacking.get(to.id) ?? 0)) return false;
      swap.immediate(from, to);
      reload();
      return true;
    },
  };
}
