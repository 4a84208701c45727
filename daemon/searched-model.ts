// Which model the searched index was made with. While the index of another model is being built, that is still the old one (invariant 4):
// queries must be encoded with it, and its similarities read as it means them.
import type { ModelInfo } from "../shared/api.ts";
import type { InstalledModel } from "./models/catalog.ts";
import type { ModelLibrary } from "./models/model-library.ts";
import type { ProviderChoice } from "./provider-choice.ts";
import type { Calibration } from "./search/ranking.ts";
import type { StoredIndex } from "./store/store.ts";

export interface SearchedModel {
  /** For the query encoder. Throws AppError model-invalid when it is gone. */
  model(): InstalledModel;
  /** Throws AppError model-invalid when it is gone. */
  calibration(): Calibration;
  info(): ModelInfo;
}

/** @param active the index that searches use at the moment; there is one as soon as the daemon has begun */
export function createSearchedModel(
  active: () => StoredIndex | null,
  library: Pick<ModelLibrary, "ofIndex">,
  providers: Pick<ProviderChoice, "of" | "reason">,
): SearchedModel {
  function index(): StoredIndex {
    const current = active();
    if (!current) throw new Error("no model was chosen yet");
    return current;
  }

  return {
    model: () => library.ofIndex(index()),
    calibration: () => library.ofIndex(index()).manifest.similarity,
    info() {
      const { modelId, dimension } = index();
      try {
        const model = library.ofIndex(index());
        const { title, licence } = model.manifest;
        const [provider, providerReason] = [providers.of(model), providers.reason(model)];
        return { id: modelId, dimension, title, licence, provider, providerReason };
      } catch {
        // Its directory is gone; the index is still searched for texts until another one is complete.
        const unknown = { title: modelId, licence: "unknown", provider: "cpu", providerReason: null } as const;
        return { id: modelId, dimension, ...unknown };
      }
    },
  };
}
