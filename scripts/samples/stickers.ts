// Stickers: one figure with a white edge on nothing, as messengers have them. One is an SVG, one moves, one is tiny.
import { round } from "./backdrops.ts";
import { type Canvas, createCanvas } from "./canvas.ts";
import type { Sample } from "./sample.ts";
import { circle, path, rect } from "./shapes.ts";

const SIDE = 512;

/** A canvas of one sticker: all that `draw` adds gets a white edge and a soft shadow. */
function sticker(seed: string, draw: (canvas: Canvas) => void, width = SIDE, height = SIDE): Canvas {
  const canvas = createCanvas(width, height, seed);
  canvas.add(EDGE, '<g filter="url(#edge)">');
  draw(canvas);
  canvas.add("</g>");
  return canvas;
}

/** The blurred shape, with its alpha made hard again, is the shape grown by a round brush. */
const EDGE = `<filter id="edge" filterUnits="userSpaceOnUse" x="0" y="0" width="640" height="512">
<feGaussianBlur in="SourceAlpha" stdDeviation="9" result="wide"/>
<feComponentTransfer in="wide" result="grown"><feFuncA type="linear" slope="26" intercept="-1.2"/></feComponentTransfer>
<feFlood flood-color="#fff"/><feComposite in2="grown" operator="in" result="edge"/>
<feGaussianBlur in="grown" stdDeviation="5" result="soft"/>
<feOffset in="soft" dy="5"/><feComponentTransfer result="shade"><feFuncA type="linear" slope="0.3"/></feComponentTransfer>
<feMerge><feMergeNode in="shade"/><feMergeNode in="edge"/><feMergeNode in="SourceGraphic"/></feMerge></filter>`;

function figure(emoji: string): Canvas {
  return sticker(emoji, (canvas) => canvas.emoji(emoji, { x: 256, y: 252, size: 420 }));
}

/** A figure with a word below it. */
function labelled(emoji: string, word: string, colour: string, turn = 0): Canvas {
  return sticker(word, (canvas) => {
    canvas.emoji(emoji, { x: 256, y: 185, size: 300, turn });
    canvas.add('<g transform="rotate(-5 256 420)">');
    canvas.write(word, 256, 460, { font: "anton", size: 118, fill: colour, anchor: "middle", tracking: 3 });
    canvas.add("</g>");
  });
}

function avocado(): Canvas {
  const canvas = createCanvas(SIDE, SIDE, "avocado");
  canvas.add(
    circle(256, 256, 250, "#2f6b2f"),
    circle(256, 256, 234, "#d9f2a4"),
    circle(256, 256, 224, "none", 'stroke="#2f6b2f" stroke-width="4" stroke-dasharray="4 14"'),
  );
  canvas.emoji("avocado", { x: 256, y: 186, size: 250 });
  canvas.write("AVOCADO", 256, 382, { font: "anton", size: 74, fill: "#2f6b2f", anchor: "middle", tracking: 3 });
  canvas.write("TOAST CLUB", 256, 444, { font: "anton", size: 48, fill: "#7a4b1d", anchor: "middle", tracking: 3 });
  return canvas;
}

const DANCE_FRAMES = 8;

function parrotFrame(index: number): Canvas {
  const step = (index / DANCE_FRAMES) * Math.PI * 2;
  const hue = Math.round((index / DANCE_FRAMES) * 360);
  const canvas = createCanvas(256, 256, "parrot");
  canvas.add(`<filter id="hue"><feColorMatrix type="hueRotate" values="${hue}"/></filter>`, '<g filter="url(#hue)">');
  canvas.emoji("parrot", {
    x: round(128 + 14 * Math.sin(step)),
    y: round(136 - 12 * Math.abs(Math.cos(step))),
    size: 196,
    turn: round(16 * Math.sin(step)),
  });
  canvas.add("</g>");
  return canvas;
}

function parrot(): readonly [Canvas, ...Canvas[]] {
  return [parrotFrame(0), ...Array.from({ length: DANCE_FRAMES - 1 }, (_, index) => parrotFrame(index + 1))];
}

const HEART = [".##..##.", "########", "########", ".######.", "..####..", "...##..."];

function pixelHeart(): Canvas {
  const canvas = createCanvas(24, 24, "heart");
  for (const [row, cells] of HEART.entries())
    for (const [column, cell] of Array.from(cells).entries())
      if (cell === "#")
        canvas.add(rect(column * 3, row * 3 + 3, 3, 3, row === 1 && column === 1 ? "#ff9aa8" : "#e5243f"));
  return canvas;
}

function rainbow(): Canvas {
  return sticker(
    "rainbow",
    (canvas) => {
      for (const [band, colour] of ["#e5243f", "#ff8c2b", "#ffd23f", "#3dbb5e", "#2f7de1", "#8a3ffc"].entries())
        canvas.add(
          path(
            `M${70 + band * 26} 300 A${250 - band * 26} ${230 - band * 26} 0 0 1 ${570 - band * 26} 300`,
            "none",
            `stroke="${colour}" stroke-width="27"`,
          ),
        );
      for (const x of [130, 510])
        canvas.add(
          circle(x, 310, 62, "#eaf4ff"),
          circle(x - 52, 330, 44, "#eaf4ff"),
          circle(x + 52, 330, 44, "#eaf4ff"),
          path(`M${x - 60} 330 h120 v44 h-120 Z`, "#eaf4ff"),
        );
    },
    640,
    420,
  );
}

export const STICKERS: readonly Sample[] = [
  {
    file: "stickers/unicorn.png",
    shows: "A unicorn with a purple mane",
    encoding: { format: "png" },
    draw: () => figure("unicorn"),
  },
  {
    file: "stickers/heart eyes cat.webp",
    shows: "A smiling yellow cat with hearts for eyes",
    encoding: { format: "webp" },
    draw: () => figure("smiling-cat-with-heart-eyes"),
  },
  {
    file: "stickers/ship-it.png",
    shows: "A ship and the words ship it",
    encoding: { format: "png" },
    draw: () => labelled("ship", "SHIP IT!", "#0b5cad"),
  },
  {
    file: "stickers/lgtm.webp",
    shows: "A thumb up: looks good to me",
    encoding: { format: "webp", quality: 88 },
    draw: () => labelled("thumbs-up", "LGTM", "#167a3e", -8),
  },
  {
    file: "stickers/nope.png",
    shows: "A black cat that says nope",
    encoding: { format: "png", colours: 64 },
    draw: () => labelled("black-cat", "NOPE", "#c21f3a"),
  },
  {
    file: "stickers/avocado.svg",
    shows: "A round green badge with an avocado",
    encoding: { format: "svg" },
    draw: avocado,
  },
  {
    file: "stickers/party 🦜.webp",
    shows: "A dancing parrot in changing colours (moving)",
    encoding: { format: "webp", quality: 80, frameMs: 90 },
    draw: parrot,
  },
  {
    file: "stickers/heart-24px.png",
    shows: "A tiny red heart made of pixels",
    encoding: { format: "png", colours: 8 },
    draw: pixelHeart,
  },
  { file: "stickers/rainbow.png", shows: "A rainbow between two clouds", encoding: { format: "png" }, draw: rainbow },
];
