// Turns the `model` setting into a model on this machine.
import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { AppError } from "../errors.ts";
import { EXPORT_FILE, readExportedModel } from "./exported-model.ts";
import { MANIFEST_FILE, type ModelManifest, parseManifest, readManifest } from "./manifest.ts";

/** A model whose files are in `directory`. */
export interface InstalledModel {
  readonly manifest: ModelManifest;
  /** Absolute path. */
  readonly directory: string;
}

/** The starter model that ships with the program: colours and layout, no objects. */
export const PALETTE_DIRECTORY = join(import.meta.dirname, "palette");

/**
 * Finds the model for a setting: `auto`, or the absolute path of a directory with a manifest.json or in the usual layout of
 * an ONNX export.
 * @throws AppError model-invalid when the manifest is missing or wrong; config-invalid when the setting is neither form.
 */
export function resolveModel(setting: string): InstalledModel {
  if (setting === "auto") return installed(PALETTE_DIRECTORY);
  if (isAbsolute(setting)) return installed(setting);
  throw new AppError(
    "config-invalid",
    `The setting \`model\` is "${setting}", which is neither "auto" nor a directory`,
    {
      hint: "Use `auto`, or the absolute path of a directory with a model: a manifest.json, or an ONNX export as on the hub.",
    },
  );
}

function installed(directory: string): InstalledModel {
  const hasManifest = existsSync(join(directory, MANIFEST_FILE)) || !existsSync(join(directory, EXPORT_FILE));
  const manifest = hasManifest
    ? readManifest(directory)
    : parseManifest(readExportedModel(directory), join(directory, EXPORT_FILE));
  return Object.freeze({ manifest, directory });
}
