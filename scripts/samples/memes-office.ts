// Memes about work.
import { cloud, light, room, round, sky, table, vignette } from "./backdrops.ts";
import { type Canvas, createCanvas } from "./canvas.ts";
import { barHeight, captionAbove, captionBar, captionBelow } from "./captions.ts";
import { between } from "./random.ts";
import type { Sample } from "./sample.ts";
import { blur, circle, ellipse, path, rect, stroke } from "./shapes.ts";

function dogFire(): Canvas {
  const canvas = createCanvas(1000, 800, "dog fire");
  const { random } = canvas;
  room(canvas, 600, ["#7a1f12", "#f08a2c"], ["#6b2a16", "#2e0f0a"]);
  light(canvas, "blaze", 500, 520, 620, "#ffd35a", 0.9);
  for (const x of [40, 800]) serverRack(canvas, x);
  for (const [x, y, size] of [
    [120, 160, 210],
    [860, 170, 230],
    [60, 500, 260],
    [250, 520, 190],
    [760, 520, 220],
    [930, 500, 270],
  ] as const)
    canvas.emoji("fire", { x, y, size });
  canvas.add(
    path("M360 660 C360 500 420 470 500 470 C580 470 640 500 640 660 Z", "#d79a55"),
    ellipse(500, 640, 78, 110, "#f3d3a0"),
  );
  canvas.emoji("dog-face", { x: 500, y: 370, size: 300 });
  table(canvas, 610, ["#9a5a2e", "#5b2f16"]);
  canvas.emoji("hot-beverage", { x: 690, y: 580, size: 110 });
  canvas.emoji("laptop", { x: 330, y: 560, size: 190 });
  canvas.add(blur("smoke", 30));
  for (let puff = 0; puff < 16; puff += 1) {
    canvas.add(
      ellipse(
        round(random() * 1000),
        round(between(random, -30, 70)),
        150,
        55,
        "#241210",
        'opacity="0.55" filter="url(#smoke)"',
      ),
    );
  }
  vignette(canvas, 0.5);
  captionAbove(canvas, "WE MOVED EVERYTHING TO THE CLOUD", 84);
  captionBelow(canvas, "THIS IS NOT FINE", 118);
  return canvas;
}

function serverRack(canvas: Canvas, x: number): void {
  canvas.add(rect(x, 210, 160, 400, "#2b2f3a", 10), rect(x + 10, 222, 140, 376, "#171a22", 6));
  for (let unit = 0; unit < 8; unit += 1) {
    const y = 232 + unit * 46;
    canvas.add(
      rect(x + 18, y, 124, 36, "#3a4050", 4),
      circle(x + 32, y + 18, 5, unit % 3 === 0 ? "#ff4d4d" : "#ffc83d"),
    );
    for (let slot = 0; slot < 5; slot += 1) canvas.add(rect(x + 52 + slot * 17, y + 10, 10, 16, "#171a22", 2));
  }
}

function mondayCat(): Canvas {
  const canvas = createCanvas(1000, 760, "monday cat");
  room(canvas, 560, ["#8fa9c4", "#c9d8e6"], ["#7c8aa0", "#5b6880"]);
  canvas.add(rect(90, 150, 300, 260, "#fff", 8), rect(104, 164, 272, 232, "#7f93ab"));
  cloud(canvas, 240, 250, 95, "#b8c5d4");
  for (let drop = 0; drop < 16; drop += 1) {
    const x = 125 + (drop % 8) * 32;
    const y = 300 + Math.floor(drop / 8) * 46 + (drop % 3) * 9;
    canvas.add(stroke(`M${x} ${y} l-7 22`, "#dbe8f5", 4));
  }
  canvas.add(rect(236, 160, 8, 240, "#fff"), rect(100, 276, 280, 8, "#fff"));
  canvas.add(path("M600 600 C580 440 640 400 710 400 C780 400 840 440 820 600 Z", "#f5a72c"));
  canvas.emoji("pouting-cat", { x: 710, y: 330, size: 300 });
  table(canvas, 560, ["#e0b98c", "#b98a5a"]);
  canvas.emoji("laptop", { x: 470, y: 500, size: 240 });
  canvas.emoji("hot-beverage", { x: 900, y: 530, size: 110 });
  vignette(canvas, 0.35);
  captionAbove(canvas, "I LIKE MORNINGS");
  captionBelow(canvas, "JUST NOT MONDAY MORNINGS");
  return canvas;
}

