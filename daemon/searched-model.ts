// Which model the searched index was made with. While the index of a newly configured model is being built, that is still the old one
// (invariant 4): queries must be encoded with it, and its similarities read as it means them.
import type { ModelInfo } from "../shared/api.ts";
import { resolveModel } from "./models/catalog.ts";
import type { ModelManifest } from "./models/manifest.ts";
import type { Calibration } from "./search/ranking.ts";
import type { StoredIndex } from "./store/store.ts";

export interface SearchedModel {
  /** The `model` setting to hand to the query encoder. */
  setting(): string;
  /** Throws AppError model-invalid when the old model's directory is gone. */
  calibration(): Calibration;
  info(): ModelInfo;
}

/** @param index the index that searches use at the moment */
export function createSearchedModel(index: () => StoredIndex): SearchedModel {
  const manifests = new Map<string, ModelManifest>();

  function manifest(): ModelManifest {
    const setting = index().modelSetting;
    const known = manifests.get(setting) ?? resolveModel(setting).manifest;
    manifests.set(setting, known);
    return known;
  }

  return {
    setting: () => index().modelSetting,
    calibration: () => manifest().similarity,
    info() {
      const { modelId, dimension } = index();
      const cpu = { id: modelId, dimension, provider: "cpu" } as const;
      try {
        const { title, licence } = manifest();
        return { ...cpu, title, licence };
      } catch {
        // Its directory is gone; the index is still searched for texts until the new one is complete.
        return { ...cpu, title: modelId, licence: "unknown" };
      }
    },
  };
}
