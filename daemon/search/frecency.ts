// What was used after a search for words like these comes sooner next time: frequency and recency in one number. Knows nothing of the rest
// of the ranking.
import type { UseKind } from "../../shared/api.ts";
import { queryWords } from "../store/text-query.ts";

export interface Use {
  readonly imageId: number;
  readonly kind: UseKind;
  readonly query: string;
  readonly usedAtMs: number;
}

export interface Frecent {
  readonly imageId: number;
  /** Uses, decayed, for words like these; 1 is one copy made just now after exactly these words. */
  readonly score: number;
}

/** A use counts half as much after this time: a running joke lasts weeks, not years. */
const HALF_LIFE_MS = 21 * 24 * 3_600_000;
/** Looking at a picture says less than sending it. */
const WEIGHTS: Readonly<Record<UseKind, number>> = { copy: 1, paste: 1, drag: 1, open: 0.5 };
/** One copy of the same words fades from the ranking after some three months. */
const MIN_SCORE = 0.05;

interface Indexed {
  readonly uses: readonly Use[];
  /** Word → uses with it in their query. */
  readonly byWord: ReadonlyMap<string, readonly { readonly use: Use; readonly words: number }[]>;
}

/**
 * `rank(q)`: pictures used after queries like `q`, best first. A picture's score is Σ weight(kind) · 2^(−age / half-life) · likeness, over
 * its uses; likeness is the share of words that the two queries have in common (Jaccard), the last word counting as a beginning.
 * Exponential decay as in J. Ruderman's proposal for Firefox (wiki.mozilla.org/User:Jesse/NewFrecency): no classes of age, and the
 * order of two pictures changes only by using them.
 */
export function createFrecency(uses: () => readonly Use[], now: () => number): (q: string) => readonly Frecent[] {
  let indexed: Indexed = { uses: [], byWord: new Map() };

  return (q) => {
    const current = uses();
    if (current.length === 0) return [];
    if (indexed.uses !== current) indexed = { uses: current, byWord: byWord(current) };
    const asked = queryWords(q);
    const scores = new Map<number, number>();
    for (const [{ use, words }, shared] of sharedWords(asked, indexed)) {
      const likeness = shared / (asked.length + words - shared);
      const decay = 2 ** (-Math.max(0, now() - use.usedAtMs) / HALF_LIFE_MS);
      scores.set(use.imageId, (scores.get(use.imageId) ?? 0) + WEIGHTS[use.kind] * decay * likeness);
    }
    return [...scores]
      .map(([imageId, score]) => ({ imageId, score }))
      .filter(({ score }) => score >= MIN_SCORE)
      .sort((a, b) => b.score - a.score || a.imageId - b.imageId);
  };
}

function byWord(uses: readonly Use[]): Indexed["byWord"] {
  const found = new Map<string, { use: Use; words: number }[]>();
  for (const use of uses) {
    const words = queryWords(use.query);
    const entry = { use, words: words.length };
    for (const word of words) {
      const entries = found.get(word);
      if (entries) entries.push(entry);
      else found.set(word, [entry]);
    }
  }
  return found;
}

type Entry = { readonly use: Use; readonly words: number };

/** Every use that has a word in common, with how many. */
function sharedWords(asked: readonly string[], { byWord }: Indexed): ReadonlyMap<Entry, number> {
  const shared = new Map<Entry, number>();
  for (const [index, word] of asked.entries()) {
    const met = new Set(byWord.get(word));
    if (index === asked.length - 1) {
      for (const [longer, entries] of byWord) {
        if (longer !== word && longer.startsWith(word)) for (const entry of entries) met.add(entry);
      }
    }
    for (const entry of met) shared.set(entry, Math.min(entry.words, (shared.get(entry) ?? 0) + 1));
  }
  return shared;
}
