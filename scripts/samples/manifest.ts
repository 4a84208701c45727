// samples/manifest.json: what every sample is, for tests and for people.
import type { PartSource } from "./canvas.ts";
import type { Encoding } from "./sample.ts";

export interface ManifestEntry {
  /** Below samples/, with "/". */
  readonly file: string;
  readonly format: Encoding["format"];
  /** Pixels as one sees it, after any turning that the file asks for. */
  readonly width: number;
  readonly height: number;
  /** 1 when nothing moves. */
  readonly frames: number;
  /** What one sees, in a sentence. */
  readonly shows: string;
  /** All words in the picture, line by line, exactly as drawn; null when there are none. */
  readonly caption: string | null;
  /** Whose parts it is made of: headings of LICENSES.md. */
  readonly parts: readonly PartSource[];
}

export interface Manifest {
  readonly pictures: readonly ManifestEntry[];
}
