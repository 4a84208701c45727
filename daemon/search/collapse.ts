// Of nearly the same pictures only one is shown. Pure.
import type { Ranked } from "./ranking.ts";

export interface Grouped {
  readonly imageId: number;
  readonly groupId: number;
  readonly pixels: number;
}

/** Scores this close say the same: then the picture with most pixels is shown. */
const SAME_SCORE = 0.02;

/** The ranking with one picture for each group, at the place of the group's first. What fits clearly better is shown, however small. */
export function collapse(ranked: readonly Ranked[], groups: readonly Grouped[]): readonly Ranked[] {
  if (groups.length === 0) return ranked;
  const groupOf = new Map(groups.map((grouped) => [grouped.imageId, grouped]));
  /** Group → place in `distinct`, with the pixels of the picture there and the first one's score. */
  const places = new Map<number, { readonly place: number; readonly score: number; readonly pixels: number }>();
  const distinct: Ranked[] = [];
  for (const hit of ranked) {
    const grouped = groupOf.get(hit.id);
    const known = grouped && places.get(grouped.groupId);
    if (!grouped || !known) {
      if (grouped) places.set(grouped.groupId, { place: distinct.length, score: hit.score, pixels: grouped.pixels });
      distinct.push(hit);
    } else if (grouped.pixels > known.pixels && hit.score >= known.score - SAME_SCORE) {
      places.set(grouped.groupId, { ...known, pixels: grouped.pixels });
      distinct[known.place] = { ...hit, score: known.score };
    }
  }
  return distinct;
}

/** The first of each group stays, whatever its size: for rankings whose scores are measurements, which no other picture may take over. */
export function collapseToFirst(ranked: readonly Ranked[], groups: readonly Grouped[]): readonly Ranked[] {
  return collapse(
    ranked,
    groups.map((grouped) => ({ ...grouped, pixels: 0 })),
  );
}
