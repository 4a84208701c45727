// Backgrounds and props that several scenes share.
import type { Canvas, EmojiPlace } from "./canvas.ts";
import { between } from "./random.ts";
import { circle, ellipse, gradient, path, radial, rect } from "./shapes.ts";

/** A wall above and a floor below, meeting at `floorY`. Colours are [at the top, at the bottom]. */
export function room(
  canvas: Canvas,
  floorY: number,
  wall: readonly [string, string],
  floor: readonly [string, string],
): void {
  const { width, height } = canvas;
  canvas.add(
    gradient("wall", [
      [0, wall[0]],
      [1, wall[1]],
    ]),
    gradient("floor", [
      [0, floor[0]],
      [1, floor[1]],
    ]),
    rect(0, 0, width, floorY, "url(#wall)"),
    rect(0, floorY, width, height - floorY, "url(#floor)"),
    rect(0, floorY - 12, width, 12, "#fff", 0, 'opacity="0.18"'),
  );
}

/** The whole canvas, from the top to the bottom. */
export function sky(canvas: Canvas, stops: readonly (readonly [number, string, number?])[]): void {
  canvas.add(gradient("sky", stops), rect(0, 0, canvas.width, canvas.height, "url(#sky)"));
}

/** Small stars above `lowest`. */
export function stars(canvas: Canvas, count: number, lowest: number): void {
  const { random } = canvas;
  for (let star = 0; star < count; star += 1) {
    const opacity = between(random, 0.3, 1).toFixed(2);
    canvas.add(
      circle(
        round(random() * canvas.width),
        round(random() * lowest),
        round(between(random, 0.6, 2.6)),
        "#fff",
        `opacity="${opacity}"`,
      ),
    );
  }
}

/** A light that fades outwards. `id` must differ between the lights of a canvas. */
export function light(
  canvas: Canvas,
  id: string,
  x: number,
  y: number,
  radius: number,
  colour: string,
  opacity = 1,
): void {
  canvas.add(
    radial(id, [
      [0, colour, opacity],
      [1, colour, 0],
    ]),
    circle(x, y, radius, `url(#${id})`),
  );
}

/** Puffy clouds of circles around (x, y); `size` is about half the width. */
export function cloud(canvas: Canvas, x: number, y: number, size: number, colour: string, opacity = 1): void {
  const puffs = [
    [-0.62, 0.1, 0.32],
    [-0.2, -0.12, 0.45],
    [0.28, -0.04, 0.4],
    [0.68, 0.14, 0.27],
  ] as const;
  canvas.add(
    `<g fill="${colour}" opacity="${opacity}">`,
    rect(x - size * 0.9, y, size * 1.82, size * 0.42, colour, size * 0.21),
    ...puffs.map(([across, down, radius]) =>
      circle(round(x + across * size), round(y + down * size), round(radius * size), colour),
    ),
    "</g>",
  );
}

/** Hills as one wavy band from `top` to the bottom. `waves`: how many over the width. */
export function hills(canvas: Canvas, top: number, rise: number, waves: number, colour: string): void {
  const { width, height, random } = canvas;
  const phase = random() * Math.PI * 2;
  const points = Array.from({ length: 61 }, (_, index) => {
    const at = index / 60;
    const angle = at * waves * Math.PI * 2 + phase;
    return `${round(at * width)} ${round(top - rise * (0.7 * Math.sin(angle) + 0.3 * Math.sin(angle * 2.3 + phase)))}`;
  });
  canvas.add(path(`M0 ${height} L${points.join(" L")} L${width} ${height} Z`, colour));
}

/** An emoji with a shadow on the ground below it. */
export function standing(canvas: Canvas, name: string, place: EmojiPlace): void {
  const { x, y, size } = place;
  canvas.add(ellipse(x, y + size * 0.47, size * 0.42, size * 0.06, "#000", 'opacity="0.22"'));
  canvas.emoji(name, place);
}

/** A table over the whole width, seen from the front. */
export function table(canvas: Canvas, top: number, colours: readonly [string, string]): void {
  const { width, height } = canvas;
  canvas.add(
    gradient("table", [
      [0, colours[0]],
      [1, colours[1]],
    ]),
    rect(0, top, width, height - top, "url(#table)"),
    rect(0, top, width, 10, "#fff", 0, 'opacity="0.25"'),
    rect(0, top + 34, width, 6, "#000", 0, 'opacity="0.12"'),
  );
}

/** Darker towards the corners, so that the eye stays in the middle and captions stand out. */
export function vignette(canvas: Canvas, strength = 0.45): void {
  canvas.add(
    `<radialGradient id="vignette" r="0.75"><stop offset="0.55" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity="${strength}"/></radialGradient>`,
    rect(0, 0, canvas.width, canvas.height, "url(#vignette)"),
  );
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
