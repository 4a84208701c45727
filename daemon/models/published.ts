// The models rememe can fetch: which files they are made of, where those are, what they must be. Data and its reading; fetching them
// is the work of download/.
import { FAMILIES, type Family, similarityOf } from "./families.ts";
import type { ModelManifest } from "./manifest.ts";
import { PUBLISHED_MODELS } from "./published-models.ts";

/** As the exports name them: `_fp16`, `_quantized` (q8), `_q4f16`; fp32 has no ending. */
export type DataType = "fp32" | "fp16" | "q8" | "q4f16";

export interface PublishedFile {
  /** Path inside the repository, and inside the model's directory. */
  readonly path: string;
  /** Null: the hub's metadata says it, once. */
  readonly sizeBytes: number | null;
  /** SHA-256, 64 hex digits. Null: the hub's metadata says it, once. */
  readonly sha256: string | null;
}

/** One tower in one data type. In an export of one file for both towers, both name the same. */
export interface PublishedTower extends PublishedFile {
  readonly dataType: DataType;
}

export interface PublishedModel {
  /** What people call it: `rememe model use NAME`. */
  readonly name: string;
  readonly title: string;
  readonly family: Family;
  /** `owner/name` on the hub. */
  readonly repository: string;
  /** Commit, 40 hex digits. Null: the one the hub names when the model is first installed, which is then kept. */
  readonly revision: string | null;
  readonly licence: string;
  /** True when the licence allows research only: such a model is never chosen by itself. */
  readonly isResearchOnly: boolean;
  readonly languages: readonly string[];
  readonly dimension: number;
  /** Side of the square in pixels. */
  readonly imageSize: number;
  /** As in the manifest; left out where it is not known for certain. */
  readonly logit?: { readonly logitScale: number; readonly logitBias?: number };
  /** Needed whatever the data type. */
  readonly files: readonly PublishedFile[];
  readonly image: readonly PublishedTower[];
  readonly text: readonly PublishedTower[];
  /** True when one file holds both towers. */
  readonly isCombined?: boolean;
  /** What runs where, unless measuring on the machine says otherwise. */
  readonly dataTypes: { readonly image: DataType; readonly text: DataType };
}

/** Which data type each tower is fetched in. */
export type DataTypes = PublishedModel["dataTypes"];

/** The model `model: auto` ends up with. */
export const DEFAULT_MODEL = "siglip2-base-patch16-224";

/** By its name or its repository on the hub; undefined when it is not in the catalog. */
export function publishedModel(nameOrRepository: string): PublishedModel | undefined {
  return PUBLISHED_MODELS.find((model) => model.name === nameOrRepository || model.repository === nameOrRepository);
}

/** The files to fetch for a choice of data types, each once. Throws RangeError for a type the model does not come in. */
export function filesOf(model: PublishedModel, types: DataTypes = model.dataTypes): readonly PublishedFile[] {
  const { image, text } = towersOf(model, types);
  const all = [...model.files, image, text].map(({ path, sizeBytes, sha256 }) => ({ path, sizeBytes, sha256 }));
  return [...new Map(all.map((file) => [file.path, file])).values()];
}

/** Bytes to fetch; sizes that only the hub knows count nothing, `isExact` says whether there are any. */
export function downloadSize(model: PublishedModel, types?: DataTypes): { bytes: number; isExact: boolean } {
  const sizes = filesOf(model, types).map((file) => file.sizeBytes);
  return { bytes: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0), isExact: !sizes.includes(null) };
}

/**
 * The manifest of the model once its files are in one directory, at their paths in the repository.
 * @param revision the commit they were fetched from, when the catalog names none
 */
export function publishedManifest(
  model: PublishedModel,
  types: DataTypes = model.dataTypes,
  revision: string | null = model.revision,
): ModelManifest {
  const { image, text } = towersOf(model, types);
  const traits = FAMILIES[model.family];
  const companions = companionsOf(model);
  return {
    id: embeddingSpace(model, types, revision),
    title: model.title,
    licence: model.licence,
    languages: [...model.languages],
    dimension: model.dimension,
    image: { file: image.path, ...traits.image, size: model.imageSize, ...companions.image },
    text: { file: text.path, ...traits.text, ...companions.text },
    ...model.logit,
    similarity: similarityOf(model.family, model.logit),
  };
}

/**
 * Pictures embedded by halves and by whole numbers of one model can be compared (cosine above 0.9999); with eight or four bits they move
 * too far. The text's data type is no part of the name: it can change without reading a picture again.
 */
function embeddingSpace(model: PublishedModel, types: DataTypes, revision: string | null): string {
  const coarse = types.image === "fp32" || types.image === "fp16" ? "" : `-${types.image}`;
  return `${model.name}@${revision?.slice(0, 8) ?? "unpinned"}${coarse}`;
}

function towersOf(model: PublishedModel, types: DataTypes): { image: PublishedTower; text: PublishedTower } {
  const find = (towers: readonly PublishedTower[], type: DataType): PublishedTower => {
    const tower = towers.find((candidate) => candidate.dataType === type);
    if (!tower) throw new RangeError(`${model.name} does not come in ${type}`);
    return tower;
  };
  return { image: find(model.image, types.image), text: find(model.text, types.text) };
}

function companionsOf(model: PublishedModel): {
  image: Pick<ModelManifest["image"], "companions">;
  text: Pick<ModelManifest["text"], "companions">;
} {
  if (!model.isCombined) return { image: {}, text: {} };
  const traits = FAMILIES[model.family];
  const ids = { type: "int64" as const, shape: [1, 2] };
  const { imageSize: size } = model;
  const mask = traits.text.maskInput === undefined ? {} : { [traits.text.maskInput]: ids };
  return {
    image: { companions: { [traits.text.idsInput]: ids, ...mask } },
    text: { companions: { [traits.image.input]: { type: "float32", shape: [1, 3, size, size] } } },
  };
}
