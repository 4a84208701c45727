// Measures of a ranking against what is relevant, each 0 to 1. Formulas: Manning, Raghavan, Schütze, "Introduction to Information Retrieval"
// (2008), chapter 8, with relevance yes or no.

export interface Relevance {
  readonly queries: number;
  readonly recallAt1: number;
  readonly recallAt5: number;
  readonly recallAt10: number;
  readonly ndcgAt10: number;
  readonly mrr: number;
}

/** Means over queries. `ranking` best first, without repetitions; `relevant` not empty. */
export function relevanceOf(
  queries: readonly { readonly ranking: readonly string[]; readonly relevant: ReadonlySet<string> }[],
): Relevance {
  const mean = (measure: (ranking: readonly string[], relevant: ReadonlySet<string>) => number): number =>
    queries.reduce((sum, { ranking, relevant }) => sum + measure(ranking, relevant), 0) / Math.max(1, queries.length);
  return {
    queries: queries.length,
    recallAt1: mean(recallAt(1)),
    recallAt5: mean(recallAt(5)),
    recallAt10: mean(recallAt(10)),
    ndcgAt10: mean(ndcgAt10),
    mrr: mean((ranking, relevant) => 1 / (1 + indexOfFirst(ranking, relevant))),
  };
}

/** Share of the relevant that are among the first k; of k, when there are more. */
function recallAt(k: number) {
  return (ranking: readonly string[], relevant: ReadonlySet<string>): number =>
    ranking.slice(0, k).filter((id) => relevant.has(id)).length / Math.min(k, relevant.size);
}

function ndcgAt10(ranking: readonly string[], relevant: ReadonlySet<string>): number {
  const gain = (rank: number): number => 1 / Math.log2(rank + 2);
  const found = ranking.slice(0, 10).reduce((sum, id, rank) => sum + (relevant.has(id) ? gain(rank) : 0), 0);
  const ideal = Array.from({ length: Math.min(10, relevant.size) }, (_, rank) => gain(rank));
  return found / ideal.reduce((sum, value) => sum + value, 0);
}

function indexOfFirst(ranking: readonly string[], relevant: ReadonlySet<string>): number {
  const at = ranking.findIndex((id) => relevant.has(id));
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}
