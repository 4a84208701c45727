// Which files of a hub repository make a model, for one that is not in the catalog: the usual layout of an ONNX export.
import { invalidModel } from "./invalid-model.ts";

const COMPANIONS = ["config.json", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json"];
/** Halves first: half of the bytes, and embeddings that cannot be told apart. Then exact, then what loses precision. */
const ENDINGS = ["_fp16", "", "_quantized", "_int8", "_uint8", "_q4f16", "_q4", "_bnb4"];

/** @throws AppError model-invalid, naming what the repository lacks. */
export function exportedFiles(repository: string, paths: readonly string[]): readonly string[] {
  const missing = COMPANIONS.find((name) => !paths.includes(name));
  if (missing !== undefined) throw lacks(repository, missing);
  const towers = ["vision_model", "text_model"].map((stem) => findTower(stem, paths));
  const combined = findTower("model", paths);
  const chosen = towers.every((tower) => tower !== undefined)
    ? towers
    : combined === undefined
      ? undefined
      : [combined];
  if (!chosen) throw lacks(repository, "onnx/vision_model.onnx and onnx/text_model.onnx");
  return [...COMPANIONS, ...chosen.flatMap((tower) => [tower, ...weightsBeside(tower, paths)])];
}

function findTower(stem: string, paths: readonly string[]): string | undefined {
  return ENDINGS.map((ending) => `onnx/${stem}${ending}.onnx`).find((path) => paths.includes(path));
}

/** Large exports keep their weights in files of their own: `.onnx_data`, `.onnx_data_1`, `.onnx.data`. */
function weightsBeside(tower: string, paths: readonly string[]): readonly string[] {
  return paths.filter((path) => path.startsWith(tower) && /^(_data(_\d{1,4})?|\.data)$/.test(path.slice(tower.length)));
}

function lacks(repository: string, what: string): Error {
  return invalidModel(`${repository} on the hub has no ${what}`, {
    hint: "rememe reads ONNX exports of SigLIP, SigLIP 2 and CLIP; `rememe models` lists some that are known to work.",
  });
}
