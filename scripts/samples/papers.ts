// A chat on a phone, a whiteboard, a receipt and a recipe: more pictures that are mostly text.

import { round } from "./backdrops.ts";
import { type Canvas, createCanvas } from "./canvas.ts";
import { textWidth } from "./lettering.ts";
import { between } from "./random.ts";
import type { Sample } from "./sample.ts";
import { circle, gradient, path, rect, shadow, stroke } from "./shapes.ts";

function chat(): Canvas {
  const canvas = createCanvas(720, 1560, "chat");
  canvas.add(rect(0, 0, 720, 1560, "#e9f0e4"), rect(0, 0, 720, 172, "#0f766e"));
  canvas.write("21:30", 40, 48, { font: "inter-bold", size: 26, fill: "#fff" });
  canvas.add(rect(624, 26, 54, 26, "none", 6, 'stroke="#fff" stroke-width="3"'), rect(629, 31, 30, 16, "#fff", 3));
  canvas.add(circle(86, 116, 40, "#fde68a"));
  canvas.emoji("cat-face", { x: 86, y: 116, size: 58 });
  canvas.write("Grandma", 146, 110, { font: "inter-bold", size: 32, fill: "#fff" });
  canvas.write("online", 146, 146, { font: "inter", size: 24, fill: "#c9f2ea" });
  let y = 210;
  for (const [mine, lines] of MESSAGES) y = bubble(canvas, y, mine, lines);
  canvas.add(rect(0, 1450, 720, 110, "#f6f8f4"), rect(30, 1470, 560, 68, "#fff", 34), circle(652, 1504, 36, "#0f766e"));
  canvas.write("Message", 64, 1514, { font: "inter", size: 27, fill: "#8a938c" });
  canvas.add(path("M638 1488 L672 1504 L638 1520 L644 1504 Z", "#fff"));
  return canvas;
}

const MESSAGES = [
  [false, ["Did you arrive safely?"]],
  [true, ["Yes! The train was late", "but I got a window seat"]],
  [false, ["What is the wifi password", "of the internet?"]],
  [true, ["It is on the fridge:", "raspberry-pancakes-42"]],
  [false, ["The fridge says the milk", "is empty"]],
  [true, ["That is the shopping list"]],
  [false, ["I sent you a photo of", "my tomatoes by fax"]],
  [true, ["I love you grandma"]],
] as const;

function bubble(canvas: Canvas, y: number, mine: boolean, lines: readonly string[]): number {
  const style = { font: "inter", size: 30, fill: "#1b2a22" } as const;
  const width = Math.max(...lines.map((line) => textWidth(line, style.font, style.size))) + 60;
  const height = 46 + lines.length * 42;
  const x = mine ? 690 - width : 30;
  canvas.add(rect(round(x), y, round(width), height, mine ? "#c8f2c2" : "#fff", 24));
  for (const [index, line] of lines.entries()) canvas.write(line, x + 30, y + 54 + index * 42, style);
  return y + height + 26;
}

function whiteboard(): Canvas {
  const canvas = createCanvas(1200, 900, "whiteboard");
  canvas.add(
    gradient(
      "light",
      [
        [0, "#8a8378"],
        [1, "#b8b0a2"],
      ],
      [0, 0, 1, 1],
    ),
    rect(0, 0, 1200, 900, "url(#light)"),
    shadow("board", 10, 12, 0.45),
    gradient(
      "shine",
      [
        [0, "#e4e8ea"],
        [0.45, "#fbfcfc"],
        [1, "#dfe3e4"],
      ],
      [0, 0, 1, 1],
    ),
    `<g transform="rotate(-1.5 600 450)"><g filter="url(#board)">${rect(60, 60, 1080, 760, "#b9bec3", 14)}</g>`,
    rect(82, 82, 1036, 716, "url(#shine)", 4),
  );
  const ink = (text: string, x: number, y: number, size: number, fill: string) =>
    canvas.write(text, x, y, { font: "hand", size, fill });
  ink("The plan for world peace", 130, 180, 74, "#1f3a93");
  canvas.add(stroke("M132 204 C330 190 520 214 860 198", "#c0392b", 6));
  for (const [index, item] of [
    "1. Buy more whiteboard markers",
    "2. Free pizza for everyone",
    "3. Fix the printer",
    "4. Take a nap",
  ].entries())
    ink(item, 150, 300 + index * 92, 60, index === 2 ? "#c0392b" : "#222b33");
  canvas.add(
    stroke("M700 560 C760 480 860 480 900 560 C940 640 840 720 760 690 C690 660 680 600 700 560 Z", "#1e8449", 6),
  );
  ink("good idea!", 716, 620, 48, "#1e8449");
  canvas.add(
    stroke("M690 590 C630 570 580 540 566 474", "#1e8449", 6),
    stroke("M550 494 L565 470 L586 488", "#1e8449", 6),
  );
  ink("DO NOT WIPE", 150, 720, 60, "#c0392b");
  canvas.add(
    rect(480, 812, 300, 22, "#9aa0a5", 8),
    rect(520, 800, 90, 14, "#1f3a93", 6),
    rect(640, 800, 90, 14, "#c0392b", 6),
    "</g>",
  );
  return canvas;
}

