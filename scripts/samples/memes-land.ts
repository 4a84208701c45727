// Memes with animals on land.
import { cloud, hills, room, round, sky, standing, table, vignette } from "./backdrops.ts";
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

function sloth(): Canvas {
  const text = "Me after the build said\n“only two minutes left”";
  const bar = barHeight(900, text);
  const canvas = createCanvas(900, 680 + bar, "sloth");
  canvas.add(`<g transform="translate(0 ${bar})">`);
  canvas.add(
    gradient("jungle", [
      [0, "#c9f2a5"],
      [1, "#2c8a4f"],
    ]),
    rect(0, 0, 900, 680, "url(#jungle)"),
  );
  for (let leaf = 0; leaf < 46; leaf += 1) {
    const x = round(canvas.random() * 900);
    const y = round(canvas.random() < 0.5 ? between(canvas.random, -20, 130) : between(canvas.random, 520, 700));
    const colour = ["#1f6b3a", "#2f9a52", "#57b85a", "#0f4f2e"][leaf % 4] ?? "#1f6b3a";
    canvas.add(
      ellipse(x, y, 90, 30, colour, `transform="rotate(${Math.round(canvas.random() * 180)} ${x} ${y})" opacity="0.9"`),
    );
  }
  canvas.add(
    stroke("M-20 205 C250 165 620 170 930 215", "#6b4423", 42),
    stroke("M-20 195 C250 155 620 160 930 205", "#8a5a30", 14),
  );
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
  canvas.add(
    path("M560 560 L740 240 L820 240 L960 520 L960 560 Z", "#a5633f"),
    path("M722 272 L740 240 L820 240 L838 276 L800 300 L775 270 L750 305 Z", "#e2452b"),
  );
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

function panda(): Canvas {
  const canvas = createCanvas(960, 760, "panda");
  room(canvas, 570, ["#f7c59f", "#fbe3c8"], ["#c98a5a", "#8f5a36"]);
  canvas.add(
    rect(640, 130, 230, 200, "#8c5a3c", 6),
    rect(654, 144, 202, 172, "#ffad60"),
    circle(755, 250, 50, "#fff0b3"),
    path("M654 270 L720 230 L790 285 L856 240 L856 316 L654 316 Z", "#7a4b6a"),
  );
  canvas.add(
    rect(130, 360, 620, 250, "#2f8f83", 50),
    rect(90, 420, 110, 200, "#277a70", 40),
    rect(690, 420, 110, 200, "#277a70", 40),
  );
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

export const LAND_MEMES: readonly Sample[] = [
  {
    file: "memes/penguin-meeting.jpg",
    shows: "A penguin with a briefcase on the ice, other penguins behind it",
    encoding: { format: "jpeg", quality: 82, progressive: true },
    draw: penguin,
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
    file: "memes/Schönen Feierabend.jpg",
    shows: "A panda with pizza on a green sofa after work",
    encoding: { format: "jpeg", quality: 82 },
    draw: panda,
  },
];
