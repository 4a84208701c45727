// Which model the searched index was made with. While the index of another model is being built, that is still the old one (invariant 4):
// queries must be encoded with it, and its similarities read as it means them.
import type { ModelInfo } from "../shared/api.ts";
import type { ModelLibrary } from "./models/model-library.ts";
import type { Calibration } from "./search/ranking.ts";
import type { StoredIndex } from "./store/store.ts";

export interface SearchedModel {
  /** Where the query encoder finds it. Throws AppError model-invalid when it is gone. */
  directory(): string;
  /** Throws AppError model-invalid when it is gone. */
  calibration(): Calibration;
  info(): ModelInfo;
}

/** @param active the index that searches use at the moment; there is one as soon as the daemon has begun */
export function createSearchedModel(
  active: () => StoredIndex | null,
  library: Pick<ModelLibrary, "ofIndex">,
): SearchedModel {
  function index(): StoredIndex {
    const current = active();
    if (!current) throw new Error("no model was chosen yet");
    return current;
  }

  return {
    directory: () => library.ofIndex(index()).directory,
    calibration: () => library.ofIndex(index()).manifest.similarity,
    info() {
      const { modelId, dimension } = index();
      const cpu = { id: modelId, dimension, provider: "cpu" } as const;
      try {
        const { title, licence } = library.ofIndex(index()).manifest;
        return { ...cpu, title, licence };
      } catch {
        // Its directory is gone; the index is still searched for texts until another one is complete.
        return { ...cpu, title: modelId, licence: "unknown" };
      }
    },
  };
}
