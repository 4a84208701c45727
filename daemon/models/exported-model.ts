// A model from its usual ONNX export: config.json, preprocessor_config.json, tokenizer.json and onnx/*.onnx, as they lie on the hub. Derives
// the manifest that such a directory lacks.
import { createHash } from "node:crypto";
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { basename, join } from "node:path";
import { messageOf } from "../errors.ts";
import { preprocessing } from "./exported-preprocessing.ts";
import { FAMILIES, type Family, similarityOf } from "./families.ts";
import { invalidModel } from "./invalid-model.ts";
import type { ImageSpec, ModelManifest, TextSpec } from "./manifest.ts";
import { type OnnxFile, type OnnxPort, readOnnxFile } from "./onnx-file.ts";

export const EXPORT_FILE = "config.json";

interface Config {
  readonly model_type?: string;
  readonly projection_dim?: number;
  readonly text_config?: {
    readonly max_position_embeddings?: number;
    readonly pad_token_id?: number;
    readonly vocab_size?: number;
  };
}
interface TokenizerConfig {
  readonly tokenizer_class?: string;
  readonly pad_token?: string | { readonly content?: string };
  readonly model_max_length?: number;
  readonly added_tokens_decoder?: Readonly<Record<string, { readonly content?: string }>>;
}
type Tower = { readonly file: string; readonly ports: OnnxFile };

/** Best first: exact, halves, then what loses precision. */
const ENDINGS = ["", "_fp16", "_q4f16", "_quantized", "_int8", "_uint8", "_q4", "_bnb4"];
const FOLDERS = ["onnx", "."];
const GEMMA = /^(Gemma|Siglip2)Tokenizer/;
/** What is read of the weights to tell one model from another: their beginning and end. */
const SAMPLE_BYTES = 1 << 20;

/**
 * The manifest of a directory in the usual layout.
 * @throws AppError model-invalid, naming the file and what is wrong with it.
 */
export function readExportedModel(directory: string): ModelManifest {
  const config = readJson<Config>(directory, EXPORT_FILE);
  const processor = readJson<Record<string, unknown>>(directory, "preprocessor_config.json");
  const tokenizer = readJson<TokenizerConfig>(directory, "tokenizer_config.json");
  if (!existsSync(join(directory, "tokenizer.json"))) throw missing(directory, "tokenizer.json");
  const family = familyOf(directory, config, tokenizer);
  const image = findTower(directory, "vision_model");
  const text = findTower(directory, "text_model");
  const imageSpec = imageSpecOf(directory, family, image, processor);
  const textSpec = textSpecOf(directory, family, text, config, tokenizer);
  const dimension = dimensionOf(directory, [image, imageSpec.output], [text, textSpec.output], config);
  const name = basename(directory);
  return {
    id: `local/${name.replace(/[^A-Za-z0-9._-]/g, "-")}@${fingerprint(directory, [imageSpec, textSpec])}`,
    title: name,
    licence: "unknown (a directory of your own)",
    languages: ["en"],
    dimension,
    image: { ...imageSpec, ...companionsOf(image, [imageSpec.input], imageSpec.size) },
    text: { ...textSpec, ...companionsOf(text, [textSpec.idsInput, textSpec.maskInput], imageSpec.size) },
    similarity: similarityOf(family),
  };
}

/** The checkpoints of SigLIP 2 call themselves "siglip"; only their tokenizer tells. */
function familyOf(directory: string, { model_type: type }: Config, tokenizer: TokenizerConfig): Family {
  if (type === "clip") return "clip";
  if (type === "siglip" || type === "siglip2")
    return GEMMA.test(tokenizer.tokenizer_class ?? "") ? "siglip2" : "siglip";
  throw invalidModel(`${join(directory, EXPORT_FILE)} says model_type ${JSON.stringify(type ?? null)}`, {
    hint: "rememe reads exports of SigLIP, SigLIP 2 and CLIP. For other models write a manifest.json.",
  });
}

function findTower(directory: string, tower: "vision_model" | "text_model"): Tower {
  for (const stem of [tower, "model"]) {
    for (const ending of ENDINGS) {
      for (const folder of FOLDERS) {
        const file = folder === "." ? `${stem}${ending}.onnx` : `${folder}/${stem}${ending}.onnx`;
        if (existsSync(join(directory, file))) return { file, ports: readOnnxFile(join(directory, file)) };
      }
    }
  }
  throw missing(directory, `onnx/${tower}.onnx`);
}

function imageSpecOf(
  directory: string,
  family: Family,
  tower: Tower,
  processor: Readonly<Record<string, unknown>>,
): ImageSpec {
  const traits = FAMILIES[family].image;
  const path = join(directory, tower.file);
  const input = portNamed(tower.ports.inputs, [traits.input], path, "input");
  if (tower.ports.inputs.some((port) => port.name === "pixel_attention_mask")) {
    throw invalidModel(`${path} takes pictures of any shape (NaFlex), which rememe cannot make`, {
      hint: "Use an export of a model with a fixed size, such as siglip2-base-patch16-224.",
    });
  }
  const prepared = preprocessing(processor, traits, join(directory, "preprocessor_config.json"));
  const wanted = input.shape.at(-1);
  if (wanted && wanted !== prepared.size) {
    throw invalidModel(
      `${path} takes pictures of ${wanted} pixels, but preprocessor_config.json says ${prepared.size}`,
    );
  }
  return {
    file: tower.file,
    input: input.name,
    output: embeddingOutput(tower, ["image_embeds", "pooler_output"], path),
    ...prepared,
  };
}

