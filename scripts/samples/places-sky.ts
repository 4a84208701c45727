// Places that are mostly sky and water, computed pixel by pixel.
import { round } from "./backdrops.ts";
import { type Canvas, createCanvas } from "./canvas.ts";
import { firs } from "./firs.ts";
import { blend, type Colour, glow, hex, type Pixels, scale, shade } from "./pixels.ts";
import { between, fractal, mix, noiseFor, ramp, randomFor } from "./random.ts";
import type { Sample } from "./sample.ts";
import { path, stroke } from "./shapes.ts";

/** How close (x, y) is to a light, 1 at its centre, fading over about `reach` pixels. */
function nearness(x: number, y: number, lightX: number, lightY: number, reach: number): number {
  return Math.exp(-((x - lightX) ** 2 + (y - lightY) ** 2) / (2 * reach * reach));
}

function sunsetBeach(): Canvas {
  const width = 1200;
  const height = 800;
  const horizon = 430;
  const sun = { x: 700, y: 395 };
  const noise = noiseFor("sunset");
  const skyAt = scale([
    [0, "#2b1b52"],
    [0.35, "#8a2f6f"],
    [0.65, "#ec5a4f"],
    [0.88, "#ff9d4d"],
    [1, "#ffd98a"],
  ]);
  const air = (x: number, y: number): Colour => {
    const clouds = ramp(0.5, 0.78, fractal(noise, x / 260, y / 46, 5)) * ramp(-60, 160, y) * ramp(horizon, 300, y);
    const lit = blend(hex("#5a2560"), hex("#ff8f6b"), ramp(60, 340, y));
    const base = blend(skyAt(y / horizon), lit, clouds * 0.8);
    return glow(base, [255, 190, 90], 0.75 * nearness(x, y, sun.x, sun.y, 150));
  };
  const disc = (x: number, y: number) => ramp(47, 42, Math.hypot(x - sun.x, y - sun.y));
  const water = (x: number, y: number): Colour => {
    const depth = (y - horizon) / 230;
    const ripple = fractal(noise, x / mix(90, 240, depth), (y - horizon) / mix(2.2, 13, depth), 3);
    const base = blend(air(x, horizon - (y - horizon) * 1.1 - 12), hex("#3a1f58"), 0.35 + depth * 0.2);
    const path = Math.exp(-(((x - sun.x) / (26 + depth * 130)) ** 2)) * ramp(0.42, 0.62, ripple);
    return glow(glow(base, [255, 170, 80], path * 0.9), [255, 255, 255], (ripple - 0.5) * 0.16);
  };
  const sand = (x: number, y: number): Colour => {
    const grain = noise(x / 1.7, y / 1.7) * 0.08 + fractal(noise, x / 120, y / 24, 3) * 0.25;
    return glow(blend(hex("#7b4a52"), hex("#3d2238"), ramp(640, 800, y)), [255, 160, 90], grain - 0.12);
  };
  const background = shade(width, height, (x, y) => {
    if (y < horizon) return blend(air(x, y), [255, 247, 214], disc(x, y));
    const shore = 655 + 14 * Math.sin(x / 140) + 8 * Math.sin(x / 47 + 1);
    const foam = ramp(7, 0, Math.abs(y - shore)) + 0.6 * ramp(5, 0, Math.abs(y - shore + 26 + 6 * Math.sin(x / 90)));
    return glow(blend(water(x, y), sand(x, y), ramp(shore - 12, shore + 2, y)), [255, 215, 200], foam * 0.55);
  });
  const canvas = createCanvas(width, height, "sunset", background);
  palm(canvas, 150, 800, 235, 270, 1);
  palm(canvas, 60, 800, 40, 370, 0.8);
  return canvas;
}

/** The dark outline of a palm tree from its foot to its crown. */
function palm(canvas: Canvas, footX: number, footY: number, crownX: number, crownY: number, size: number): void {
  const bend = (footX + crownX) / 2 - 46 * size;
  canvas.add(stroke(`M${footX} ${footY} Q${bend} ${(footY + crownY) / 2} ${crownX} ${crownY}`, "#1a0c24", 19 * size));
  for (const angle of [-172, -148, -118, -80, -46, -18, 12, 160]) {
    const reach = 165 * size * between(canvas.random, 0.85, 1.1);
    const tipX = crownX + Math.cos((angle * Math.PI) / 180) * reach;
    const tipY = crownY + Math.sin((angle * Math.PI) / 180) * reach * 0.62 + 70 * size;
    const overX = mix(crownX, tipX, 0.55);
    const overY = Math.min(crownY, tipY) - 46 * size;
    canvas.add(
      path(
        `M${crownX} ${crownY} Q${round(overX)} ${round(overY)} ${round(tipX)} ${round(tipY)} Q${round(overX)} ${round(overY + 44 * size)} ${crownX} ${crownY} Z`,
        "#1a0c24",
      ),
    );
  }
}

