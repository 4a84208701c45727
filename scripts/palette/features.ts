// What the numbers of a palette embedding mean: the space that pictures and words share.

/** Names of colours, each with the shades (sRGB) that count as it. */
export const SHADES = {
  black: ["#000000", "#1a1a1a"],
  grey: ["#4a4a4a", "#7f7f7f", "#b0b0b0"],
  white: ["#ffffff", "#ececec"],
  red: ["#ff0000", "#c80815", "#8b1a1a", "#e0453a"],
  orange: ["#ff7f00", "#e0640f", "#ffa74a"],
  yellow: ["#ffff00", "#ffd500", "#dcc21e", "#fff080"],
  green: ["#00ff00", "#00a000", "#1f4f1f", "#6b8e23", "#90d070", "#3d8b4f"],
  cyan: ["#00ffff", "#20b2aa", "#80e0d8", "#008080"],
  blue: ["#0000ff", "#1e4fd0", "#0a2060", "#5b9bf0", "#87ceeb", "#4678b0"],
  purple: ["#800080", "#8a2be2", "#45206b", "#b078d8"],
  pink: ["#ff69b4", "#ffb6c8", "#ff00ff", "#e0559a"],
  brown: ["#8b4513", "#55361c", "#7a5538", "#a0703c"],
  beige: ["#f5e6c8", "#d8c09a", "#ecc8a8", "#c89f7c"],
} as const;
export type Colour = keyof typeof SHADES;
export const COLOURS = Object.keys(SHADES) as Colour[];

/** Where something is: in the picture at all; more above than below; more on the left than on the right; more in the centre than at the border. */
export const PLACES = ["whole", "top", "left", "centre"] as const;
export type Place = (typeof PLACES)[number];

export const STATISTICS = [
  "brightness",
  "brightness-top",
  "brightness-left",
  "brightness-centre",
  "colourfulness",
  "colourfulness-top",
  "colourfulness-left",
  "colourfulness-centre",
  "contrast",
  "edges",
  /** More horizontal than vertical lines. */
  "horizontal",
  /** Always the same small number, so that no picture is the zero vector. */
  "presence",
] as const;
export type Statistic = (typeof STATISTICS)[number];

/** The numbers that words speak about come first; a coarse map of lightness, colour and edges follows, for likeness of pictures. */
export const NAMED = COLOURS.length * PLACES.length + STATISTICS.length;
/** Cells per side of the coarse map. */
export const GRID = 4;
/** L, a, b and edges in each cell. */
export const DIMENSION = NAMED + 4 * GRID * GRID;

/** Side of the picture the model looks at, in pixels. */
export const SIZE = 48;

export function colourIndex(colour: Colour, place: Place): number {
  return COLOURS.indexOf(colour) * PLACES.length + PLACES.indexOf(place);
}

export function statisticIndex(statistic: Statistic): number {
  return COLOURS.length * PLACES.length + STATISTICS.indexOf(statistic);
}

/** How much neutral colours count: they are in every photograph and distinguish less. */
const MUTED: ReadonlySet<Colour> = new Set(["grey", "brown", "beige"]);
const STATISTIC_SCALE: Readonly<Record<Statistic, number>> = {
  brightness: 1.2,
  "brightness-top": 0.8,
  "brightness-left": 0.8,
  "brightness-centre": 0.8,
  colourfulness: 1.2,
  "colourfulness-top": 0.5,
  "colourfulness-left": 0.5,
  "colourfulness-centre": 0.5,
  contrast: 1.2,
  edges: 1.2,
  horizontal: 1.5,
  presence: 0.05,
};

/** What every centred feature is multiplied by; chosen so that colours weigh most, then light and contrast, then the coarse map. */
export function featureScales(): number[] {
  const colours = COLOURS.flatMap((colour) =>
    PLACES.map((place) => (MUTED.has(colour) ? 0.7 : 1) * (place === "whole" ? 1 : 0.6)),
  );
  const statistics = STATISTICS.map((statistic) => STATISTIC_SCALE[statistic]);
  const cells = GRID * GRID;
  const map = [0.5, 0.5, 0.5, 0.5].flatMap((scale) => Array<number>(cells).fill(scale));
  return [...colours, ...statistics, ...map];
}
