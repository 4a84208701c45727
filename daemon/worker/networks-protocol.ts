// The messages between the worker's main thread and the one its networks run in.

import type { InstalledModel } from "../models/catalog.ts";
import type { ImageSpec } from "../models/manifest.ts";
import type { Provider } from "../models/providers.ts";
import type { Description } from "./protocol.ts";

export interface OpenEncoder {
  readonly ask: "open-encoder";
  readonly model: InstalledModel;
  readonly provider: Provider;
}
export interface OpenedEncoder extends Description {
  readonly spec: ImageSpec;
}

/** Answer: an embedding of unit length per tensor. */
export interface Embed {
  readonly ask: "embed";
  readonly model: InstalledModel;
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

/** Tells encoders apart that are opened once each. */
export const encoderName = ({ directory }: InstalledModel, provider: Provider): string => `${provider}\n${directory}`;

export type NetworkQuestion = OpenEncoder | Embed | ReadText;
