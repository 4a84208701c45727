// Places on land, computed pixel by pixel: dunes, mountains, fields.
import { light } from "./backdrops.ts";
import { type Canvas, createCanvas } from "./canvas.ts";
import { firs } from "./firs.ts";
import { blend, type Colour, glow, hex, scale, shade } from "./pixels.ts";
import { fractal, mix, noiseFor, ramp } from "./random.ts";
import type { Sample } from "./sample.ts";
import { circle, ellipse, path } from "./shapes.ts";

function desert(): Canvas {
  const width = 1200;
  const height = 780;
  const noise = noiseFor("desert");
  const air = scale([
    [0, "#3f8fd6"],
    [0.6, "#a9d6f2"],
    [1, "#f8e7c4"],
  ]);
  const dunes = [0, 1, 2, 3, 4].map((index) => ({
    top: 330 + index * 78,
    rise: 46 + index * 26,
    width: 300 + index * 90,
    lit: blend(hex("#efc58c"), hex("#e8954a"), index / 4),
    dark: blend(hex("#c98f62"), hex("#8f4420"), index / 4),
    seed: index * 31 + 5,
  }));
  const background = shade(width, height, (x, y) => {
    let colour: Colour = air(y / 420);
    for (const dune of dunes) {
      const heightAt = (at: number) => dune.rise * (noise(at / dune.width, dune.seed) - 0.5) * 2.4;
      const crest = dune.top - heightAt(x);
      if (y < crest) continue;
      // Below the crest the ridge wanders sideways: light on one side, shadow on the other.
      const below = y - crest;
      const slope = heightAt(x + 6 + below * 0.55) - heightAt(x - 6 + below * 0.55);
      const ripples = Math.sin((y + 14 * noise(x / 70, y / 50)) / mix(2, 3.4, dune.seed / 130) + x / 60) * 0.03;
      const face = ramp(-2.2, 2.2, slope + below * 0.004);
      colour = glow(
        blend(dune.dark, dune.lit, face),
        [255, 225, 170],
        ripples + (noise(x / 1.5, y / 1.5) - 0.5) * 0.05,
      );
    }
    return colour;
  });
  const canvas = createCanvas(width, height, "desert", background);
  light(canvas, "sun", 930, 130, 210, "#fffbe0", 0.95);
  canvas.add(circle(930, 130, 46, "#fffdf0"));
  for (const [index, x] of [300, 372, 444].entries()) {
    canvas.add(ellipse(x - 26, 590 + index * 9, 44, 7, "#5b2a12", 'opacity="0.45"'));
    canvas.emoji("two-hump-camel", { x, y: 555 + index * 9, size: 78 });
  }
  return canvas;
}

function snowMountain(): Canvas {
  const width = 1200;
  const height = 800;
  const noise = noiseFor("mountain");
  const air = scale([
    [0, "#2f7fd0"],
    [0.7, "#a7d4f5"],
    [1, "#e6f3fb"],
  ]);
  const ridge = (x: number, seed: number) => fractal((a, b) => 1 - Math.abs(noise(a, b) * 2 - 1), x, seed, 6);
  const ranges = [
    { top: (x: number) => 470 - 150 * ridge(x / 300, 3), rock: hex("#8fa9c4"), snow: hex("#dbe8f3"), snowLine: 420 },
    {
      top: (x: number) =>
        560 - 430 * Math.exp(-(((x - 660) / 330) ** 2)) * (0.72 + 0.34 * ridge(x / 190, 9)) - 70 * ridge(x / 120, 21),
      rock: hex("#5b6b82"),
      snow: hex("#ffffff"),
      snowLine: 470,
    },
  ];
  const background = shade(width, height, (x, y) => {
    let colour: Colour = air(y / 560);
    for (const range of ranges) {
      const top = range.top(x);
      if (y < top) continue;
      const below = y - top;
      // The face is lit as if the ridge line went on down the slope, tilted to the left.
      const slope = range.top(x + below * 0.35 + 5) - range.top(x + below * 0.35 - 5);
      const lit = ramp(-9, 9, slope + (fractal(noise, x / 16, y / 24, 4) - 0.5) * 16);
      const snowy = ramp(60, -60, y - range.snowLine + (fractal(noise, x / 40, y / 26, 4) - 0.5) * 190);
      const rock = blend(glow(range.rock, [60, 60, 70], -0.5), range.rock, lit);
      const snow = blend(blend(range.snow, hex("#6f93c4"), 0.62), range.snow, lit);
      colour = blend(blend(rock, snow, snowy), hex("#d6e6f4"), ramp(470, 640, y) * 0.75);
    }
    return blend(colour, hex("#eef5fb"), ramp(640, 720, y + 24 * Math.sin(x / 170)));
  });
  const canvas = createCanvas(width, height, "mountain", background);
  canvas.add(firs(canvas, 690, 40, 120, "#274a4f"));
  canvas.add(path("M0 690 C300 650 520 730 780 690 C960 662 1100 690 1200 676 L1200 800 L0 800 Z", "#f7fbff"));
  canvas.add(path("M0 748 C260 716 620 790 1200 730 L1200 800 L0 800 Z", "#dfeaf6"));
  canvas.emoji("skier", { x: 300, y: 690, size: 84, flip: true });
  return canvas;
}

