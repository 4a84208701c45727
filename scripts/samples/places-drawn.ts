// Places that are drawn rather than computed: a wood, a city, a cherry tree, balloons.
import { light, round, sky, stars } from "./backdrops.ts";
import { type Canvas, createCanvas } from "./canvas.ts";
import { firs } from "./firs.ts";
import { between, mix, oneOf } from "./random.ts";
import type { Sample } from "./sample.ts";
import { blur, circle, ellipse, gradient, path, rect, stroke } from "./shapes.ts";

function forest(): Canvas {
  const canvas = createCanvas(1000, 800, "forest");
  sky(canvas, [
    [0, "#f3f7d2"],
    [0.55, "#bfe0b0"],
    [1, "#5f9a6b"],
  ]);
  light(canvas, "sun", 600, 170, 420, "#fffbd6", 0.95);
  const depths = ["#a8cfa0", "#7fb585", "#55936a", "#34704f", "#1b4d38", "#0c2f24"];
  for (const [index, colour] of depths.entries())
    canvas.add(firs(canvas, 440 + index * 52, 110 + index * 30, 230 + index * 52, colour), mist(index));
  canvas.add(blur("rays", 12));
  for (const [from, to, wide] of [
    [560, 180, 70],
    [600, 420, 60],
    [630, 660, 80],
    [660, 930, 90],
  ] as const)
    canvas.add(
      path(
        `M${from} 60 L${from + 22} 60 L${to + wide} 800 L${to - wide} 800 Z`,
        "#fffbd0",
        'opacity="0.16" filter="url(#rays)"',
      ),
    );
  canvas.emoji("deer", { x: 330, y: 712, size: 150 });
  return canvas;
}

