// Memes about money, machines, ghosts and waiting; one of them moves.
import { cloud, hills, light, room, round, sky, stars, vignette } from "./backdrops.ts";
import { type Canvas, createCanvas } from "./canvas.ts";
import { barHeight, captionAbove, captionBar, captionBelow } from "./captions.ts";
import type { Sample } from "./sample.ts";
import { circle, ellipse, path, rect, stroke } from "./shapes.ts";

function rocket(): Canvas {
  const canvas = createCanvas(900, 900, "rocket");
  sky(canvas, [
    [0, "#141a4a"],
    [0.55, "#b0437e"],
    [0.85, "#ff9e5e"],
    [1, "#ffd08a"],
  ]);
  stars(canvas, 70, 360);
  light(canvas, "flare", 450, 700, 340, "#fff3c4", 0.95);
  canvas.add(rect(120, 250, 26, 520, "#2a2340"), rect(190, 250, 26, 520, "#2a2340"));
  for (let step = 0; step < 10; step += 1)
    canvas.add(stroke(`M133 ${260 + step * 50} L203 ${310 + step * 50}`, "#2a2340", 10));
  canvas.add(path("M430 560 C400 650 420 700 450 760 C480 700 500 650 470 560 Z", "#ffdf6b"));
  canvas.emoji("rocket", { x: 450, y: 410, size: 370, turn: -45 });
  for (const [x, y, size] of [
    [450, 790, 190],
    [270, 800, 150],
    [640, 800, 160],
    [110, 830, 130],
    [800, 830, 140],
  ] as const)
    cloud(canvas, x, y, size, "#fff", 0.93);
  captionAbove(canvas, "DEPLOYING ON FRIDAY");
  captionBelow(canvas, "WHAT COULD GO WRONG");
  return canvas;
}

function payday(): Canvas {
  const text = "My salary on the second day of the month";
  const bar = barHeight(960, text);
  const canvas = createCanvas(960, 640 + bar, "payday");
  canvas.add(`<g transform="translate(0 ${bar})">`, rect(0, 0, 960, 640, "#7fd0a6"));
  for (let ray = 0; ray < 18; ray += 1) {
    const angle = (ray / 18) * Math.PI * 2;
    const end = (turn: number) =>
      `${round(430 + 900 * Math.cos(angle + turn))} ${round(330 + 900 * Math.sin(angle + turn))}`;
    canvas.add(path(`M430 330 L${end(0)} L${end(Math.PI / 18)} Z`, "#93dcb6"));
  }
  for (const [x, y, size, turn] of [
    [640, 170, 170, -12],
    [790, 330, 150, 10],
    [560, 340, 120, 4],
    [850, 120, 110, -20],
    [720, 500, 130, 16],
  ] as const)
    canvas.emoji("money-with-wings", { x, y, size, turn });
  canvas.add(ellipse(280, 590, 220, 30, "#2f7d57", 'opacity="0.5"'));
  canvas.emoji("purse", { x: 280, y: 440, size: 300 });
  canvas.emoji("crying-face", { x: 280, y: 190, size: 230 });
  canvas.add("</g>");
  captionBar(canvas, text);
  return canvas;
}

function robot(): Canvas {
  const canvas = createCanvas(1000, 780, "robot");
  room(canvas, 590, ["#d9dde6", "#f4f5f8"], ["#aab2c0", "#7e8796"]);
  canvas.add(
    rect(500, 170, 400, 380, "#fff", 12, 'stroke="#c6ccd6" stroke-width="4"'),
    rect(520, 190, 360, 70, "#3c78d8", 6),
  );
  canvas.write("SELECT ALL TRAFFIC LIGHTS", 540, 236, { font: "inter-bold", size: 22, fill: "#fff" });
  for (let tile = 0; tile < 6; tile += 1) {
    const x = 520 + (tile % 3) * 122;
    const y = 272 + Math.floor(tile / 3) * 134;
    canvas.add(rect(x, y, 116, 126, ["#9fd3f0", "#c5e8b7", "#f5d3a8"][tile % 3] ?? "#fff", 4));
    const name =
      ["vertical-traffic-light", "cat-face", "automobile", "evergreen-tree", "vertical-traffic-light", "bus"][tile] ??
      "bus";
    canvas.emoji(name, { x: x + 58, y: y + 64, size: 92 });
  }
  canvas.add(
    rect(150, 480, 260, 200, "#5d6b80", 30),
    rect(185, 515, 190, 90, "#2d3646", 14),
    circle(230, 560, 18, "#ff5c5c"),
    circle(290, 560, 18, "#ffd24d"),
    circle(340, 560, 18, "#63e08a"),
  );
  canvas.emoji("robot", { x: 280, y: 340, size: 330 });
  vignette(canvas, 0.25);
  captionAbove(canvas, "I AM NOT A ROBOT");
  captionBelow(canvas, "I JUST FAILED THE TEST TWICE");
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
  canvas.add(
    circle(690, 260, 92, "#fbf0c4"),
    circle(660, 240, 18, "#e8d9a0"),
    circle(715, 290, 24, "#e8d9a0"),
    circle(722, 225, 11, "#e8d9a0"),
  );
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

const SNAIL_FRAMES = 10;

function snailFrame(index: number): Canvas {
  const canvas = createCanvas(480, 360, "snail");
  canvas.add(rect(0, 0, 480, 360, "#bfe8ff"));
  cloud(canvas, 110, 120, 46, "#fff");
  cloud(canvas, 370, 145, 34, "#fff");
  hills(canvas, 240, 12, 1.2, "#a3d977");
  canvas.add(rect(0, 268, 480, 92, "#6b7280"));
  for (let dash = 0; dash < 7; dash += 1) canvas.add(rect(dash * 80 + 10, 300, 44, 7, "#f3f4f6", 3));
  const along = index / (SNAIL_FRAMES - 1);
  canvas.emoji("snail", { x: round(60 + along * 250), y: 240 - (index % 2) * 4, size: 110, flip: true });
  canvas.emoji("chequered-flag", { x: 430, y: 220, size: 90 });
  captionAbove(canvas, "LOADING PLEASE WAIT", 44);
  canvas.add(rect(90, 326, 300, 20, "#374151", 10), rect(94, 330, round(16 + along * 180), 12, "#34d399", 6));
  return canvas;
}

function snail(): readonly [Canvas, ...Canvas[]] {
  return [snailFrame(0), ...Array.from({ length: SNAIL_FRAMES - 1 }, (_, index) => snailFrame(index + 1))];
}

export const MORE_MEMES: readonly Sample[] = [
  {
    file: "memes/deploying-on-friday.jpg",
    shows: "A rocket taking off in the evening light",
    encoding: { format: "jpeg", quality: 80, progressive: true },
    draw: rocket,
  },
  {
    file: "memes/payday.png",
    shows: "Banknotes with wings fly out of an empty purse, a crying face, green rays",
    encoding: { format: "png", colours: 64 },
    draw: payday,
  },
  {
    file: "memes/IMG_2281.jpg",
    shows: "A robot in front of a picture puzzle with traffic lights",
    encoding: { format: "jpeg", quality: 82 },
    draw: robot,
  },
  {
    file: "memes/boo 👻.png",
    shows: "A ghost at night between gravestones, a full moon and bats",
    encoding: { format: "png", colours: 128 },
    draw: ghost,
  },
  {
    file: "memes/loading.gif",
    shows: "A snail crawling along a road towards a finish flag (moving)",
    encoding: { format: "gif", frameMs: 220 },
    draw: snail,
  },
];
