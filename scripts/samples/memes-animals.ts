// Memes with animals.
import { cloud, hills, light, room, round, sky, standing, stars, table, vignette } from "./backdrops.ts";
import { type Canvas, createCanvas } from "./canvas.ts";
import { barHeight, captionAbove, captionBar, captionBelow } from "./captions.ts";
import { between } from "./random.ts";
import type { Sample } from "./sample.ts";
import { circle, ellipse, gradient, path, rect, stroke } from "./shapes.ts";

function penguin(): Canvas {
  const canvas = createCanvas(960, 760, "penguin");
  sky(canvas, [
    [0, "#3d8fd1"],
    [0.6, "#c9ecfb"],
    [1, "#eaf8ff"],
  ]);
  canvas.add(path("M0 470 L150 300 L250 400 L400 240 L560 430 L700 310 L960 500 L960 760 L0 760 Z", "#a8d8ee"));
  canvas.add(path("M0 520 L200 400 L380 520 L620 420 L960 560 L960 760 L0 760 Z", "#d5effa"));
  canvas.add(ellipse(480, 760, 700, 200, "#e3f3fb"));
  for (const [x, size, flip] of [
    [150, 110, false],
    [270, 130, true],
    [860, 120, true],
  ] as const)
    standing(canvas, "penguin", { x, y: 545, size, flip });
  standing(canvas, "penguin", { x: 560, y: 420, size: 370 });
  canvas.emoji("briefcase", { x: 715, y: 530, size: 130, turn: 8 });
  canvas.emoji("necktie", { x: 560, y: 470, size: 110 });
  captionAbove(canvas, "WALKS INTO THE MEETING");
  captionBelow(canvas, "FORGETS WHY");
  return canvas;
}

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

function sloth(): Canvas {
  const text = "Me after the build said\n“only two minutes left”";
  const bar = barHeight(900, text);
  const canvas = createCanvas(900, 680 + bar, "sloth");
  canvas.add(`<g transform="translate(0 ${bar})">`);
  canvas.add(gradient("jungle", [[0, "#c9f2a5"], [1, "#2c8a4f"]]), rect(0, 0, 900, 680, "url(#jungle)"));
  for (let leaf = 0; leaf < 46; leaf += 1) {
    const x = round(canvas.random() * 900);
    const y = round(canvas.random() < 0.5 ? between(canvas.random, -20, 130) : between(canvas.random, 520, 700));
    const colour = ["#1f6b3a", "#2f9a52", "#57b85a", "#0f4f2e"][leaf % 4] ?? "#1f6b3a";
    canvas.add(ellipse(x, y, 90, 30, colour, `transform="rotate(${Math.round(canvas.random() * 180)} ${x} ${y})" opacity="0.9"`));
  }
  canvas.add(stroke("M-20 205 C250 165 620 170 930 215", "#6b4423", 42), stroke("M-20 195 C250 155 620 160 930 205", "#8a5a30", 14));
  canvas.emoji("sloth", { x: 430, y: 375, size: 440 });
  canvas.emoji("hourglass-not-done", { x: 740, y: 440, size: 170, turn: 12 });
  canvas.add("</g>");
  captionBar(canvas, text);
  return canvas;
}

function dinosaur(): Canvas {
  const canvas = createCanvas(960, 800, "dinosaur");
  sky(canvas, [
    [0, "#ffb36b"],
    [0.7, "#ffe3b0"],
  ]);
  canvas.add(path("M560 560 L740 240 L820 240 L960 520 L960 560 Z", "#a5633f"), path("M722 272 L740 240 L820 240 L838 276 L800 300 L775 270 L750 305 Z", "#e2452b"));
  cloud(canvas, 790, 190, 90, "#7a5a50", 0.7);
  hills(canvas, 560, 26, 1.4, "#8fbf5a");
  hills(canvas, 640, 20, 2, "#5f9a3f");
  for (const [x, y, size] of [
    [90, 480, 230],
    [900, 500, 200],
  ] as const)
    canvas.emoji("palm-tree", { x, y, size });
  standing(canvas, "t-rex", { x: 400, y: 430, size: 430, flip: true });
  standing(canvas, "wrapped-gift", { x: 690, y: 570, size: 150 });
  captionAbove(canvas, "WANTED TO GIVE YOU A HUG");
  captionBelow(canvas, "ARMS TOO SHORT");
  return canvas;
}

function rubberDuck(): Canvas {
  const text = "Me: explains the problem to the duck\nDuck: says nothing\nMe: thank you, you are a genius";
  const bar = barHeight(900, text);
  const canvas = createCanvas(900, 640 + bar, "duck");
  captionBar(canvas, text);
  canvas.add(`<g transform="translate(0 ${bar})">`, rect(0, 0, 900, 640, "#bfe9ee"));
  for (let row = 0; row < 6; row += 1)
    for (let column = 0; column < 10; column += 1)
      canvas.add(rect(column * 92 - (row % 2) * 46, row * 92, 86, 86, (row + column) % 5 === 0 ? "#a5dde5" : "#d3f2f4", 8));
  canvas.add(rect(0, 470, 900, 170, "#4a9db0"), rect(0, 470, 900, 14, "#fff", 0, 'opacity="0.35"'));
  rubberDuckBody(canvas);
  canvas.add(path("M70 400 L830 400 C830 560 760 600 660 600 L240 600 C140 600 70 560 70 400 Z", "#fdfdfd"), rect(50, 380, 800, 44, "#eef3f5", 22));
  for (let bubble = 0; bubble < 34; bubble += 1) {
    const radius = round(between(canvas.random, 14, 42));
    canvas.add(circle(round(between(canvas.random, 110, 790)), round(between(canvas.random, 352, 392)), radius, "#fff", 'stroke="#cfe8f2" stroke-width="3" opacity="0.95"'));
  }
  canvas.emoji("bubbles", { x: 700, y: 170, size: 150 });
  canvas.add("</g>");
  return canvas;
}

