// Captions as memes have them: white capitals with a black edge above and below, or black words on a white bar.
import type { Canvas } from "./canvas.ts";
import { textWidth } from "./lettering.ts";
import { rect } from "./shapes.ts";

/** Height of Anton's capitals as a share of the font size. */
const CAPITALS = 0.86;
const WIDEST = 0.93;

/** White capitals at the top edge; several lines are separated by "\n". */
export function captionAbove(canvas: Canvas, text: string, largest = canvas.height * 0.125): void {
  const size = fittingSize(canvas, text, largest);
  const margin = canvas.height * 0.035;
  for (const [index, line] of text.split("\n").entries()) {
    capitals(canvas, line, margin + size * CAPITALS + index * size * 1.12, size);
  }
}

/** White capitals at the bottom edge. */
export function captionBelow(canvas: Canvas, text: string, largest = canvas.height * 0.125): void {
  const size = fittingSize(canvas, text, largest);
  const lines = text.split("\n");
  const last = canvas.height * 0.96;
  for (const [index, line] of lines.entries()) {
    capitals(canvas, line, last - (lines.length - 1 - index) * size * 1.12, size);
  }
}

function capitals(canvas: Canvas, line: string, y: number, size: number): void {
  canvas.write(line, canvas.width / 2, y, {
    font: "anton",
    size,
    fill: "#fff",
    anchor: "middle",
    tracking: size * 0.02,
    outline: { colour: "#000", width: size * 0.06 },
  });
}

function fittingSize(canvas: Canvas, text: string, largest: number): number {
  const widest = Math.max(...text.split("\n").map((line) => textWidth(line, "anton", 1, 0.02)));
  return Math.min(largest, (canvas.width * WIDEST) / widest);
}

/** Black words on a white bar over the top of the picture. Returns the height of the bar in pixels. */
export function captionBar(canvas: Canvas, text: string): number {
  const { size, height } = barFor(canvas.width, text);
  canvas.add(rect(0, 0, canvas.width, height, "#fff"));
  for (const [index, line] of text.split("\n").entries()) {
    canvas.write(line, canvas.width / 2, size * (1.35 + index * 1.28), {
      font: "inter-bold",
      size,
      fill: "#111",
      anchor: "middle",
    });
  }
  return height;
}

/** Height in pixels that the bar of this text will have. */
export function barHeight(width: number, text: string): number {
  return barFor(width, text).height;
}

function barFor(width: number, text: string): { readonly size: number; readonly height: number } {
  const lines = text.split("\n");
  const widest = Math.max(...lines.map((line) => textWidth(line, "inter-bold", 1)));
  const size = Math.min(width * 0.062, (width * WIDEST) / widest);
  return { size, height: Math.round(size * (0.62 + 1.28 * lines.length)) };
}
