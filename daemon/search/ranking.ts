// How well a picture fits, from 0 to 1: how it looks and what stands in its texts, made comparable and put together. Pure arithmetic.
import type { NearestHit, TextHit } from "../store/store.ts";

/** How a model's similarities are to be read. */
export interface Calibration {
  /** Cosine of words and a picture at which their likeness means nothing. */
  readonly floor: number;
  /** Cosine at which the picture surely shows the words. */
  readonly certain: number;
  /** How far likeness under this model can be trusted, 0 to 1. */
  readonly weight: number;
}

export interface Ranked {
  readonly id: number;
  /** 0 to 1. */
  readonly score: number;
}

/** From here on a picture is shown as one that really matches. */
export const STRONG = 0.35;

/**
 * Likeness as a share of certainty: 0 at the floor, 1 at the certain cosine, times the model's weight. Cosines of different models mean
 * different things (SigLIP's good matches lie near 0.12, CLIP's near 0.3), the result does not.
 */
export function visualStrength(similarity: number, { floor, certain, weight }: Calibration): number {
  return weight * Math.max(0, Math.min(1, (similarity - floor) / (certain - floor)));
}

/** What a picture that was used for these words ever so often gains of what is left of the doubt. */
const USE_WEIGHT = 0.5;

/** What else is known of pictures that match. */
export interface Circumstances {
  /** How much a picture looks like what the query excludes, 0 to 1. */
  readonly unwanted?: ReadonlyMap<number, number> | undefined;
  /** Uses after words like these (frecency.ts). */
  readonly used?: readonly { readonly imageId: number; readonly score: number }[];
}

/**
 * One ranking out of two. Independent pieces of evidence: what is left of the doubt is the product of the doubts ("noisy or",
 * Pearl, "Probabilistic Reasoning in Intelligent Systems", 1988, 4.3.2). So an exact text beats a fair likeness, a strong likeness beats half
 * of the words, and both together beat either. Ties go to the lower id, so that paging is stable.
 * Having been used for such words lifts a picture among those that match; it is no match by itself.
 */
export function rank(
  texts: readonly TextHit[],
  visual: readonly NearestHit[],
  calibration: Calibration,
  { unwanted = new Map(), used = [] }: Circumstances = {},
): readonly Ranked[] {
  const doubts = new Map<number, number>();
  for (const { imageId, quality } of texts) doubts.set(imageId, 1 - quality);
  for (const { imageId, similarity } of visual) {
    const strength = visualStrength(similarity, calibration) * (1 - (unwanted.get(imageId) ?? 0));
    if (strength > 0) doubts.set(imageId, (doubts.get(imageId) ?? 1) * (1 - strength));
  }
  for (const { imageId, score } of used) {
    const doubt = doubts.get(imageId);
    if (doubt !== undefined) doubts.set(imageId, doubt * (1 - (USE_WEIGHT * score) / (1 + score)));
  }
  return [...doubts].map(([id, doubt]) => ({ id, score: 1 - doubt })).sort((a, b) => b.score - a.score || a.id - b.id);
}
