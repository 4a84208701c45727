// A search hit, cut down to what the grid needs: a thousand of them stay in memory during a long session.
import type { Image, ImageFormat, SearchHit, Section } from "./contract";
import { reasons } from "./words";

export interface Picture {
  readonly id: number;
  readonly path: string;
  readonly name: string;
  readonly format: ImageFormat;
  readonly isAnimated: boolean;
  readonly offline: boolean;
  readonly favorite: boolean;
  readonly hidden: boolean;
  readonly tags: readonly string[];
  /** A local file of at most 320 pixels; null when it is missing. */
  readonly thumbnail: string | null;
  readonly section: Section;
  /** How many others are nearly the same and left out. */
  readonly copies: number;
  /** False: a guess. */
  readonly strong: boolean;
  readonly why: string;
}

export function pictureOf({ image, scene, section, similarCopies, strong, why }: SearchHit): Picture {
  return { ...fromImage(image), section, copies: similarCopies, strong, why: reasons(why, scene) };
}

export function fromImage(image: Image): Picture {
  return {
    id: image.id,
    path: image.path,
    name: image.name,
    format: image.format,
    isAnimated: image.frames > 1,
    offline: image.offline,
    favorite: image.favourite,
    hidden: image.hidden,
    tags: image.tags,
    thumbnail: image.thumbnailPath,
    section: "match",
    copies: 0,
    strong: true,
    why: "",
  };
}
