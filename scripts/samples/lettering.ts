// Text → outlines, from the font files of npm packages: a machine without a single font draws the same letters.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { create, type Font } from "fontkitten";

const require = createRequire(import.meta.url);

const FILES = {
  anton: "@fontsource/anton/files/anton-latin-400-normal.woff",
  inter: "@fontsource/inter/files/inter-latin-400-normal.woff",
  "inter-bold": "@fontsource/inter/files/inter-latin-700-normal.woff",
  mono: "@fontsource/jetbrains-mono/files/jetbrains-mono-latin-400-normal.woff",
  hand: "@fontsource/patrick-hand/files/patrick-hand-latin-400-normal.woff",
} as const;
export type FontName = keyof typeof FILES;

const fonts = new Map<FontName, Font>();

function fontOf(name: FontName): Font {
  const known = fonts.get(name);
  if (known) return known;
  const font = create(readFileSync(require.resolve(FILES[name])));
  if ("isCollection" in font && font.isCollection) throw new Error(`${FILES[name]} holds several fonts`);
  fonts.set(name, font);
  return font;
}

/** Width of a line of text in pixels; `size` is the font size in pixels, `tracking` extra space in pixels after each character. */
export function textWidth(text: string, font: FontName, size: number, tracking = 0): number {
  const { unitsPerEm } = fontOf(font);
  return glyphsOf(text, font).reduce(
    (sum, glyph) => sum + (glyph.advanceWidth * size) / unitsPerEm + tracking,
    -tracking,
  );
}

/** SVG path data of a line of text that starts at x and stands on the line y. */
export function textPath(text: string, font: FontName, size: number, x: number, y: number, tracking = 0): string {
  const scale = size / fontOf(font).unitsPerEm;
  let position = x;
  let path = "";
  for (const glyph of glyphsOf(text, font)) {
    for (const { command, args } of glyph.path.commands) {
      path +=
        LETTERS[command] +
        args.map((value, at) => (at % 2 === 0 ? position + value * scale : y - value * scale).toFixed(1)).join(" ");
    }
    position += glyph.advanceWidth * scale + tracking;
  }
  return path;
}

const LETTERS = { moveTo: "M", lineTo: "L", quadraticCurveTo: "Q", bezierCurveTo: "C", closePath: "Z" } as const;

function glyphsOf(text: string, name: FontName) {
  const font = fontOf(name);
  return Array.from(text, (character) => {
    const codePoint = character.codePointAt(0) ?? 0;
    if (!font.hasGlyphForCodePoint(codePoint)) throw new Error(`The font ${name} has no "${character}"`);
    return font.glyphForCodePoint(codePoint);
  });
}
