// The models on this machine and those that can be fetched: from the `model` setting to a directory, and from an index to the model it was
// made with. Knows nothing of when one takes the place of another.
import { existsSync, readdirSync } from "node:fs";
import { basename, isAbsolute, join } from "node:path";
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

/** How an index tells which model it was made with. */
export interface IndexOrigin {
  readonly modelId: string;
  readonly modelSetting: string;
}

export interface ModelLibrary {
  /** True when the network may be asked. */
  readonly canFetch: boolean;
  /** @throws AppError model-unknown; model-invalid when a directory holds no model. */
  resolve(setting: string): WishedModel;
  /** The model that an index was made with. Throws AppError model-invalid when it is gone. */
  ofIndex(index: IndexOrigin): InstalledModel;
  /** Those of the catalog, best first, each with what is installed of it. */
  catalog(): readonly { readonly model: PublishedModel; readonly installed: InstalledModel | null }[];
  /** What else is on this machine, each by the name that leads to it: the starter model first. `indexes` may name directories. */
  others(indexes: readonly IndexOrigin[]): readonly { readonly name: string; readonly model: InstalledModel }[];
  /** What `auto` ends up with. */
  readonly autoName: string;
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

  function others(indexes: readonly IndexOrigin[]): readonly { name: string; model: InstalledModel }[] {
    const ofCatalog = new Set(PUBLISHED_MODELS.map(placeOf));
    const fetched = installed().filter((model) => !ofCatalog.has(model.directory));
    const elsewhere = [...new Set(indexes.map(({ modelSetting }) => modelSetting).filter((name) => isAbsolute(name)))]
      .map(installedAt)
      .filter((model) => model !== null);
    return [
      ...fetched.map((model) => ({ name: nameOf(model), model })),
      ...elsewhere.map((model) => ({ name: model.directory, model })),
    ];
  }

  function nameOf(model: InstalledModel): string {
    if (model.directory === PALETTE_DIRECTORY) return PALETTE;
    const parts = basename(model.directory).split(SEPARATOR);
    return parts.length === 2 ? parts.join("/") : model.directory;
  }

  return {
    autoName: autoModel,
    canFetch: !access.isOffline,
    resolve: (setting) => named(setting === "auto" ? autoModel : setting),
    others,
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
