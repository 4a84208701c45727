// What a sample picture is, before it becomes a file.
import type { Canvas } from "./canvas.ts";

export type Encoding =
  | {
      readonly format: "jpeg";
      readonly quality?: number;
      readonly progressive?: true;
      readonly greyscale?: true;
      readonly sideways?: true;
    }
  | { readonly format: "png"; readonly colours?: number }
  | { readonly format: "webp"; readonly quality?: number; readonly frameMs?: number }
  | { readonly format: "gif"; readonly frameMs: number }
  | { readonly format: "avif" | "tiff" | "svg" };

export interface Sample {
  /** Below samples/, with "/", in Unicode's composed form. */
  readonly file: string;
  /** What one sees, in a sentence. */
  readonly shows: string;
  readonly encoding: Encoding;
  /** One canvas; several for an animation. Where nothing is drawn, the picture is transparent. */
  readonly draw: () => Canvas | readonly [Canvas, ...Canvas[]];
}
