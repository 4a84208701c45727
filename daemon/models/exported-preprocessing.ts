// How an export wants its pictures: preprocessor_config.json → size, resize kind, kernel, mean and deviation.
import type { FamilyTraits } from "./families.ts";
import { invalidModel } from "./invalid-model.ts";
import type { ImageSpec } from "./manifest.ts";

type Prepared = Pick<ImageSpec, "size" | "resize" | "kernel" | "mean" | "deviation">;
interface Edges {
  readonly height?: number;
  readonly width?: number;
  readonly shortest_edge?: number;
}
interface Processor {
  readonly size?: number | Edges;
  readonly crop_size?: number | Edges;
  readonly do_center_crop?: boolean;
  readonly do_normalize?: boolean;
  readonly do_rescale?: boolean;
  readonly rescale_factor?: number;
  readonly resample?: number;
  readonly image_mean?: readonly number[];
  readonly image_std?: readonly number[];
}

/** Pillow's numbers. */
const KERNELS: Readonly<Record<number, ImageSpec["kernel"]>> = { 2: "linear", 3: "cubic" };

/** @throws AppError model-invalid, naming `path` and the field, when rememe cannot prepare pictures that way. */
export function preprocessing(json: unknown, traits: FamilyTraits["image"], path: string): Prepared {
  const processor = json as Processor;
  const kernel = processor.resample === undefined ? traits.kernel : KERNELS[processor.resample];
  if (!kernel) throw unsupported(path, `resample ${processor.resample}: only 2 (bilinear) and 3 (bicubic) are known`);
  return { ...shapeOf(processor, traits, path), kernel, ...scaleOf(processor, traits, path) };
}

function shapeOf(processor: Processor, traits: FamilyTraits["image"], path: string): Pick<Prepared, "size" | "resize"> {
  const { size, crop_size: crop } = processor;
  const shortest = typeof size === "number" ? size : size?.shortest_edge;
  const isCrop = shortest !== undefined && (processor.do_center_crop ?? traits.resize === "crop");
  if (!isCrop) {
    const side = typeof size === "number" ? size : size?.height;
    const width = typeof size === "number" ? size : size?.width;
    if (!side || side !== width) throw unsupported(path, "size is not a square");
    return { size: side, resize: "squash" };
  }
  const window = typeof crop === "number" ? crop : (crop?.height ?? shortest);
  if (window !== shortest) throw unsupported(path, `pictures shrunk to ${shortest} and cut to ${window}`);
  return { size: shortest, resize: "crop" };
}

/** In the file: (byte * rescale_factor - mean) / deviation. In a manifest the bytes are always scaled to 0..1 first. */
function scaleOf(
  processor: Processor,
  traits: FamilyTraits["image"],
  path: string,
): Pick<Prepared, "mean" | "deviation"> {
  const factor = processor.do_rescale === false ? 1 : (processor.rescale_factor ?? 1 / 255);
  const [mean, deviation] =
    processor.do_normalize === false
      ? [
          [0, 0, 0],
          [1, 1, 1],
        ]
      : [processor.image_mean ?? traits.mean, processor.image_std ?? traits.deviation];
  if (mean.length !== 3 || deviation.length !== 3) throw unsupported(path, "image_mean or image_std has not 3 numbers");
  const scaled = (values: readonly number[]) =>
    values.map((value) => Number((value / (255 * factor)).toPrecision(12))) as [number, number, number];
  return { mean: scaled(mean), deviation: scaled(deviation) };
}

function unsupported(path: string, what: string): Error {
  return invalidModel(`${path}: ${what}`, {
    hint: "rememe cannot prepare pictures that way; write a manifest.json if it can.",
  });
}
