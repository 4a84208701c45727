// The models on this machine and those that can be fetched: from the `model` setting to a directory, and from an index to the model it was
// made with. Knows nothing of when one takes the place of another.
import { existsSync, readdirSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { AppError } from "../errors.ts";
import { type InstalledModel, PALETTE_DIRECTORY, resolveModel } from "./catalog.ts";
import { download, type Wanted } from "./download/download.ts";
import type { HubAccess } from "./download/hub-access.ts";
import { exportedFiles } from "./exported-files.ts";
import { invalidModel } from "./invalid-model.ts";
import { MANIFEST_FILE } from "./manifest.ts";
import { filesOf, type PublishedModel, publishedManifest, publishedModel } from "./published.ts";
import { PUBLISHED_MODELS } from "./published-models.ts";

/** What the starter model is called in settings. */
export const PALETTE = "palette";

/** A model that somebody asked for. */
export interface WishedModel {
  /** "palette", a name of the catalog, `owner/name` on the hub, or an absolute directory. Never "auto". */
  readonly name: string;
  readonly title: string;
  /** Null: it has to be fetched. */
  readonly installed: InstalledModel | null;
  /** Fetches it when it is not here. Rejects with DownloadProblem, AppError model-invalid, or the signal's reason. */
  fetch(signal: AbortSignal, onProgress: (bytes: number, totalBytes: number) => void): Promise<InstalledModel>;
}

export interface ModelLibrary {
  /** True when the network may be asked. */
  readonly canFetch: boolean;
  /** @throws AppError model-unknown; model-invalid when a directory holds no model. */
  resolve(setting: string): WishedModel;
  /** The model that an index was made with. Throws AppError model-invalid when it is gone. */
  ofIndex(index: { readonly modelId: string; readonly modelSetting: string }): InstalledModel;
  /** Those of the catalog, best first, each with what is installed of it. */
  catalog(): readonly { readonly model: PublishedModel; readonly installed: InstalledModel | null }[];
  /** Everything that is installed, the starter model first. */
  installed(): readonly InstalledModel[];
}

export interface ModelLibraryOptions {
  /** Where fetched models are. */
  readonly directory: string;
  /** What `auto` ends up with: a name of the catalog, or `owner/name` on the hub. */
  readonly autoModel: string;
  readonly access: HubAccess;
}

const REPOSITORY = /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/;
/** Fetched models of the catalog: their name and what of them was fetched. Of others: `owner--name`. */
const SEPARATOR = "--";

export function openModelLibrary({ directory, autoModel, access }: ModelLibraryOptions): ModelLibrary {
  const ofIndexes = new Map<string, InstalledModel>();

  function placeOf(model: PublishedModel): string {
    const { image, text } = model.dataTypes;
    return join(directory, [model.name, model.revision?.slice(0, 8) ?? "newest", image, text].join(SEPARATOR));
  }

  const find = (place: string): InstalledModel | null => (existsSync(place) ? resolveModel(place) : null);

  function published(model: PublishedModel): WishedModel {
    const wanted = { repository: model.repository, revision: model.revision, files: filesOf(model) };
    return fetched(model.name, model.title, placeOf(model), wanted, (commit) => {
      return { [MANIFEST_FILE]: JSON.stringify(publishedManifest(model, model.dataTypes, commit), null, 2) };
    });
  }

  function fetched(
    name: string,
    title: string,
    place: string,
    wanted: Wanted,
    extras: (commit: string) => Record<string, string>,
  ): WishedModel {
    return {
      name,
      title,
      installed: find(place),
      async fetch(signal, onProgress) {
        await download(wanted, { directory: place, access, signal, onProgress, extras });
        return resolveModel(place);
      },
    };
  }

  function onDisk(name: string, model: InstalledModel): WishedModel {
    return { name, title: model.manifest.title, installed: model, fetch: async () => model };
  }

  function named(name: string): WishedModel {
    if (name === PALETTE) return onDisk(PALETTE, resolveModel(PALETTE_DIRECTORY));
    if (isAbsolute(name)) return onDisk(name, resolveModel(name));
    const known = publishedModel(name);
    if (known) return published(known);
    if (!REPOSITORY.test(name)) throw unknownModel(name);
    const files = (paths: readonly string[]): readonly string[] => exportedFiles(name, paths);
    return fetched(
      name,
      name,
      join(directory, name.replace("/", SEPARATOR)),
      { repository: name, revision: null, files },
      () => ({}),
    );
  }

  function installed(): readonly InstalledModel[] {
    const names = existsSync(directory) ? readdirSync(directory).filter((name) => !name.endsWith(".part")) : [];
    const own = names.map((name) => installedAt(join(directory, name))).filter((model) => model !== null);
    return [resolveModel(PALETTE_DIRECTORY), ...own];
  }

  function installedAt(place: string): InstalledModel | null {
    try {
      return find(place);
    } catch {
      // Damaged, or no model at all: it cannot be used, so it is not there.
      return null;
    }
  }

  return {
    canFetch: !access.isOffline,
    resolve: (setting) => named(setting === "auto" ? autoModel : setting),
    installed,
    catalog: () => PUBLISHED_MODELS.map((model) => ({ model, installed: installedAt(placeOf(model)) })),
    ofIndex({ modelId, modelSetting }) {
      const known = ofIndexes.get(modelId);
      if (known && existsSync(known.directory)) return known;
      const candidates =
        isAbsolute(modelSetting) && existsSync(modelSetting) ? [resolveModel(modelSetting)] : installed();
      const model = candidates.find(({ manifest }) => manifest.id === modelId);
      if (!model) throw gone(modelId, modelSetting);
      ofIndexes.set(modelId, model);
      return model;
    },
  };
}

function unknownModel(name: string): AppError {
  return new AppError("model-unknown", `There is no model "${name}".`, {
    hint: "`rememe models` lists those there are. A name on the hub (owner/name) or the absolute path of a directory works as well.",
  });
}

function gone(modelId: string, modelSetting: string): AppError {
  const where = isAbsolute(modelSetting) ? ` in ${modelSetting}` : "";
  return invalidModel(
    `The model ${modelId}, which this library was made with, is no longer${where || " on this machine"}`,
    {
      hint: "Put it back, or choose another: `rememe models` lists them.",
    },
  );
}