/** A clear sky with white clouds that thicken towards the horizon. */
function cloudySky(name: string, horizon: number, from = 0.52): (x: number, y: number) => Colour {
  const noise = noiseFor(name);
  const blue = scale([
    [0, "#1565c0"],
    [0.55, "#4a9fe8"],
    [1, "#cfeaff"],
  ]);
  return (x, y) => {
    const far = mix(1.1, 0.75, y / horizon);
    const body = fractal(noise, x / 250, y / far / 120, 6);
    const above = fractal(noise, x / 250 + 0.05, (y - 20) / far / 120, 5);
    const cover = ramp(from, from + 0.17, body);
    const shadow = ramp(-0.03, 0.12, above - from) * 0.7;
    return blend(blue(y / horizon), blend([255, 255, 255], [168, 186, 210], shadow), cover);
  };
}

function sea(): Pixels {
  const horizon = 380;
  const air = cloudySky("sea", horizon);
  const noise = noiseFor("waves");
  const deep = scale([
    [0, "#2a86c8"],
    [0.3, "#1470b5"],
    [0.7, "#0d8fae"],
    [1, "#25b5b8"],
  ]);
  return shade(1200, 800, (x, y) => {
    if (y < horizon) return air(x, y);
    const depth = (y - horizon) / 420;
    const swell = fractal(noise, (x - 600) / mix(34, 170, depth) + 90, 26 / (depth + 0.12) + x / 700, 4);
    const crest = ramp(0.66, 0.8, swell);
    return glow(
      glow(deep(depth), [190, 235, 255], (swell - 0.5) * 0.5),
      [255, 255, 255],
      crest * 0.4 * ramp(0, 0.25, depth),
    );
  });
}

function blueSea(): Canvas {
  const canvas = createCanvas(1200, 800, "sea", sea());
  canvas.emoji("sailboat", { x: 830, y: 362, size: 96 });
  return canvas;
}

function milkyWay(): Canvas {
  const width = 1100;
  const height = 820;
  const noise = noiseFor("milky way");
  const base = scale([
    [0, "#050818"],
    [0.6, "#0f1c46"],
    [0.85, "#2a3f7c"],
    [1, "#5b6fa8"],
  ]);
  const background = shade(width, height, (x, y) => {
    const along = (x - 200) * 0.52 + (height - y) * 0.85;
    const across = ((x - 560) * 0.85 + (y - 380) * 0.55) / 170;
    const dust = fractal(noise, x / 150, y / 150, 5);
    const band = Math.exp(-(across ** 2)) * (0.55 + 0.45 * fractal(noise, along / 130, across * 1.5, 4));
    const lane = Math.exp(-(((across + (dust - 0.5) * 1.4) / 0.28) ** 2)) * 0.75;
    const light = Math.max(0, band - lane * band) * 1.1;
    return glow(
      glow(base(y / height), [150, 130, 205], light * 0.75),
      [255, 175, 150],
      Math.max(0, light - 0.35) * 0.4,
    );
  });
  const canvas = createCanvas(width, height, "milky way", background);
  const { random } = canvas;
  for (let star = 0; star < 620; star += 1) {
    const colour = ["#fff", "#cfe0ff", "#ffe9cf"][star % 3];
    const size = random() < 0.05 ? between(random, 1.6, 2.4) : between(random, 0.4, 1.2);
    canvas.add(
      `<circle cx="${round(random() * width)}" cy="${round(random() * 740)}" r="${size.toFixed(2)}" fill="${colour}" opacity="${between(random, 0.35, 1).toFixed(2)}"/>`,
    );
  }
  canvas.add(firs(canvas, 742, 60, 150, "#060a1a"));
  return canvas;
}

