// The models a person can choose from: those of the catalog, those on this machine, and what the library holds of each.
import type { ModelChoice, ModelList } from "../shared/api.ts";
import type { ModelChanges } from "./model-changes.ts";
import type { InstalledModel } from "./models/catalog.ts";
import type { ModelLibrary } from "./models/model-library.ts";
import { downloadSize } from "./models/published.ts";
import type { Store } from "./store/store.ts";

export interface ModelListParts {
  readonly modelLibrary: Pick<ModelLibrary, "catalog" | "others" | "autoName">;
  readonly models: Pick<ModelChanges, "setting">;
  readonly store: Pick<Store, "knownIndexes">;
}

const INDEX_WORDS = { active: "searched", building: "building", kept: "kept" } as const;

/** The starter model first, then the catalog, best first, then what else is on this machine. */
export function modelList({ modelLibrary, models, store }: ModelListParts): ModelList {
  const indexes = store.knownIndexes();

  function indexOf(model: InstalledModel | null): ModelChoice["index"] {
    const { id, dimension } = model?.manifest ?? {};
    const found = indexes.find((index) => index.modelId === id && index.dimension === dimension);
    return found ? INDEX_WORDS[found.state] : null;
  }

  const [starter, ...more] = modelLibrary.others(indexes).map(({ name, model }): ModelChoice => {
    const { title, licence, languages, dimension, image } = model.manifest;
    const known = { name, title, licence, languages, dimension, imageSize: image.size, researchOnly: false };
    return { ...known, downloadBytes: null, installed: true, index: indexOf(model) };
  });
  const catalog = modelLibrary.catalog().map(({ model, installed }): ModelChoice => {
    const { name, title, licence, languages, dimension, imageSize, isResearchOnly: researchOnly } = model;
    const { bytes, isExact } = downloadSize(model);
    const known = { name, title, licence, languages, dimension, imageSize, researchOnly };
    return {
      ...known,
      downloadBytes: isExact ? bytes : null,
      installed: installed !== null,
      index: indexOf(installed),
    };
  });
  return {
    setting: models.setting,
    auto: modelLibrary.autoName,
    models: [...(starter ? [starter] : []), ...catalog, ...more],
  };
}