function receipt(): Canvas {
  const canvas = createCanvas(620, 1000, "receipt");
  canvas.add(rect(0, 0, 620, 1000, "#6f6f6f"), shadow("paper", 8, 10, 0.5));
  const teeth = Array.from({ length: 25 }, () => "l10 14 l10 -14").join(" ");
  canvas.add(`<g filter="url(#paper)">${path(`M60 40 L560 40 L560 940 L60 940 Z M60 940 ${teeth} Z`, "#f6f6f3")}</g>`);
  const ink = "#222";
  canvas.write("CORNER CAFE", 310, 116, { font: "mono", size: 46, fill: ink, anchor: "middle" });
  canvas.write("12 Harbour Road", 310, 160, { font: "mono", size: 24, fill: ink, anchor: "middle" });
  canvas.write("2026-02-28 08:14", 310, 196, { font: "mono", size: 24, fill: ink, anchor: "middle" });
  for (const [index, [item, price]] of RECEIPT.entries()) {
    const y = 274 + index * 56;
    canvas.write(`${item}${" ".repeat(26 - item.length - price.length)}${price}`, 96, y, {
      font: "mono",
      size: 27,
      fill: ink,
    });
  }
  canvas.add(stroke("M96 560 L524 560", ink, 3, 'stroke-dasharray="12 10"'));
  canvas.write("TOTAL      21.70", 96, 624, { font: "mono", size: 44, fill: ink });
  canvas.write("CASH 25.00  CHANGE 3.30", 96, 676, { font: "mono", size: 28, fill: ink });
  canvas.write("Thank you, come again!", 310, 756, { font: "mono", size: 28, fill: ink, anchor: "middle" });
  for (let x = 120; x < 500; ) {
    const width = Math.round(between(canvas.random, 2, 8));
    canvas.add(rect(x, 790, width, 110, ink));
    x += width + Math.round(between(canvas.random, 3, 9));
  }
  return canvas;
}

const RECEIPT = [
  ["2 Cappuccino", "7.60"],
  ["1 Croissant", "2.40"],
  ["1 Raspberry muffin", "3.20"],
  ["1 Avocado toast", "8.50"],
] as const;

function recipe(): Canvas {
  const canvas = createCanvas(900, 1150, "recipe");
  canvas.add(rect(0, 0, 900, 1150, "#f2f2f0"));
  for (let line = 0; line < 12; line += 1) canvas.add(rect(70, 258 + line * 72, 760, 2, "#c9c9c6"));
  for (const y of [160, 575, 990]) canvas.add(circle(34, y, 15, "#8d8d8a"));
  canvas.write("Sunday pancakes", 80, 180, { font: "hand", size: 96, fill: "#1c1c1c" });
  for (const [index, line] of RECIPE.entries())
    canvas.write(line, 84, 312 + index * 72, { font: "hand", size: 52, fill: "#2b2b2b" });
  return canvas;
}

const RECIPE = [
  "2 cups of flour",
  "3 eggs",
  "1 cup of milk",
  "a pinch of salt",
  "butter for the pan",
  "Mix, wait ten minutes, fry",
  "until golden on both sides.",
  "Eat with maple syrup",
  "and someone you like.",
] as const;

export const PAPERS: readonly Sample[] = [
  {
    file: "screenshots/Screenshot_20260511-213012.png",
    shows: "A chat with Grandma about the wifi password on a phone, tall",
    encoding: { format: "png", colours: 64 },
    draw: chat,
  },
  {
    file: "screenshots/IMG_2210.jpg",
    shows: "A whiteboard with a plan written by hand, taken with a turned phone",
    encoding: { format: "jpeg", quality: 78, sideways: true },
    draw: whiteboard,
  },
  {
    file: "screenshots/receipt.jpg",
    shows: "A receipt of a cafe, grey",
    encoding: { format: "jpeg", quality: 75, greyscale: true },
    draw: receipt,
  },
  {
    file: "screenshots/scan0007.tiff",
    shows: "A recipe for pancakes, written by hand on lined paper, grey scan",
    encoding: { format: "tiff" },
    draw: recipe,
  },
];