function lavender(): Canvas {
  const width = 1200;
  const height = 780;
  const horizon = 330;
  const noise = noiseFor("lavender");
  const air = scale([
    [0, "#6aa5e8"],
    [0.6, "#f3c9d8"],
    [1, "#ffe2b0"],
  ]);
  const background = shade(width, height, (x, y) => {
    const far = horizon - 34 - 46 * noise(x / 240, 4) - 10 * noise(x / 40, 9);
    if (y < far) return air(y / horizon);
    if (y < horizon) return glow(hex("#7d86b0"), [255, 220, 200], 0.1 * fractal(noise, x / 30, y / 12, 3));
    const depth = (y - horizon) / (height - horizon);
    const distance = 1 / (depth + 0.06);
    const row = (x - 560) * distance * 0.011;
    const bush = 0.5 + 0.5 * Math.cos(row * Math.PI * 2 + (noise(x / 30, distance * 3) - 0.5) * 1.1);
    const bloom = fractal(noise, x / mix(3, 16, depth), y / mix(2, 11, depth), 3);
    const flower = blend(hex("#5b2a8c"), hex("#b98af0"), ramp(0.3, 0.75, bloom * 0.75 + bush * 0.25));
    const soil = blend(hex("#5f4a3a"), hex("#6f8a45"), ramp(0.35, 0.65, bloom));
    return blend(blend(soil, flower, ramp(0.2, 0.42, bush)), hex("#c9a3d8"), ramp(0.16, 0, depth) * 0.75);
  });
  const canvas = createCanvas(width, height, "lavender", background);
  light(canvas, "sun", 900, 250, 280, "#fff0c0", 0.9);
  canvas.emoji("house", { x: 260, y: 292, size: 90 });
  for (const [x, size] of [
    [180, 80],
    [330, 96],
    [372, 76],
  ] as const)
    canvas.emoji("evergreen-tree", { x, y: 330 - size / 2, size });
  canvas.emoji("butterfly", { x: 780, y: 480, size: 60, turn: -14 });
  return canvas;
}

export const LAND_PLACES: readonly Sample[] = [
  {
    file: "places/desert.jpg",
    shows: "Orange sand dunes in the desert, camels, a blue sky",
    encoding: { format: "jpeg", quality: 78 },
    draw: desert,
  },
  {
    file: "places/snow-mountain.jpg",
    shows: "A white mountain with snow under a blue sky, a skier",
    encoding: { format: "jpeg", quality: 78 },
    draw: snowMountain,
  },
  {
    file: "places/Lavande en Provence – été.jpg",
    shows: "A purple field of lavender with a small house",
    encoding: { format: "jpeg", quality: 76 },
    draw: lavender,
  },
];