function textSpecOf(
  directory: string,
  family: Family,
  tower: Tower,
  config: Config,
  tokenizer: TokenizerConfig,
): TextSpec {
  const { maskInput, ...traits } = FAMILIES[family].text;
  const path = join(directory, tower.file);
  const ids = portNamed(tower.ports.inputs, [traits.idsInput], path, "input");
  const fixed = ids.shape.at(-1);
  const limits = [config.text_config?.max_position_embeddings ?? traits.maxTokens, tokenizer.model_max_length, fixed];
  const words = config.text_config?.vocab_size;
  const takesMask = tower.ports.inputs.some((port) => port.name === "attention_mask");
  return {
    ...traits,
    file: tower.file,
    output: embeddingOutput(tower, ["text_embeds", "pooler_output"], path),
    ...(takesMask ? { maskInput: "attention_mask" } : {}),
    maxTokens: Math.min(...limits.filter((limit) => typeof limit === "number")),
    padId: padIdOf(config, tokenizer) ?? traits.padId,
    padToMax: traits.padToMax || typeof fixed === "number",
    ...(words === undefined ? {} : { vocabulary: words }),
  };
}

function padIdOf(config: Config, { pad_token: pad, added_tokens_decoder: added = {} }: TokenizerConfig) {
  const content = typeof pad === "string" ? pad : pad?.content;
  const known = Object.entries(added).find(([, token]) => content !== undefined && token.content === content);
  return known ? Number(known[0]) : config.text_config?.pad_token_id;
}

/** The pooled output: two axes, not one per token or patch. */
function embeddingOutput({ ports }: Tower, names: readonly string[], path: string): string {
  const pooled = ports.outputs.filter((port) => port.shape.length === 2 || port.shape.length === 0);
  return portNamed(pooled.length > 0 ? pooled : ports.outputs, names, path, "output").name;
}

function portNamed(ports: readonly OnnxPort[], names: readonly string[], path: string, kind: string): OnnxPort {
  const port = names.map((name) => ports.find((candidate) => candidate.name === name)).find((found) => found);
  if (port) return port;
  const there = ports.map((candidate) => candidate.name).join(", ") || "none";
  throw invalidModel(`${path} has no ${kind} ${names.join(" or ")}; it has ${there}`);
}

function dimensionOf(
  directory: string,
  [image, imageOutput]: readonly [Tower, string],
  [text, textOutput]: readonly [Tower, string],
  config: Config,
): number {
  const widthOf = (tower: Tower, output: string) =>
    tower.ports.outputs.find((port) => port.name === output)?.shape.at(-1) ?? undefined;
  const [seen, read] = [widthOf(image, imageOutput), widthOf(text, textOutput)];
  if (seen !== undefined && read !== undefined && seen !== read) {
    throw invalidModel(
      `${join(directory, image.file)} gives ${seen} values per picture, but ${join(directory, text.file)} ${read} per text: they do not belong together`,
    );
  }
  const dimension = seen ?? read ?? config.projection_dim;
  if (dimension === undefined)
    throw invalidModel(`${join(directory, image.file)} does not say how many values it gives per picture`, {
      hint: "Write projection_dim into config.json, or a manifest.json.",
    });
  return dimension;
}

/** What the other tower of a file for both needs to run. */
function companionsOf(tower: Tower, own: readonly (string | undefined)[], size: number) {
  const others = tower.ports.inputs.filter((port) => !own.includes(port.name));
  if (others.length === 0) return {};
  const companions = others.map(({ name, shape }): [string, NonNullable<ImageSpec["companions"]>[string]] =>
    shape.length === 4
      ? [name, { type: "float32", shape: [1, 3, size, size] }]
      : [name, { type: "int64", shape: [1, shape.at(-1) ?? 2] }],
  );
  return { companions: Object.fromEntries(companions) };
}

/** Changes when the files or how they are used change: another embedding space (invariant 4). */
function fingerprint(directory: string, specs: readonly (ImageSpec | TextSpec)[]): string {
  const hash = createHash("sha256").update(JSON.stringify(specs));
  for (const { file } of specs) {
    const descriptor = openSync(join(directory, file), "r");
    const { size } = fstatSync(descriptor);
    const sample = Buffer.alloc(SAMPLE_BYTES);
    for (const at of [0, Math.max(0, size - SAMPLE_BYTES)]) {
      hash.update(sample.subarray(0, readSync(descriptor, sample, 0, sample.length, at)));
    }
    closeSync(descriptor);
    hash.update(String(size));
  }
  return hash.digest("hex").slice(0, 8);
}

function readJson<T>(directory: string, name: string): T {
  const path = join(directory, name);
  if (!existsSync(path)) throw missing(directory, name);
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch (error) {
    throw invalidModel(`${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function missing(directory: string, name: string): Error {
  return invalidModel(`${join(directory, name)} is missing`, {
    hint: "A model's directory holds config.json, preprocessor_config.json, tokenizer.json, tokenizer_config.json and onnx/, as on the hub.",
  });
}