function mist(index: number): string {
  // The nearest trees stand in front of all mist.
  const thickness = Math.max(0, 0.36 - index * 0.072);
  return `<linearGradient id="mist${index}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#e9f5d8" stop-opacity="0"/><stop offset="1" stop-color="#e9f5d8" stop-opacity="${thickness.toFixed(2)}"/></linearGradient>${rect(0, 300, 1000, 150 + index * 52, `url(#mist${index})`)}`;
}

function city(): Canvas {
  const canvas = createCanvas(1100, 780, "city");
  sky(canvas, [
    [0, "#0d0b2b"],
    [0.28, "#3b1d63"],
    [0.5, "#b23a7a"],
    [0.72, "#ff9e6e"],
  ]);
  stars(canvas, 60, 240);
  canvas.add(path("M846 86 A44 44 0 1 1 800 156 A46 46 0 0 0 846 86 Z", "#fff3d1"));
  for (const [index, colour] of ["#6d2f73", "#3d1f5c", "#1a1038"].entries()) skyline(canvas, 580, index, colour);
  canvas.add(
    gradient("river", [
      [0, "#c24a7e"],
      [0.4, "#4a2468"],
      [1, "#120b30"],
    ]),
    rect(0, 580, 1100, 200, "url(#river)"),
  );
  for (let glint = 0; glint < 260; glint += 1) {
    const depth = canvas.random();
    const colour = oneOf(canvas.random, ["#ffd76a", "#ff9e7a", "#8fe3ff", "#1a1038", "#1a1038"]);
    canvas.add(
      rect(
        round(canvas.random() * 1100),
        round(586 + depth * 186),
        round(8 + depth * 46),
        round(1.5 + depth * 3),
        colour,
        2,
        'opacity="0.5"',
      ),
    );
  }
  return canvas;
}

/** A row of houses with lit windows; a larger `row` is nearer. */
function skyline(canvas: Canvas, ground: number, row: number, colour: string): void {
  const { random } = canvas;
  for (let x = -20; x < canvas.width; ) {
    const width = Math.round(between(random, 50, 110));
    const tall = Math.round(between(random, 110, 330 - row * 62));
    canvas.add(rect(x, ground - tall, width, tall, colour));
    if (random() < 0.25)
      canvas.add(
        rect(x + width / 2 - 2, ground - tall - 46, 4, 46, colour),
        circle(x + width / 2, ground - tall - 46, 4, "#ff5a5a"),
      );
    for (let y = ground - tall + 12; y < ground - 14; y += 20)
      for (let at = x + 9; at < x + width - 12; at += 17)
        if (random() < 0.16 + row * 0.14)
          canvas.add(
            rect(
              at,
              y,
              8,
              10,
              oneOf(random, ["#ffd76a", "#ffe9a8", "#ffb070", "#9fe8ff"]),
              0,
              `opacity="${0.55 + row * 0.2}"`,
            ),
          );
    x += width + Math.round(between(random, -4, 8));
  }
}

function blossom(): Canvas {
  const canvas = createCanvas(900, 1100, "blossom");
  sky(canvas, [
    [0, "#bfe3f7"],
    [0.7, "#ffe6ef"],
    [1, "#ffd1e0"],
  ]);
  canvas.add(path("M60 900 L330 560 C380 520 420 530 450 520 C480 530 520 520 570 560 L850 900 Z", "#7f9cc6"));
  canvas.add(
    path(
      "M258 650 L330 560 C380 520 420 530 450 520 C480 530 520 520 570 560 L648 652 L590 628 L548 668 L500 622 L450 676 L404 624 L356 668 L316 630 Z",
      "#fff",
    ),
  );
  canvas.add(ellipse(450, 1060, 760, 180, "#8fc27a"));
  canvas.add(
    path(
      "M700 1040 C720 860 770 700 800 560 C810 470 790 400 760 330 L790 320 C830 400 850 480 850 560 C850 740 830 900 850 1050 Z",
      "#5a3a36",
    ),
  );
  canvas.add(
    stroke("M812 610 C780 530 730 460 670 415", "#5a3a36", 36),
    stroke("M805 560 C700 420 540 330 330 290", "#5a3a36", 20),
    stroke("M780 350 C680 230 520 160 260 150", "#5a3a36", 15),
    stroke("M835 480 C880 380 890 260 880 120", "#5a3a36", 16),
  );
  canvas.add(ellipse(620, 1120, 620, 130, "#6fae62"));
  const { random } = canvas;
  for (let petal = 0; petal < 900; petal += 1) {
    const along = random();
    const branch = petal % 3;
    const x = [mix(850, 250, along), mix(830, 190, along), mix(960, 740, random())][branch] ?? 0;
    const y = [mix(520, 290, Math.sqrt(along)), mix(330, 140, Math.sqrt(along)), mix(430, 30, along)][branch] ?? 0;
    const spread = () => (random() + random() - 1) * 105;
    const colour = oneOf(random, ["#ffb7cf", "#ff9dbf", "#ffd3e2", "#fff0f5", "#f783ac"]);
    canvas.add(
      circle(round(x + spread()), round(y + spread() * 0.75), round(between(random, 8, 24)), colour, 'opacity="0.92"'),
    );
  }
  for (let petal = 0; petal < 60; petal += 1) {
    const x = round(random() * 900);
    const y = round(between(random, 420, 1080));
    canvas.add(
      ellipse(x, y, 9, 5, "#ff9dbf", `transform="rotate(${Math.round(random() * 180)} ${x} ${y})" opacity="0.9"`),
    );
  }
  return canvas;
}

function balloons(): Canvas {
  const canvas = createCanvas(640, 480, "balloons");
  sky(canvas, [
    [0, "#ffd84d"],
    [1, "#ffefad"],
  ]);
  for (const [x, y, size, colour, dark] of [
    [190, 170, 92, "#e5243f", "#b3152c"],
    [430, 130, 70, "#2f7de1", "#1c5bb0"],
    [515, 290, 48, "#3dbb5e", "#27913f"],
  ] as const) {
    canvas.add(
      stroke(
        `M${x - size * 0.5} ${y + size * 0.8} L${x - size * 0.2} ${y + size * 1.55} M${x + size * 0.5} ${y + size * 0.8} L${x + size * 0.2} ${y + size * 1.55}`,
        "#7a4b1d",
        3,
      ),
    );
    canvas.add(
      path(
        `M${x} ${y - size} C${x + size * 1.35} ${y - size} ${x + size * 1.2} ${y + size * 0.35} ${x + size * 0.4} ${y + size} L${x - size * 0.4} ${y + size} C${x - size * 1.2} ${y + size * 0.35} ${x - size * 1.35} ${y - size} ${x} ${y - size} Z`,
        colour,
      ),
    );
    canvas.add(
      path(
        `M${x} ${y - size} C${x + size * 0.62} ${y - size * 0.7} ${x + size * 0.55} ${y + size * 0.35} ${x + size * 0.16} ${y + size} L${x - size * 0.16} ${y + size} C${x - size * 0.55} ${y + size * 0.35} ${x - size * 0.62} ${y - size * 0.7} ${x} ${y - size} Z`,
        dark,
      ),
    );
    canvas.add(
      rect(round(x - size * 0.24), round(y + size * 1.5), round(size * 0.48), round(size * 0.36), "#8a5a30", 5),
    );
  }
  return canvas;
}

export const DRAWN_PLACES: readonly Sample[] = [
  {
    file: "places/forest.webp",
    shows: "A green forest in the morning mist with rays of light and a deer",
    encoding: { format: "webp", quality: 84 },
    draw: forest,
  },
  {
    file: "places/IMG_3390.jpg",
    shows: "A city by the river at night, lit windows, a crescent moon in a purple sky",
    encoding: { format: "jpeg", quality: 80 },
    draw: city,
  },
  {
    file: "places/cherry-blossom.jpg",
    shows: "A pink cherry tree in bloom in front of a mountain",
    encoding: { format: "jpeg", quality: 80 },
    draw: blossom,
  },
  {
    file: "places/hot air balloons.jpg",
    shows: "A red, a blue and a green balloon in a yellow sky",
    encoding: { format: "jpeg", quality: 84 },
    draw: balloons,
  },
];
