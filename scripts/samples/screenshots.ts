// Screenshots that were never taken: a terminal, an editor, settings, a calendar, an error message.
import { type Canvas, createCanvas, type Run } from "./canvas.ts";
import type { Sample } from "./sample.ts";
import { circle, rect, shadow } from "./shapes.ts";
import { BAR_HEIGHT, desktop, openWindow } from "./windows.ts";

function terminal(): Canvas {
  const canvas = createCanvas(1180, 700, "terminal");
  desktop(canvas, "#3b2a6b", "#0d6f8f");
  const look = { bar: "#2a2c37", body: "#15161d", title: "deploy - zsh", titleColour: "#c9ccd6" };
  openWindow(canvas, { x: 50, y: 40, width: 1080, height: 600 }, look);
  const [plain, green, red, dim, yellow] = ["#d7dae3", "#7ee787", "#ff7b72", "#8b90a0", "#f2cc60"] as const;
  const lines: readonly (readonly Run[])[] = [
    [
      ["$ ", green],
      ["npm run deploy", plain],
    ],
    [["> lighthouse@2.4.0 deploy", dim]],
    [["Building 214 modules", plain]],
    [["Uploading to production", plain]],
    [["Warning: today is Friday", yellow]],
    [["Error: ENOSPC: no space left on device", red]],
    [["    at upload (deploy.js:42:17)", dim]],
    [["    at async main (deploy.js:9:3)", dim]],
    [["The coffee machine is using port 8080", plain]],
    [
      ["$ ", green],
      ["sudo make coffee", plain],
    ],
    [["permission denied", red]],
  ];
  for (const [index, runs] of lines.entries())
    canvas.writeRuns(runs, 84, 132 + index * 45, { font: "mono", size: 25, fill: plain });
  return canvas;
}

function editor(): Canvas {
  const canvas = createCanvas(1240, 780, "editor");
  desktop(canvas, "#0f4c5c", "#1f2544");
  const look = { bar: "#232a3b", body: "#1b2130", title: "holiday.ts", titleColour: "#c3cbdc" };
  openWindow(canvas, { x: 40, y: 34, width: 1160, height: 700 }, look);
  canvas.add(rect(40, 34 + BAR_HEIGHT, 230, 656, "#161b28"), rect(40, 176, 230, 36, "#2b3449"));
  for (const [index, name] of ["src", "calendar.ts", "holiday.ts", "secrets.ts", "README.md"].entries())
    canvas.write(name, index === 0 ? 62 : 88, 128 + index * 36, {
      font: "inter",
      size: 18,
      fill: index === 2 ? "#fff" : "#9aa6bf",
    });
  const [key, call, text, note, plain] = ["#c792ea", "#82aaff", "#c3e88d", "#7b88a8", "#dbe2f2"] as const;
  const code: readonly (readonly Run[])[] = [
    [["// do not touch, nobody knows why this works", note]],
    [
      ["export function ", key],
      ["isWeekend", call],
      ["(day: string) {", plain],
    ],
    [
      ["  if ", key],
      ["(day === ", plain],
      ['"Friday"', text],
      [") {", plain],
    ],
    [
      ["    return ", key],
      ["true", "#f78c6c"],
      ["; ", plain],
      ["// close enough", note],
    ],
    [["  }", plain]],
    [
      ["  return ", key],
      ["day.", plain],
      ["startsWith", call],
      ["(", plain],
      ['"S"', text],
      [");", plain],
    ],
    [["}", plain]],
    [
      ["const ", key],
      ["beach = ", plain],
      ["await ", key],
      ["book", call],
      ["(", plain],
      ['"two weeks"', text],
      [");", plain],
    ],
    [
      ["if ", key],
      ["(!beach) ", plain],
      ["throw new ", key],
      ["Error", call],
      ["(", plain],
      ['"need vacation"', text],
      [");", plain],
    ],
  ];
  for (const [index, runs] of code.entries())
    canvas.writeRuns(runs, 306, 142 + index * 48, { font: "mono", size: 25, fill: plain });
  canvas.add(rect(40, 690, 1160, 44, "#3d5afe", 12), rect(40, 690, 1160, 24, "#3d5afe"));
  canvas.write("0 errors, 42 warnings", 64, 719, { font: "inter", size: 18, fill: "#fff" });
  return canvas;
}

function settings(): Canvas {
  const canvas = createCanvas(1100, 760, "settings");
  desktop(canvas, "#ffb199", "#6a82fb");
  const look = { bar: "#e9e9ee", body: "#f7f7fa", title: "Settings", titleColour: "#333" };
  openWindow(canvas, { x: 60, y: 50, width: 980, height: 640 }, look);
  canvas.add(rect(60, 94, 270, 584, "#eeeef3"), rect(76, 162, 238, 46, "#3478f6", 10));
  for (const [index, [icon, name]] of SECTIONS.entries()) {
    canvas.emoji(icon, { x: 104, y: 137 + index * 54 - 6, size: 30 });
    canvas.write(name, 132, 138 + index * 54, { font: "inter", size: 20, fill: index === 1 ? "#fff" : "#222" });
  }
  canvas.write("Display and brightness", 366, 152, { font: "inter-bold", size: 27, fill: "#1c1c1e" });
  for (const [index, [name, on]] of SWITCHES.entries()) {
    const y = 190 + index * 92;
    canvas.add(
      rect(362, y, 644, 78, "#fff", 12),
      rect(918, y + 21, 66, 36, on ? "#34c759" : "#d4d4da", 18),
      circle(on ? 965 : 937, y + 39, 15, "#fff"),
    );
    canvas.write(name, 388, y + 47, { font: "inter", size: 22, fill: "#222" });
  }
  return canvas;
}

