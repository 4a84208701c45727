// One picture being drawn: SVG parts, and beside them what the manifest must know (the words in the picture, whose parts it is
// made of). What is written with `write` is in the manifest; so the manifest cannot forget a word.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type FontName, textPath, textWidth } from "./lettering.ts";
import type { Pixels } from "./pixels.ts";
import { type Random, randomFor } from "./random.ts";

/** Where a part of a picture comes from; each has a section in LICENSES.md. */
export type PartSource = "rememe" | "Fluent Emoji" | "Anton" | "Inter" | "JetBrains Mono" | "Patrick Hand";

export interface TextStyle {
  readonly font: FontName;
  /** Font size in pixels. */
  readonly size: number;
  readonly fill: string;
  /** Where x is: at the start (default), the middle or the end of the text. */
  readonly anchor?: "start" | "middle" | "end";
  /** Outline around the letters, in pixels. */
  readonly outline?: { readonly colour: string; readonly width: number };
  /** Extra pixels between characters. */
  readonly tracking?: number;
}

export type Run = readonly [text: string, colour: string];

export interface EmojiPlace {
  /** Centre of the emoji. */
  readonly x: number;
  readonly y: number;
  /** Side in pixels. */
  readonly size: number;
  readonly flip?: boolean;
  /** Clockwise, in degrees. */
  readonly turn?: number;
  readonly opacity?: number;
}

export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly random: Random;
  /** Pixels below everything that is drawn. */
  readonly background: Pixels | undefined;
  add(...svg: readonly string[]): void;
  /** One line of text, standing on y. Call it in reading order. */
  write(text: string, x: number, y: number, style: TextStyle): void;
  /** One line in several colours: [text, colour] after [text, colour]. The style's own colour and anchor do not count. */
  writeRuns(runs: readonly Run[], x: number, y: number, style: TextStyle): void;
  /** An emoji of the Fluent set, by its name there, such as "dog-face". */
  emoji(name: string, place: EmojiPlace): void;
  /** The lines written so far. */
  lines(): readonly string[];
  sources(): readonly PartSource[];
  svg(): string;
}

const FONT_SOURCES: Readonly<Record<FontName, PartSource>> = {
  anton: "Anton",
  inter: "Inter",
  "inter-bold": "Inter",
  mono: "JetBrains Mono",
  hand: "Patrick Hand",
};

/** `seed`: any name; the same name gives the same chance. */
export function createCanvas(width: number, height: number, seed: string, background?: Pixels): Canvas {
  const parts: string[] = [];
  const lines: string[] = [];
  const sources = new Set<PartSource>(["rememe"]);
  return {
    width,
    height,
    random: randomFor(seed),
    background,
    add: (...svg) => void parts.push(...svg),
    write: (text, x, y, style) => {
      parts.push(textSvg(text, x, y, style));
      lines.push(asRead(text));
      sources.add(FONT_SOURCES[style.font]);
    },
    writeRuns: (runs, x, y, style) => {
      let start = x;
      for (const [text, fill] of runs) {
        parts.push(textSvg(text, start, y, { ...style, fill, anchor: "start" }));
        start += textWidth(text, style.font, style.size, style.tracking);
      }
      lines.push(asRead(runs.map(([text]) => text).join("")));
      sources.add(FONT_SOURCES[style.font]);
    },
    emoji: (name, place) => {
      parts.push(emojiSvg(name, place));
      sources.add("Fluent Emoji");
    },
    lines: () => lines,
    sources: () => [...sources],
    svg: () =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${parts.join("\n")}</svg>\n`,
  };
}

/** Without the spaces that only move the text to its place. */
function asRead(line: string): string {
  return line.trim().replace(/ +/g, " ");
}

function textSvg(text: string, x: number, y: number, style: TextStyle): string {
  const { font, size, fill, anchor = "start", outline, tracking = 0 } = style;
  const share = { start: 0, middle: 0.5, end: 1 }[anchor];
  const path = textPath(text, font, size, x - share * textWidth(text, font, size, tracking), y, tracking);
  const edge = outline ? ` stroke="${outline.colour}" stroke-width="${outline.width * 2}" stroke-linejoin="round"` : "";
  // The outline lies below the letters, so that it does not eat into them.
  return `${outline ? `<path d="${path}"${edge}/>` : ""}<path d="${path}" fill="${fill}"/>`;
}

interface IconSet {
  readonly icons: Readonly<Record<string, { readonly body: string }>>;
}
/** Side of the drawing area of every emoji in the set. */
const EMOJI_SIDE = 32;
let emojiSet: IconSet | undefined;

function emojiSvg(name: string, { x, y, size, flip = false, turn = 0, opacity = 1 }: EmojiPlace): string {
  emojiSet ??= JSON.parse(
    readFileSync(createRequire(import.meta.url).resolve("@iconify-json/fluent-emoji-flat/icons.json"), "utf8"),
  ) as IconSet;
  const icon = emojiSet.icons[name];
  if (!icon) throw new Error(`The emoji set has no "${name}"`);
  const scale = size / EMOJI_SIDE;
  const transform = `translate(${x} ${y}) rotate(${turn}) scale(${flip ? -scale : scale} ${scale}) translate(-16 -16)`;
  return `<g transform="${transform}"${opacity < 1 ? ` opacity="${opacity}"` : ""}>${icon.body}</g>`;
}
