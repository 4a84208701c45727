// What the families of models have in common: how their pictures and texts are prepared, what their files call things. Sources are the
// families' own preprocessor_config.json and tokenizers; tests/fixtures/models compares with the Python libraries.
import type { ImageSpec, ModelManifest, TextSpec } from "./manifest.ts";

export type Family = "siglip2" | "siglip" | "clip" | "mobileclip";

export interface FamilyTraits {
  readonly image: Pick<ImageSpec, "input" | "output" | "resize" | "kernel" | "mean" | "deviation">;
  readonly text: Omit<TextSpec, "file" | "companions">;
}

const HALF: ImageSpec["mean"] = [0.5, 0.5, 0.5];
const NOTHING: ImageSpec["mean"] = [0, 0, 0];
const ONE: ImageSpec["mean"] = [1, 1, 1];
export const CLIP_MEAN: ImageSpec["mean"] = [0.48145466, 0.4578275, 0.40821073];
export const CLIP_DEVIATION: ImageSpec["deviation"] = [0.26862954, 0.26130258, 0.27577711];

const TOKENIZER = { idsInput: "input_ids", tokenizer: "tokenizer.json", tokenizerConfig: "tokenizer_config.json" };
/** What the padding is makes no difference here: the text's embedding is that of its closing token, which comes before. */
const CLIP_TEXT: FamilyTraits["text"] = {
  ...TOKENIZER,
  maskInput: "attention_mask",
  output: "text_embeds",
  maxTokens: 77,
  padId: 49_407,
  padToMax: false,
  lowerCase: true,
};
const CLIP_IMAGE = { input: "pixel_values", output: "image_embeds", resize: "crop" } as const;
const SIGLIP_IMAGE = { input: "pixel_values", output: "pooler_output", resize: "squash" } as const;
/** Padding is attended to, so it is part of the input; 64 is what the models were trained with. */
const SIGLIP_TEXT = { ...TOKENIZER, output: "pooler_output", maxTokens: 64, padToMax: true, lowerCase: true } as const;

export const FAMILIES: Readonly<Record<Family, FamilyTraits>> = {
  siglip2: {
    image: { ...SIGLIP_IMAGE, kernel: "linear", mean: HALF, deviation: HALF },
    text: { ...SIGLIP_TEXT, padId: 0 },
  },
  siglip: {
    image: { ...SIGLIP_IMAGE, kernel: "cubic", mean: HALF, deviation: HALF },
    text: { ...SIGLIP_TEXT, padId: 1, removePunctuation: true },
  },
  clip: {
    image: { ...CLIP_IMAGE, kernel: "cubic", mean: CLIP_MEAN, deviation: CLIP_DEVIATION },
    text: CLIP_TEXT,
  },
  mobileclip: {
    image: { ...CLIP_IMAGE, kernel: "linear", mean: NOTHING, deviation: ONE },
    text: CLIP_TEXT,
  },
};

/** Of CLIP's cosines: unrelated pairs lie at 0.1 to 0.2, pairs that belong together at 0.25 to 0.35. */
const CLIP_SIMILARITY: ModelManifest["similarity"] = { floor: 0.19, certain: 0.3, weight: 1 };
/** Of SigLIP exports whose scale and bias are not known. */
const SIGLIP_SIMILARITY: ModelManifest["similarity"] = { floor: 0.06, certain: 0.15, weight: 1 };
/** Logits at which a SigLIP model as good as denies (1 in 3,000) and affirms (9 in 10) that text and picture belong together. */
const DENIES = -8;
const AFFIRMS = 2;

/** How a family's cosines are to be read. SigLIP was trained to tell: its scale and bias turn a cosine into a probability. */
export function similarityOf(
  family: Family,
  { logitScale, logitBias }: { readonly logitScale?: number; readonly logitBias?: number } = {},
): ModelManifest["similarity"] {
  if (family === "clip" || family === "mobileclip") return CLIP_SIMILARITY;
  if (logitScale === undefined || logitBias === undefined) return SIGLIP_SIMILARITY;
  const cosineAt = (logit: number) => Number(((logit - logitBias) / Math.exp(logitScale)).toFixed(4));
  return { floor: cosineAt(DENIES), certain: cosineAt(AFFIRMS), weight: 1 };
}
