// Windows of an imaginary computer, for screenshots.
import type { Canvas } from "./canvas.ts";
import { circle, gradient, rect, shadow } from "./shapes.ts";

export interface WindowLook {
  readonly bar: string;
  readonly body: string;
  readonly title: string;
  readonly titleColour: string;
}

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const BAR_HEIGHT = 44;

/** A desktop in two colours, from the upper left to the lower right. */
export function desktop(canvas: Canvas, from: string, to: string): void {
  canvas.add(
    gradient(
      "desktop",
      [
        [0, from],
        [1, to],
      ],
      [0, 0, 1, 1],
    ),
    rect(0, 0, canvas.width, canvas.height, "url(#desktop)"),
    circle(canvas.width * 0.85, canvas.height * 0.1, canvas.height * 0.5, "#fff", 'opacity="0.08"'),
    circle(canvas.width * 0.1, canvas.height * 0.95, canvas.height * 0.6, "#fff", 'opacity="0.06"'),
  );
}

/** A window with a title bar and three round buttons. Its content starts BAR_HEIGHT below the top of the area. */
export function openWindow(canvas: Canvas, { x, y, width, height }: Area, look: WindowLook): void {
  canvas.add(
    shadow("window", 14, 18, 0.4),
    `<g filter="url(#window)">${rect(x, y, width, height, look.body, 12)}</g>`,
    `<clipPath id="bar">${rect(x, y, width, BAR_HEIGHT, "#000")}</clipPath>`,
    rect(x, y, width, 80, look.bar, 12, 'clip-path="url(#bar)"'),
    ...["#ff5f57", "#febc2e", "#28c840"].map((colour, index) =>
      circle(x + 24 + index * 22, y + BAR_HEIGHT / 2, 7, colour),
    ),
  );
  canvas.write(look.title, x + width / 2, y + 28, {
    font: "inter-bold",
    size: 16,
    fill: look.titleColour,
    anchor: "middle",
  });
}
