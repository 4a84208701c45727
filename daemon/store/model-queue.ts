// When another model is wanted, every picture is looked at, some in each step: which index holds it, and whether its files wait for the
// model. How far that has come is a row, so that a restart goes on with it.
import type { Connection } from "./database.ts";
import { URGENCY } from "./urgency.ts";

/** The index that takes new embeddings in the end, and the one that is searched; often the same. */
export interface WantedIndexes {
  readonly targetId: number;
  readonly activeId: number;
}

/** Each verb runs inside the caller's transaction. */
export interface ModelQueue {
  /** Another index is the target now. */
  begin(): void;
  /** Looks at some pictures. False when all have been looked at. */
  step(wanted: WantedIndexes): boolean;
  readonly isUnfinished: boolean;
}

interface Span {
  readonly from: number;
  readonly last: number;
}

const SPAN = "BETWEEN :from AND :last";

/** @param atOnce pictures in one step */
export function createModelQueue(db: Connection, atOnce: number): ModelQueue {
  const next = db.prepare<[], number | null>("SELECT unqueued_from FROM library").pluck();
  const setNext = db.prepare<[number | null]>("UPDATE library SET unqueued_from = ?");
  const spanFrom = db.prepare<[number, number], { last: number | null; count: number }>(
    "SELECT max(id) AS last, count(*) AS count FROM (SELECT id FROM images WHERE id >= ? ORDER BY id LIMIT ?)",
  );
  /** What only waited for, or failed to get, the vector of a model that is no longer wanted is done. */
  const unqueue = db
    .prepare<Span & { targetId: number }, number>(
      `UPDATE files SET state = 'indexed'
       WHERE image_id IN (SELECT id FROM images WHERE id ${SPAN} AND index_id = :targetId AND reread = 0)
       AND state <> 'indexed' AND urgency = ${URGENCY.embedding} RETURNING id`,
    )
    .pluck();
  const forgetFailure = db.prepare<[number]>("DELETE FROM failures WHERE file_id = ?");
  /** Files of pictures without a vector in the target are read again, after everything that cannot be found at all yet. */
  const requeue = db.prepare<Span & { targetId: number }>(
    `UPDATE files SET state = 'pending', urgency = ${URGENCY.embedding}
     WHERE image_id IN (SELECT id FROM images WHERE id ${SPAN} AND index_id IS NOT :targetId)
     AND state = 'indexed' AND missing_at_ms IS NULL`,
  );

  /** Writes down, for every picture, the newest index that holds its vector. */
  function noteHolders(span: Span, { targetId, activeId }: WantedIndexes): void {
    const holds = (id: number): string => `WHEN id IN (SELECT rowid FROM vectors_${id}_rowids) THEN ${id}`;
    const holder = `CASE ${holds(targetId)} ${holds(activeId)} END`;
    db.prepare<Span>(`UPDATE images SET index_id = ${holder} WHERE id ${SPAN} AND index_id IS NOT ${holder}`).run(span);
  }

  return {
    begin: () => void setNext.run(0),
    step(wanted) {
      const from = next.get() ?? null;
      if (from === null) return false;
      const { last, count } = spanFrom.get(from, atOnce) ?? { last: null, count: 0 };
      if (last !== null) {
        const { targetId } = wanted;
        noteHolders({ from, last }, wanted);
        for (const fileId of unqueue.all({ from, last, targetId })) forgetFailure.run(fileId);
        requeue.run({ from, last, targetId });
      }
      const isOver = last === null || count < atOnce;
      setNext.run(isOver ? null : last + 1);
      return !isOver;
    },
    get isUnfinished() {
      return (next.get() ?? null) !== null;
    },
  };
}
