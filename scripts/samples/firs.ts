// Fir trees, near and far.
import { round } from "./backdrops.ts";
import type { Canvas } from "./canvas.ts";
import { between } from "./random.ts";
import { path } from "./shapes.ts";

/** A row of fir trees on level ground that reaches down to the bottom. */
export function firs(canvas: Canvas, ground: number, low: number, high: number, colour: string): string {
  const { random, width, height } = canvas;
  let outline = `M0 ${height} L0 ${ground} L${width} ${ground} L${width} ${height} Z`;
  for (let x = -10; x < width + 30; ) {
    const tall = between(random, low, high);
    const half = tall * between(random, 0.16, 0.22);
    outline += fir(x, ground + 2, tall, half);
    x += half * between(random, 0.8, 1.5);
  }
  return path(outline, colour);
}

/** One fir: six pairs of branches, up the left side and down the right. */
function fir(x: number, ground: number, tall: number, half: number): string {
  const tiers = [0, 1, 2, 3, 4, 5].map((step) => ({
    reach: half * (1 - step / 6.4),
    level: ground - (tall * step) / 6,
    notch: ground - (tall * step) / 6 - tall / 14,
  }));
  const left = tiers.map(
    ({ reach, level, notch }) => `${round(x - reach)} ${round(level)} ${round(x - reach * 0.55)} ${round(notch)}`,
  );
  const right = tiers
    .toReversed()
    .map(({ reach, level, notch }) => `${round(x + reach * 0.55)} ${round(notch)} ${round(x + reach)} ${round(level)}`);
  return `M${left.join(" ")} ${round(x)} ${round(ground - tall * 1.08)} ${right.join(" ")} Z`;
}
