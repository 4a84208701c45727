// Which model the daemon starts with: the configured one, or the one the library was made with when that cannot be used. A mistake in a
// model's directory must not cost anybody their search.
import { AppError } from "./errors.ts";
import { resolveModel } from "./models/catalog.ts";
import type { ModelManifest } from "./models/manifest.ts";
import type { StoredIndex } from "./store/store.ts";

export interface ChosenModel {
  /** To hand to the workers. */
  readonly setting: string;
  readonly manifest: ModelManifest;
  /** Why it is not the configured one, in words. */
  readonly notice: string | null;
}

/**
 * @param active the index that answers searches; null when there is none yet
 * @throws AppError model-invalid or config-invalid when the configured model cannot be used and no other was in use
 */
export function chooseModel(configured: string, active: Pick<StoredIndex, "modelSetting"> | null): ChosenModel {
  try {
    return { setting: configured, manifest: resolveModel(configured).manifest, notice: null };
  } catch (error) {
    if (!(error instanceof AppError) || active === null || active.modelSetting === configured) throw error;
    const manifest = usable(active.modelSetting);
    if (manifest === null) throw error;
    const why = [error.message, error.hint].filter(Boolean).join(". ");
    const notice = `The model of the setting cannot be used, so ${manifest.title} stays in use. ${why}`;
    return { setting: active.modelSetting, manifest, notice };
  }
}

function usable(setting: string): ModelManifest | null {
  try {
    return resolveModel(setting).manifest;
  } catch {
    return null;
  }
}