function rubberDuckBody(canvas: Canvas): void {
  canvas.add(
    path("M290 330 C270 200 360 240 420 260 C520 290 560 250 610 215 C640 330 590 440 450 440 C340 440 300 400 290 330 Z", "#ffd23f"),
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
  for (const x of [120, 420, 700]) canvas.add(path(`M${x} 0 L${x + 120} 0 L${x - 60} 800 L${x - 260} 800 Z`, "#fff", 'opacity="0.07"'));
  for (let bubble = 0; bubble < 26; bubble += 1)
    canvas.add(circle(round(canvas.random() * 1000), round(canvas.random() * 800), round(between(canvas.random, 4, 18)), "none", 'stroke="#d8fbff" stroke-width="3" opacity="0.5"'));
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

function panda(): Canvas {
  const canvas = createCanvas(960, 760, "panda");
  room(canvas, 570, ["#f7c59f", "#fbe3c8"], ["#c98a5a", "#8f5a36"]);
  canvas.add(rect(640, 130, 230, 200, "#8c5a3c", 6), rect(654, 144, 202, 172, "#ffad60"), circle(755, 250, 50, "#fff0b3"), path("M654 270 L720 230 L790 285 L856 240 L856 316 L654 316 Z", "#7a4b6a"));
  canvas.add(rect(130, 360, 620, 250, "#2f8f83", 50), rect(90, 420, 110, 200, "#277a70", 40), rect(690, 420, 110, 200, "#277a70", 40));
  canvas.add(ellipse(430, 560, 150, 120, "#2b2b33"), ellipse(430, 580, 105, 95, "#fff"));
  canvas.emoji("panda", { x: 430, y: 375, size: 290 });
  canvas.add(rect(170, 500, 520, 110, "#36a396", 36));
  canvas.emoji("pizza", { x: 590, y: 480, size: 130, turn: 10 });
  canvas.emoji("potted-plant", { x: 870, y: 520, size: 160 });
  table(canvas, 640, ["#a9713f", "#774a24"]);
  vignette(canvas, 0.3);
  captionAbove(canvas, "SCHÖNEN FEIERABEND");
  captionBelow(canvas, "BIS ÜBERMORGEN");
  return canvas;
}

function ghost(): Canvas {
  const canvas = createCanvas(900, 860, "ghost");
  sky(canvas, [
    [0, "#0b1030"],
    [0.7, "#2a2f6b"],
    [1, "#4a3f7a"],
  ]);
  stars(canvas, 130, 560);
  light(canvas, "moonlight", 690, 260, 300, "#fff4c8", 0.5);
  canvas.add(circle(690, 260, 92, "#fbf0c4"), circle(660, 240, 18, "#e8d9a0"), circle(715, 290, 24, "#e8d9a0"), circle(722, 225, 11, "#e8d9a0"));
  hills(canvas, 640, 34, 1.3, "#1b1d45");
  canvas.emoji("derelict-house", { x: 165, y: 540, size: 240 });
  hills(canvas, 700, 22, 1.8, "#0f1130");
  for (const [x, y] of [
    [600, 690],
    [735, 710],
    [840, 695],
  ] as const)
    canvas.emoji("headstone", { x, y, size: 110 });
  light(canvas, "shimmer", 430, 430, 300, "#bfe0ff", 0.45);
  canvas.emoji("ghost", { x: 430, y: 430, size: 330, turn: -6 });
  canvas.emoji("bat", { x: 240, y: 260, size: 90 });
  canvas.emoji("bat", { x: 540, y: 220, size: 56, turn: 14 });
  captionAbove(canvas, "I DELETED THE BRANCH");
  captionBelow(canvas, "IT STILL HAUNTS ME");
  return canvas;
}

export const ANIMAL_MEMES: readonly Sample[] = [
  {
    file: "memes/penguin-meeting.jpg",
    shows: "A penguin with a briefcase on the ice, other penguins behind it",
    encoding: { format: "jpeg", quality: 82, progressive: true },
    draw: penguin,
  },
  {
    file: "memes/oh-whale.avif",
    shows: "A blue whale spouting in the sea under a blue sky, a sailing boat",
    encoding: { format: "avif" },
    draw: whale,
  },
  {
    file: "memes/sloth waiting.jpg",
    shows: "A sloth hanging from a branch in the green jungle beside an hourglass",
    encoding: { format: "jpeg", quality: 82 },
    draw: sloth,
  },
  {
    file: "memes/t-rex hug.webp",
    shows: "A green dinosaur with a present, a volcano and palm trees in an orange evening",
    encoding: { format: "webp", quality: 82 },
    draw: dinosaur,
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
  {
    file: "memes/Schönen Feierabend.jpg",
    shows: "A panda with pizza on a green sofa after work",
    encoding: { format: "jpeg", quality: 82 },
    draw: panda,
  },
  {
    file: "memes/boo 👻.png",
    shows: "A ghost at night between gravestones, a full moon and bats",
    encoding: { format: "png", colours: 128 },
    draw: ghost,
  },
];