function tiredWorker(): Canvas {
  const canvas = createCanvas(900, 900, "tired worker");
  room(canvas, 640, ["#241b4d", "#5b4a8c"], ["#2d2450", "#1a1433"]);
  canvas.add(rect(560, 150, 270, 300, "#0f1030", 6));
  for (let index = 0; index < 24; index += 1) {
    const lit = canvas.random() > 0.55;
    canvas.add(rect(580 + (index % 4) * 60, 172 + Math.floor(index / 4) * 45, 40, 28, lit ? "#ffd76a" : "#1f2150", 3));
  }
  light(canvas, "lamp", 250, 330, 420, "#ffcf7d", 0.55);
  canvas.add(
    path("M230 720 C220 560 330 540 430 540 C530 540 640 560 630 720 Z", "#3f6fb5"),
    path("M395 545 L430 620 L465 545 Z", "#fff"),
  );
  canvas.add(path("M420 565 L440 565 L450 660 L430 690 L410 660 Z", "#c0392b"));
  canvas.emoji("weary-face", { x: 430, y: 415, size: 300 });
  table(canvas, 680, ["#6d4b8a", "#42295f"]);
  for (const [x, turn] of [
    [130, -6],
    [235, 4],
    [660, 0],
    [770, 7],
  ] as const)
    canvas.emoji("hot-beverage", { x, y: 650, size: 125, turn });
  canvas.emoji("zzz", { x: 620, y: 300, size: 110 });
  vignette(canvas);
  captionAbove(canvas, "TIRED AT WORK");
  captionBelow(canvas, "POWERED BY COFFEE");
  return canvas;
}

function twoButtons(): Canvas {
  const text = "Every developer on release day";
  const bar = barHeight(900, text);
  const canvas = createCanvas(900, 760 + bar, "two buttons");
  captionBar(canvas, text);
  canvas.add(`<g transform="translate(0 ${bar})">`);
  canvas.add(rect(0, 0, 900, 760, "#8fd3e8"), rect(0, 0, 900, 300, "#a9dff0"));
  canvas.add(
    path("M90 330 L810 330 L880 720 L20 720 Z", "#cfd6dd"),
    path("M20 720 L880 720 L880 760 L20 760 Z", "#9aa5b1"),
  );
  for (const x of [270, 630]) {
    canvas.add(
      rect(x - 150, 375, 300, 84, "#fff", 10),
      ellipse(x, 602, 120, 62, "#7d8893"),
      ellipse(x, 588, 104, 52, "#8c1010"),
    );
    canvas.add(
      rect(x - 96, 545, 192, 40, "#c21a1a"),
      ellipse(x, 545, 96, 46, "#ef3b3b"),
      ellipse(x - 26, 530, 36, 13, "#fff", 'opacity="0.35"'),
    );
  }
  for (const [text, x] of [
    ["FIX THE BUG", 270],
    ["CALL IT A FEATURE", 630],
  ] as const)
    canvas.write(text, x, 431, { font: "anton", size: 38, fill: "#1b2733", anchor: "middle", tracking: 1 });
  canvas.emoji("anxious-face-with-sweat", { x: 450, y: 165, size: 260 });
  canvas.emoji("backhand-index-pointing-down-medium-light", { x: 420, y: 520, size: 120, turn: 40 });
  canvas.add("</g>");
  return canvas;
}

