// Memes with animals in water.
import { cloud, hills, light, round, sky } from "./backdrops.ts";
import { type Canvas, createCanvas } from "./canvas.ts";
import { barHeight, captionAbove, captionBar, captionBelow } from "./captions.ts";
import { between } from "./random.ts";
import type { Sample } from "./sample.ts";
import { circle, path, rect } from "./shapes.ts";

function whale(): Canvas {
  const canvas = createCanvas(1000, 780, "whale");
  sky(canvas, [
    [0, "#57b8ff"],
    [0.5, "#d8f3ff"],
  ]);
  light(canvas, "sun", 830, 150, 240, "#fff6c2");
  canvas.add(circle(830, 150, 62, "#ffe27a"));
  cloud(canvas, 200, 190, 120, "#fff", 0.95);
  cloud(canvas, 560, 250, 80, "#fff", 0.8);
  waves(canvas, 455, "#3aa0e0", 16);
  canvas.emoji("spouting-whale", { x: 460, y: 400, size: 400 });
  waves(canvas, 540, "#2284cc", 18);
  canvas.emoji("sailboat", { x: 850, y: 500, size: 110 });
  waves(canvas, 590, "#1767ab", 20);
  waves(canvas, 660, "#0f4d88", 20);
  captionAbove(canvas, "OH WHALE");
  captionBelow(canvas, "AT LEAST I TRIED");
  return canvas;
}

function waves(canvas: Canvas, top: number, colour: string, height: number): void {
  const crests = Array.from({ length: 11 }, () => `q 26 ${-height} 52 0 t 52 0`).join(" ");
  const start = -60 + Math.round(canvas.random() * 50);
  canvas.add(path(`M${start} ${top} ${crests} L1200 ${canvas.height} L${start} ${canvas.height} Z`, colour));
}

function rubberDuck(): Canvas {
  const text = "Me: explains the problem to the duck\nDuck: says nothing\nMe: thank you, you are a genius";
  const bar = barHeight(900, text);
  const canvas = createCanvas(900, 640 + bar, "duck");
  captionBar(canvas, text);
  canvas.add(`<g transform="translate(0 ${bar})">`, rect(0, 0, 900, 640, "#bfe9ee"));
  for (let row = 0; row < 6; row += 1)
    for (let column = 0; column < 10; column += 1)
      canvas.add(
        rect(column * 92 - (row % 2) * 46, row * 92, 86, 86, (row + column) % 5 === 0 ? "#a5dde5" : "#d3f2f4", 8),
      );
  canvas.add(rect(0, 470, 900, 170, "#4a9db0"), rect(0, 470, 900, 14, "#fff", 0, 'opacity="0.35"'));
  rubberDuckBody(canvas);
  canvas.add(
    path("M70 400 L830 400 C830 560 760 600 660 600 L240 600 C140 600 70 560 70 400 Z", "#fdfdfd"),
    rect(50, 380, 800, 44, "#eef3f5", 22),
  );
  for (let bubble = 0; bubble < 34; bubble += 1) {
    const radius = round(between(canvas.random, 14, 42));
    canvas.add(
      circle(
        round(between(canvas.random, 110, 790)),
        round(between(canvas.random, 352, 392)),
        radius,
        "#fff",
        'stroke="#cfe8f2" stroke-width="3" opacity="0.95"',
      ),
    );
  }
  canvas.emoji("bubbles", { x: 700, y: 170, size: 150 });
  canvas.add("</g>");
  return canvas;
}

function rubberDuckBody(canvas: Canvas): void {
  canvas.add(
    path(
      "M290 330 C270 200 360 240 420 260 C520 290 560 250 610 215 C640 330 590 440 450 440 C340 440 300 400 290 330 Z",
      "#ffd23f",
    ),
    circle(385, 180, 105, "#ffd23f"),
    path("M300 180 C250 170 225 195 232 215 C260 235 300 230 318 214 Z", "#ff8c2b"),
    path("M232 214 C262 224 300 216 320 208 L318 216 C300 232 258 236 232 214 Z", "#d9661a"),
    circle(358, 150, 17, "#222"),
    circle(352, 144, 6, "#fff"),
    path("M430 330 C470 290 550 300 570 300 C560 370 480 390 430 330 Z", "#f2b51f"),
  );
}

function octopus(): Canvas {
  const canvas = createCanvas(1000, 800, "octopus");
  sky(canvas, [
    [0, "#19c2d1"],
    [1, "#06406e"],
  ]);
  for (const x of [120, 420, 700])
    canvas.add(path(`M${x} 0 L${x + 120} 0 L${x - 60} 800 L${x - 260} 800 Z`, "#fff", 'opacity="0.07"'));
  for (let bubble = 0; bubble < 26; bubble += 1)
    canvas.add(
      circle(
        round(canvas.random() * 1000),
        round(canvas.random() * 800),
        round(between(canvas.random, 4, 18)),
        "none",
        'stroke="#d8fbff" stroke-width="3" opacity="0.5"',
      ),
    );
  hills(canvas, 740, 16, 2, "#e0c27a");
  canvas.emoji("octopus", { x: 500, y: 420, size: 400 });
  for (const [name, x, y, size, turn] of [
    ["laptop", 180, 560, 170, -10],
    ["hot-beverage", 150, 350, 120, -8],
    ["mobile-phone", 270, 230, 110, -14],
    ["telephone-receiver", 740, 230, 110, 10],
    ["memo", 850, 370, 130, 8],
    ["video-game", 820, 580, 150, 10],
  ] as const)
    canvas.emoji(name, { x, y, size, turn });
  captionAbove(canvas, "I AM VERY GOOD AT MULTITASKING");
  captionBelow(canvas, "NOTHING IS FINISHED");
  return canvas;
}

export const WATER_MEMES: readonly Sample[] = [
  {
    file: "memes/oh-whale.avif",
    shows: "A blue whale spouting in the sea under a blue sky, a sailing boat",
    encoding: { format: "avif" },
    draw: whale,
  },
  {
    file: "memes/rubber-duck-debugging.png",
    shows: "A yellow rubber duck in a bathtub full of foam",
    encoding: { format: "png", colours: 64 },
    draw: rubberDuck,
  },
  {
    file: "memes/IMG_5120.jpg",
    shows: "An octopus under water with a laptop, coffee, phones and a game controller in its arms",
    encoding: { format: "jpeg", quality: 82 },
    draw: octopus,
  },
];