const SECTIONS = [
  ["locked", "Privacy"],
  ["desktop-computer", "Display"],
  ["bell", "Notifications"],
  ["keyboard", "Keyboard"],
  ["speaker-high-volume", "Sound"],
  ["battery", "Battery"],
] as const;
const SWITCHES = [
  ["Dark mode after sunset", true],
  ["Night light, warm colours", true],
  ["Reduce motion", false],
  ["Hide all meetings", true],
  ["Show battery percentage", false],
] as const;

function calendar(): Canvas {
  const canvas = createCanvas(1200, 800, "calendar");
  canvas.add(rect(0, 0, 1200, 800, "#fff"), rect(0, 0, 1200, 96, "#f4f5f8"));
  canvas.write("May 2026", 40, 62, { font: "inter-bold", size: 36, fill: "#20242c" });
  for (const [index, day] of ["Mon 4", "Tue 5", "Wed 6", "Thu 7", "Fri 8"].entries()) {
    const x = 20 + index * 232;
    canvas.add(rect(x + 232, 96, 2, 704, "#e3e6ec"));
    canvas.write(day, x + 20, 140, { font: "inter-bold", size: 23, fill: index === 0 ? "#e5484d" : "#565d6b" });
  }
  for (let hour = 0; hour < 6; hour += 1) canvas.add(rect(0, 164 + hour * 106, 1200, 1, "#e3e6ec"));
  for (const [day, start, hours, title, place, fill, ink] of EVENTS) {
    const x = 28 + day * 232;
    const y = 172 + start * 106;
    canvas.add(rect(x, y, 218, hours * 106 - 14, fill, 10), rect(x, y, 7, hours * 106 - 14, ink, 3));
    canvas.write(title, x + 20, y + 34, { font: "inter-bold", size: 20, fill: ink });
    canvas.write(place, x + 20, y + 62, { font: "inter", size: 18, fill: ink });
  }
  return canvas;
}

const EVENTS = [
  [0, 0, 1, "Team meeting", "Room Saturn", "#dbeafe", "#1d4ed8"],
  [0, 2, 2, "Dentist", "Baker Street 7", "#fee2e2", "#b91c1c"],
  [1, 1, 2, "Focus time", "do not disturb", "#dcfce7", "#166534"],
  [2, 0, 3, "Sprint planning", "bring snacks", "#fef3c7", "#92400e"],
  [3, 3, 1, "Lunch with Zoe", "Ramen bar", "#fae8ff", "#86198f"],
  [3, 0, 2, "Meeting about", "meetings", "#dbeafe", "#1d4ed8"],
  [4, 4, 2, "Birthday party", "cake at 4 pm", "#ffe4e6", "#be123c"],
] as const;

function dialog(): Canvas {
  const canvas = createCanvas(900, 540, "dialog");
  desktop(canvas, "#0a84a5", "#0b3c5d");
  canvas.add(shadow("window", 14, 18, 0.45), `<g filter="url(#window)">${rect(110, 100, 680, 320, "#f3f3f3", 10)}</g>`);
  canvas.add(rect(110, 100, 680, 50, "#fff", 10), rect(110, 130, 680, 130, "#fff"), rect(110, 200, 680, 120, "#fff"));
  canvas.write("Printer", 136, 134, { font: "inter", size: 19, fill: "#333" });
  canvas.add(
    circle(185, 232, 40, "#d92d20"),
    `<path d="M168 215 L202 249 M202 215 L168 249" stroke="#fff" stroke-width="9" stroke-linecap="round"/>`,
  );
  canvas.write("Something went wrong", 254, 214, { font: "inter-bold", size: 28, fill: "#1f1f1f" });
  canvas.write("The printer is on fire. Error code 0x80070057", 254, 258, { font: "inter", size: 21, fill: "#333" });
  canvas.write("Have you tried turning it off and on?", 254, 290, { font: "inter", size: 21, fill: "#333" });
  canvas.add(rect(468, 346, 140, 48, "#0067c0", 6), rect(624, 346, 140, 48, "#fff", 6, 'stroke="#bbb"'));
  canvas.write("Retry", 538, 377, { font: "inter-bold", size: 20, fill: "#fff", anchor: "middle" });
  canvas.write("Panic", 694, 377, { font: "inter-bold", size: 20, fill: "#333", anchor: "middle" });
  return canvas;
}

export const SCREENSHOTS: readonly Sample[] = [
  {
    file: "screenshots/Screenshot 2026-03-14 at 09.26.53.png",
    shows: "A dark terminal with an error message: no space left on device",
    encoding: { format: "png", colours: 256 },
    draw: terminal,
  },
  {
    file: "screenshots/Screenshot 2026-04-02 at 17.41.08.png",
    shows: "A code editor with a TypeScript function that thinks Friday is the weekend",
    encoding: { format: "png", colours: 256 },
    draw: editor,
  },
  {
    file: "screenshots/dark mode settings.webp",
    shows: "A settings window with switches for dark mode and night light",
    encoding: { format: "webp", quality: 88 },
    draw: settings,
  },
  {
    file: "screenshots/calendar-week.png",
    shows: "A week in a calendar with meetings, a dentist and a birthday party",
    encoding: { format: "png", colours: 64 },
    draw: calendar,
  },
  {
    file: "screenshots/Screenshot (12).png",
    shows: "An error dialog: something went wrong, the printer is on fire",
    encoding: { format: "png", colours: 128 },
    draw: dialog,
  },
];
