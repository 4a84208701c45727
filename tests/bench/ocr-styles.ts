// Draws captions onto pictures the ways memes do. Everything stays in memory.
import sharp, { type OverlayOptions, type Sharp } from "sharp";

export const FONT = "Impact, Anton, 'Liberation Sans Narrow', 'DejaVu Sans Condensed', sans-serif";
const PLAIN_FONT = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif";

export interface Style {
  readonly name: string;
  draw(picture: Sharp, captions: readonly string[]): Promise<Buffer>;
}

interface Frame {
  readonly width: number;
  readonly height: number;
}

export const STYLES: readonly Style[] = [
  { name: "outlined capitals", draw: (picture, captions) => onPicture(picture, captions, outlined(upper)) },
  { name: "outlined, lower case", draw: (picture, captions) => onPicture(picture, captions, outlined(lower)) },
  { name: "bar above, black on white", draw: barAbove },
  { name: "dark strip, white", draw: (picture, captions) => onPicture(picture, captions, strip) },
  { name: "small, 2-8 lines", draw: (picture, captions) => onPicture(picture, captions, small) },
  { name: "outlined, turned 90", draw: turned(90) },
  { name: "outlined, turned 180", draw: turned(180) },
  { name: "outlined, turned 270", draw: turned(270) },
];

type Overlay = (captions: readonly string[], frame: Frame) => string;

const upper = (text: string) => text.toUpperCase();
const lower = (text: string) => text.toLowerCase();

async function onPicture(picture: Sharp, captions: readonly string[], overlay: Overlay): Promise<Buffer> {
  const { data, info } = await picture.clone().png({ compressionLevel: 1 }).toBuffer({ resolveWithObject: true });
  return composed(data, { input: svg(info, overlay(captions, info)), top: 0, left: 0 });
}

function composed(picture: Buffer, layer: OverlayOptions): Promise<Buffer> {
  return sharp(picture).composite([layer]).jpeg({ quality: 85 }).toBuffer();
}

/** First caption at the top, the others at the bottom: white with a black outline. */
function outlined(letters: (text: string) => string): Overlay {
  return (captions, { width, height }) => {
    const size = Math.round(Math.min(width, height) / 11);
    const look = `font-family="${FONT}" fill="#fff" stroke="#000" stroke-width="${size / 7}" paint-order="stroke"`;
    const [first = "", ...rest] = captions.map(letters);
    const top = wrap(first, width, size * 0.6);
    const bottom = wrap(rest.join(" "), width, size * 0.6);
    const style = `${look} stroke-linejoin="round" font-weight="bold"`;
    return (
      lines(top, width / 2, size * 1.2, size, `${style} text-anchor="middle"`) +
      lines(
        bottom,
        width / 2,
        height - size * (1.15 * (bottom.length - 1) + 0.5),
        size,
        `${style} text-anchor="middle"`,
      )
    );
  };
}

async function barAbove(picture: Sharp, captions: readonly string[]): Promise<Buffer> {
  const { data, info } = await picture.clone().png({ compressionLevel: 1 }).toBuffer({ resolveWithObject: true });
  const size = Math.round(info.width / 18);
  const text = wrap(captions.join(" "), info.width, size * 0.55);
  const height = Math.round(size * (1.15 * text.length + 0.8));
  const drawn = lines(text, size / 2, size * 1.25, size, `font-family="${PLAIN_FONT}" fill="#111"`);
  const extended = await sharp(data)
    .extend({ top: height, background: "#fff" })
    .png({ compressionLevel: 1 })
    .toBuffer();
  return composed(extended, { input: svg({ width: info.width, height }, drawn), top: 0, left: 0 });
}

const strip: Overlay = (captions, { width, height }) => {
  const size = Math.round(width / 22);
  const text = wrap(captions.join(" "), width, size * 0.55);
  const stripHeight = size * (1.15 * text.length + 0.8);
  const top = height - stripHeight;
  return (
    `<rect x="0" y="${top}" width="${width}" height="${stripHeight}" fill="#000" fill-opacity="0.6"/>` +
    lines(text, width / 2, top + size * 1.2, size, `font-family="${PLAIN_FONT}" fill="#fff" text-anchor="middle"`)
  );
};

/** A column of small lines in the upper left, on a white card: a screenshot of a message. */
const small: Overlay = (captions, { width }) => {
  const size = Math.max(13, Math.round(width / 40));
  const text = wrap(captions.join(" "), width * 0.45, size * 0.55);
  const box = `<rect x="8" y="8" width="${width * 0.5}" height="${size * (1.15 * text.length + 0.8)}" fill="#fff"/>`;
  return box + lines(text, 8 + size / 2, 8 + size * 1.2, size, `font-family="${PLAIN_FONT}" fill="#222"`);
};

function turned(degrees: number): Style["draw"] {
  return async (picture, captions) =>
    sharp(await onPicture(picture, captions, outlined(upper)))
      .rotate(degrees)
      .jpeg({ quality: 85 })
      .toBuffer();
}

function wrap(text: string, width: number, letterWidth: number): readonly string[] {
  const room = Math.max(8, Math.floor((width * 0.94) / letterWidth));
  const result: string[] = [];
  for (const word of text.split(" ").filter((part) => part !== "")) {
    const last = result.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= room) result[result.length - 1] = `${last} ${word}`;
    else result.push(word);
  }
  return result;
}

function lines(text: readonly string[], x: number, y: number, size: number, look: string): string {
  return text
    .map(
      (line, row) => `<text x="${x}" y="${y + row * size * 1.15}" font-size="${size}" ${look}>${escaped(line)}</text>`,
    )
    .join("");
}

function svg({ width, height }: Frame, body: string): Buffer {
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${body}</svg>`);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
