// The messages between the worker's main thread and the one its networks run in.

import type { ImageSpec } from "../models/manifest.ts";
import type { Provider } from "../models/providers.ts";
import type { Description } from "./protocol.ts";

export interface OpenEncoder {
  readonly ask: "open-encoder";
  /** The model's directory. */
  readonly model: string;
  readonly provider: Provider;
}
export interface OpenedEncoder extends Description {
  readonly spec: ImageSpec;
}

/** Answer: an embedding of unit length per tensor. */
export interface Embed {
  readonly ask: "embed";
  readonly model: string;
  readonly provider: Provider;
  readonly tensors: readonly Float32Array[];
}

/** Answer: TextInPicture. Pixels as in DecodedImage. */
export interface ReadText {
  readonly ask: "read-text";
  readonly data: Uint8Array;
  readonly channels: 3 | 4;
  readonly width: number;
  readonly height: number;
}

export type NetworkQuestion = OpenEncoder | Embed | ReadText;
