// Several rankings become one. Knows ranks and weights only, not what they mean.

export interface Ranking {
  /** Picture ids, best first. */
  readonly ids: readonly number[];
  /** How much this ranking counts; 1 is normal. */
  readonly weight: number;
}

export interface Fused {
  readonly id: number;
  readonly score: number;
}

/** Damps the lead of the very first ranks. Source: Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion", SIGIR 2009. */
const RANK_OFFSET = 60;

/** Weighted reciprocal rank fusion: Σ weight / (60 + rank), rank from 1. Best first; ties go to the lower id, so that paging is stable. */
export function fuse(rankings: readonly Ranking[]): readonly Fused[] {
  const scores = new Map<number, number>();
  for (const { ids, weight } of rankings) {
    for (const [index, id] of ids.entries()) {
      scores.set(id, (scores.get(id) ?? 0) + weight / (RANK_OFFSET + index + 1));
    }
  }
  return [...scores].map(([id, score]) => ({ id, score })).sort((a, b) => b.score - a.score || a.id - b.id);
}