function machineBug(): Canvas {
  const canvas = createCanvas(1000, 780, "machine bug");
  sky(canvas, [
    [0, "#12352a"],
    [1, "#0b5d3b"],
  ]);
  light(canvas, "screenlight", 500, 380, 520, "#59f0a0", 0.5);
  canvas.add(rect(190, 140, 620, 420, "#20262e", 24), rect(214, 164, 572, 372, "#06130d", 10));
  for (let line = 0; line < 11; line += 1) {
    const indent = [0, 1, 2, 2, 3, 2, 1, 1, 2, 1, 0][line] ?? 0;
    const length = between(canvas.random, 90, 260);
    canvas.add(
      rect(240 + indent * 34, 188 + line * 31, 46, 12, "#ffb454", 6),
      rect(296 + indent * 34, 188 + line * 31, round(length), 12, "#3fae73", 6),
    );
  }
  canvas.add(
    path("M120 640 L190 560 L810 560 L880 640 Z", "#39424d"),
    rect(120, 640, 760, 22, "#20262e", 10),
    path("M420 600 L580 600 L596 632 L404 632 Z", "#262d36"),
  );
  canvas.emoji("bug", { x: 600, y: 390, size: 290, flip: true });
  canvas.emoji("sunglasses", { x: 682, y: 338, size: 104, turn: 4 });
  vignette(canvas, 0.4);
  captionAbove(canvas, "IT WORKS ON MY MACHINE");
  captionBelow(canvas, "THEN WE SHIP YOUR MACHINE");
  return canvas;
}

function wizard(): Canvas {
  const canvas = createCanvas(880, 900, "wizard");
  room(canvas, 660, ["#1d1147", "#6a2c91"], ["#3a1c5c", "#1c0c33"]);
  light(canvas, "magic", 440, 450, 460, "#c77dff", 0.8);
  canvas.emoji("crystal-ball", { x: 130, y: 620, size: 160 });
  canvas.emoji("books", { x: 770, y: 615, size: 180 });
  canvas.emoji("man-mage", { x: 400, y: 448, size: 430 });
  canvas.emoji("desktop-computer", { x: 610, y: 570, size: 250 });
  for (const [x, y, size] of [
    [600, 300, 110],
    [700, 390, 70],
    [190, 330, 80],
    [520, 210, 56],
  ] as const)
    canvas.emoji("sparkles", { x, y, size });
  vignette(canvas);
  captionAbove(canvas, "THE OLD CODE HAS NO TESTS");
  captionBelow(canvas, "IT RUNS ON MAGIC");
  return canvas;
}

export const OFFICE_MEMES: readonly Sample[] = [
  {
    file: "memes/dog-fire-this-is-not-fine.jpg",
    shows: "A dog with coffee and a laptop at a desk in a burning server room",
    encoding: { format: "jpeg", quality: 80 },
    draw: dogFire,
  },
  {
    file: "memes/monday-cat.jpg",
    shows: "A grumpy orange cat at a laptop, rain behind the window",
    encoding: { format: "jpeg", quality: 82 },
    draw: mondayCat,
  },
  {
    file: "memes/IMG_4032.jpg",
    shows: "A tired office worker late in the evening between many cups of coffee, purple light",
    encoding: { format: "jpeg", quality: 80 },
    draw: tiredWorker,
  },
  {
    file: "memes/two-buttons.png",
    shows: "A sweating face that cannot decide between two red buttons",
    encoding: { format: "png", colours: 64 },
    draw: twoButtons,
  },
  {
    file: "memes/works-on-my-machine.jpg",
    shows: "A green caterpillar with sunglasses on the screen of a laptop: a bug in the code",
    encoding: { format: "jpeg", quality: 82 },
    draw: machineBug,
  },
  {
    file: "memes/IMG_0917.webp",
    shows: "A wizard with a staff and sparkles beside a computer",
    encoding: { format: "webp", quality: 82 },
    draw: wizard,
  },
];
