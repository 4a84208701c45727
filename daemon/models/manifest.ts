// What a model is: data, not code. Reads and checks manifest.json of a model directory; knows nothing of ONNX sessions.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Type, { type Static, type TSchema } from "typebox";
import { Errors } from "typebox/value";
import { AppError, messageOf } from "../errors.ts";

export const MANIFEST_FILE = "manifest.json";

/** A file inside the model's directory: no absolute path, no way out of the directory. */
const FileName = Type.String({ minLength: 1, pattern: "^(?![/\\\\])(?!.*(^|[/\\\\])\\.\\.([/\\\\]|$)).+$" });
const PortName = Type.String({ minLength: 1 });
const Triple = Type.Tuple([Type.Number(), Type.Number(), Type.Number()]);
const PositiveTriple = Type.Tuple([
  Type.Number({ exclusiveMinimum: 0 }),
  Type.Number({ exclusiveMinimum: 0 }),
  Type.Number({ exclusiveMinimum: 0 }),
]);

/** Inputs of a file that holds both towers: whatever the other tower needs to run at all. Integers are ones, other numbers zeros. */
const Companions = Type.Record(
  PortName,
  Type.Object(
    {
      type: Type.Union([Type.Literal("int64"), Type.Literal("float32")]),
      shape: Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1 }),
    },
    { additionalProperties: false },
  ),
);

function closed<const P extends Record<string, TSchema>>(properties: P) {
  return Type.Object(properties, { additionalProperties: false });
}

const ImageSpecSchema = closed({
  file: FileName,
  /** Float32 input of shape [batch, 3, size, size]. */
  input: PortName,
  /** Float32 output of shape [batch, dimension]. */
  output: PortName,
  /** Side of the square in pixels. */
  size: Type.Integer({ minimum: 8, maximum: 1024 }),
  /** squash: the whole picture, aspect ratio lost (SigLIP); crop: shortest side to `size`, then the centre (CLIP). */
  resize: Type.Union([Type.Literal("squash"), Type.Literal("crop")]),
  /** linear = PIL's bilinear (SigLIP 2), cubic = PIL's bicubic (SigLIP, CLIP). */
  kernel: Type.Union([Type.Literal("linear"), Type.Literal("cubic")]),
  /** Per channel, for values scaled to 0..1. */
  mean: Triple,
  deviation: PositiveTriple,
  companions: Type.Optional(Companions),
});

const TextSpecSchema = closed({
  file: FileName,
  /** int64 input of shape [1, tokens]. */
  idsInput: PortName,
  /** int64 attention mask of the same shape, given when the file takes one; left out for models that take none (SigLIP). */
  maskInput: Type.Optional(PortName),
  /** Float32 output of shape [1, dimension]. */
  output: PortName,
  tokenizer: FileName,
  tokenizerConfig: FileName,
  maxTokens: Type.Integer({ minimum: 1, maximum: 8192 }),
  padId: Type.Integer({ minimum: 0 }),
  /** Always filled up to maxTokens: for SigLIP the padding is part of what the model was trained on. */
  padToMax: Type.Boolean(),
  lowerCase: Type.Boolean(),
  /** ASCII punctuation is taken out and white space put together before the tokenizer sees the text (SigLIP, not SigLIP 2). */
  removePunctuation: Type.Optional(Type.Boolean()),
  companions: Type.Optional(Companions),
  /** How many words the file knows; a tokenizer with other numbers does not belong to it. */
  vocabulary: Type.Optional(Type.Integer({ minimum: 2 })),
});

const ManifestSchema = closed({
  /** Names the embedding space: another id is another index (invariant 4). */
  id: Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9._/@-]*$", maxLength: 200 }),
  title: Type.String({ minLength: 1 }),
  licence: Type.String({ minLength: 1 }),
  /** BCP 47 codes of the languages that text queries work in. */
  languages: Type.Array(Type.String({ minLength: 2 }), { minItems: 1 }),
  dimension: Type.Integer({ minimum: 2, maximum: 8192 }),
  image: ImageSpecSchema,
  text: TextSpecSchema,
  /** Turn a cosine into the logit the model was trained with: exp(logitScale) * cosine + logitBias, as in the weights. */
  logitScale: Type.Optional(Type.Number()),
  logitBias: Type.Optional(Type.Number()),
  similarity: closed({
    /** Cosine of a text and a picture below which their likeness means nothing. */
    floor: Type.Number({ minimum: -1, maximum: 1 }),
    /** Cosine at which the picture surely shows the words. */
    certain: Type.Number({ minimum: -1, maximum: 1 }),
    /** How much the visual ranking counts against text found in pictures and names, 0 to 1. */
    weight: Type.Number({ minimum: 0, maximum: 1 }),
  }),
});

export type ModelManifest = Static<typeof ManifestSchema>;
export type ImageSpec = ModelManifest["image"];
export type TextSpec = ModelManifest["text"];

/**
 * Reads the manifest of a model directory.
 * @throws AppError model-invalid, naming the file and, when one is at fault, the field.
 */
export function readManifest(directory: string): ModelManifest {
  const path = join(directory, MANIFEST_FILE);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new AppError("model-invalid", `${path} cannot be read: ${messageOf(error)}`, {
      hint: "The setting `model` must name a directory that holds a manifest.json, or be `auto`.",
      cause: error,
    });
  }
  return parseManifest(value, path);
}

/**
 * Checks a parsed manifest; `path` is only used in messages.
 * @throws AppError model-invalid, naming the first field at fault.
 */
export function parseManifest(value: unknown, path: string): ModelManifest {
  const fault = Errors(ManifestSchema, value).find((error) => error.keyword !== "boolean");
  if (fault) {
    const field = fault.instancePath.slice(1).replaceAll("/", ".");
    const what = JSON.stringify(fault.params).includes("additionalProperties")
      ? `unknown field ${(fault.params as { additionalProperties: string[] }).additionalProperties.join(", ")}`
      : fault.message;
    throw new AppError("model-invalid", `${path}: ${field ? `field "${field}" ` : ""}${what}`, {
      hint: "Correct the manifest, or set `model` to `auto`.",
    });
  }
  return Object.freeze(value as ModelManifest);
}
