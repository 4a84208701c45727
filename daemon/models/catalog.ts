// Turns the `model` setting into a model on this machine.
import { isAbsolute, join } from "node:path";
import { AppError } from "../errors.ts";
import { type ModelManifest, readManifest } from "./manifest.ts";

/** A model whose files are in `directory`. */
export interface InstalledModel {
  readonly manifest: ModelManifest;
  /** Absolute path. */
  readonly directory: string;
}

/** The starter model that ships with the program: colours and layout, no objects. */
export const PALETTE_DIRECTORY = join(import.meta.dirname, "palette");

/**
 * Finds the model for a setting: `auto`, or the absolute path of a directory with a manifest.json.
 * @throws AppError model-invalid when the manifest is missing or wrong; config-invalid when the setting is neither form.
 */
export function resolveModel(setting: string): InstalledModel {
  if (setting === "auto") return installed(PALETTE_DIRECTORY);
  if (isAbsolute(setting)) return installed(setting);
  throw new AppError(
    "config-invalid",
    `The setting \`model\` is "${setting}", which is neither "auto" nor a directory`,
    {
      hint: "Use `auto`, or the absolute path of a directory that holds a manifest.json.",
    },
  );
}

function installed(directory: string): InstalledModel {
  return Object.freeze({ manifest: readManifest(directory), directory });
}