function aurora(): Canvas {
  const width = 1100;
  const height = 760;
  const noise = noiseFor("aurora");
  const base = scale([
    [0, "#04071a"],
    [0.7, "#0a2238"],
    [1, "#14405a"],
  ]);
  const curtain = (x: number, y: number, foot: number, colour: Colour, strength: number, into: Colour): Colour => {
    const edge = foot + 90 * (fractal(noise, x / 330, foot / 90, 3) - 0.5) * 2;
    const rays = 0.45 + 0.75 * fractal(noise, x / 26, foot + y / 900, 3);
    const fade = y > edge ? Math.exp(-(((y - edge) / 14) ** 2)) : Math.exp(-(edge - y) / 150);
    const purple = blend(colour, [150, 70, 210], ramp(60, 330, edge - y));
    return glow(into, purple, fade * rays * strength);
  };
  const air = (x: number, y: number) =>
    curtain(x, y, 430, [50, 255, 150], 0.85, curtain(x, y, 300, [40, 230, 170], 0.5, base(y / 560)));
  const background = shade(width, height, (x, y) => {
    if (y < 560) return air(x, y);
    const ripple = (noise(x / 60, y / 5) - 0.5) * 26;
    return blend(air(x + ripple, 1120 - y), hex("#06101f"), 0.35 + (y - 560) / 500);
  });
  const canvas = createCanvas(width, height, "aurora", background);
  const random = randomFor("aurora stars");
  for (let star = 0; star < 220; star += 1)
    canvas.add(
      `<circle cx="${round(random() * width)}" cy="${round(random() * 440)}" r="${between(random, 0.4, 1.4).toFixed(2)}" fill="#fff" opacity="${between(random, 0.3, 0.9).toFixed(2)}"/>`,
    );
  canvas.add(
    '<clipPath id="land"><rect width="1100" height="566"/></clipPath><g clip-path="url(#land)">',
    firs(canvas, 560, 30, 92, "#030a12"),
    "</g>",
  );
  return canvas;
}

function coast(): Canvas {
  const width = 2400;
  const height = 600;
  const horizon = 300;
  const air = cloudySky("coast", horizon, 0.55);
  const noise = noiseFor("coast");
  const deep = scale([
    [0, "#3c95cf"],
    [0.5, "#1c86b5"],
    [1, "#4cc5bd"],
  ]);
  const layers = [
    { base: 292, rise: 76, width: 520, colour: "#86a8bf", seed: 3 },
    { base: 330, rise: 130, width: 380, colour: "#5f8f7c", seed: 40 },
    { base: 470, rise: 260, width: 420, colour: "#3c7a3f", seed: 80 },
  ] as const;
  const background = shade(width, height, (x, y) => {
    const wave = fractal(noise, x / 120, y / 9, 3);
    let colour = y < horizon ? air(x, y) : glow(deep((y - horizon) / 300), [220, 245, 255], (wave - 0.5) * 0.35);
    for (const layer of layers) {
      const reach = ramp(0.36, 0.7, noise(x / layer.width + layer.seed, layer.seed));
      const top = layer.base - layer.rise * reach * (0.6 + 0.4 * fractal(noise, x / 90 + layer.seed, 7, 4));
      const foot = layer.base + 40 * reach + 6 * noise(x / 30, layer.seed);
      if (reach < 0.02 || y < top || y > foot) continue;
      const bush = fractal(noise, x / 22, y / 14 + layer.seed, 3) - 0.5;
      const land = glow(hex(layer.colour), [255, 255, 200], bush * 0.45);
      colour = blend(land, hex("#f1ddb0"), ramp(foot - 16, foot - 6, y));
    }
    return colour;
  });
  const canvas = createCanvas(width, height, "coast", background);
  return canvas;
}

export const SKY_PLACES: readonly Sample[] = [
  {
    file: "places/sunset-beach.jpg",
    shows: "An orange and purple sunset over the sea, a beach with palm trees",
    encoding: { format: "jpeg", quality: 80 },
    draw: sunsetBeach,
  },
  {
    file: "places/IMG_7731.jpg",
    shows: "Blue sea under a blue sky with white clouds, a small sailing boat",
    encoding: { format: "jpeg", quality: 78 },
    draw: blueSea,
  },
  {
    file: "places/DSC_0148.jpg",
    shows: "The Milky Way and many stars over dark fir trees at night",
    encoding: { format: "jpeg", quality: 80 },
    draw: milkyWay,
  },
  {
    file: "places/northern lights.avif",
    shows: "Green northern lights over a lake at night",
    encoding: { format: "avif" },
    draw: aurora,
  },
  {
    file: "places/coast-panorama.jpg",
    shows: "A wide panorama of a green coast and turquoise water",
    encoding: { format: "jpeg", quality: 76, progressive: true },
    draw: coast,
  },
];
