// The palette's image encoder: pixels → names of colours, where they are, light, contrast, edges, and a coarse map.
import { COLOURS, DIMENSION, GRID, PLACES, SHADES, SIZE } from "./features.ts";
import { GAMMA, LAB, LAB_OFFSET, labOf, TOE, XYZ } from "./lab.ts";
import { createGraph, type GraphBuilder } from "./onnx.ts";

const AREA = SIZE * SIZE;
/** Sharpness of "which shade is nearest": 1 / (2 * 0.1²), 0.1 being a difference of 10 in a or b. */
const SHARPNESS = 50;
/** Keeps the slope of square roots finite at zero. */
const TINY = 1e-3;

/** The encoder as an ONNX file. Its output is (features - mean) * scale. */
export function imageGraph(mean: readonly number[], scale: readonly number[]): Uint8Array {
  const graph = createGraph();
  const lab = labPixels(graph, "pixel_values");
  const lightness = graph.node("Conv", [lab, graph.floats([1, 3, 1, 1], [1, 0, 0])]);
  const regions = graph.floats([AREA, REGIONS.length], regionWeights());
  const gradients = graph.node("Abs", [graph.node("Conv", [lightness, graph.floats([2, 1, 3, 3], SOBEL)])]);
  const features = graph.node(
    "Concat",
    [
      colourFeatures(graph, lab, regions),
      lightFeatures(graph, lab, lightness, regions),
      ...gradientFeatures(graph, gradients),
      // Times zero: only the centring below makes it the constant "presence".
      graph.node("Mul", [pooled(graph, lightness), graph.floats([1], [0])]),
      coarseMap(graph, lab, 3, SIZE / GRID),
      coarseMap(graph, edgeStrength(graph, gradients), 1, Math.floor((SIZE - 2) / GRID)),
    ],
    { axis: 1 },
  );
  const centred = graph.node("Sub", [features, graph.floats([1, DIMENSION], mean)]);
  graph.node("Mul", [centred, graph.floats([1, DIMENSION], scale)], {}, "image_embeds");
  return graph.encode(
    "palette-image",
    [{ name: "pixel_values", type: "float32", shape: ["batch", 3, SIZE, SIZE] }],
    [{ name: "image_embeds", type: "float32", shape: ["batch", DIMENSION] }],
  );
}

function labPixels(graph: GraphBuilder, pixels: string): string {
  const inside = graph.node("Clip", [pixels, graph.floats([], [0]), graph.floats([], [1])]);
  const linear = graph.node("Pow", [inside, graph.floats([], [GAMMA])]);
  const xyz = graph.node("Conv", [linear, graph.floats([3, 3, 1, 1], XYZ.flat()), graph.floats([3], [TOE, TOE, TOE])]);
  const roots = graph.node("Pow", [xyz, graph.floats([], [1 / 3])]);
  return graph.node("Conv", [roots, graph.floats([3, 3, 1, 1], LAB.flat()), graph.floats([3], LAB_OFFSET)]);
}

/**
 * How much of each named colour there is, by place. -|x - p|² = 2 x·p - |p|² - |x|², and softmax ignores |x|², so that one
 * 1x1 convolution compares every pixel with every shade. Square roots, so that a little of a colour already counts.
 */
function colourFeatures(graph: GraphBuilder, lab: string, regions: string): string {
  const shades = COLOURS.flatMap((colour) => SHADES[colour].map((hex) => ({ colour, lab: labOf(hex) })));
  const weights = shades.flatMap((shade) => shade.lab.map((value) => 2 * SHARPNESS * value));
  const offsets = shades.map((shade) => -SHARPNESS * shade.lab.reduce((sum, value) => sum + value * value, 0));
  const nearness = graph.node("Conv", [
    lab,
    graph.floats([shades.length, 3, 1, 1], weights),
    graph.floats([shades.length], offsets),
  ]);
  const memberships = graph.node("Softmax", [nearness], { axis: 1 });
  const belongs = COLOURS.flatMap((colour) => shades.map((shade) => (shade.colour === colour ? 1 : 0)));
  const named = graph.node("Conv", [memberships, graph.floats([COLOURS.length, shades.length, 1, 1], belongs)]);
  const shares = byRegion(graph, named, COLOURS.length, regions);
  const amounts = graph.node("Sqrt", [graph.node("Add", [shares, graph.floats([], [TINY])])]);
  return byPlace(graph, amounts, COLOURS.length);
}

/** Lightness and colourfulness by place, and the contrast of lightness. */
function lightFeatures(graph: GraphBuilder, lab: string, lightness: string, regions: string): string {
  const squares = graph.node("Mul", [lab, lab]);
  const chroma = graph.node("Sqrt", [
    graph.node("Conv", [squares, graph.floats([1, 3, 1, 1], [0, 1, 1]), graph.floats([1], [TINY])]),
  ]);
  const both = graph.node("Concat", [lightness, chroma], { axis: 1 });
  const places = byPlace(graph, byRegion(graph, both, 2, regions), 2);
  const mean = pooled(graph, lightness);
  const meanSquare = pooled(graph, graph.node("Mul", [lightness, lightness]));
  const variance = graph.node("Sub", [meanSquare, graph.node("Mul", [mean, mean])]);
  const positive = graph.node("Max", [variance, graph.floats([], [TINY])]);
  return graph.node("Concat", [places, graph.node("Sqrt", [positive])], { axis: 1 });
}

/** Sums of the strengths of vertical and horizontal lines, and their difference. */
function gradientFeatures(graph: GraphBuilder, gradients: string): string[] {
  const weighed = (across: number, along: number) =>
    pooled(graph, graph.node("Conv", [gradients, graph.floats([1, 2, 1, 1], [across, along])]));
  return [weighed(1, 1), weighed(-1, 1)];
}

function edgeStrength(graph: GraphBuilder, gradients: string): string {
  return graph.node("Conv", [gradients, graph.floats([1, 2, 1, 1], [1, 1])]);
}

/** Mean of each channel: [batch, channels]. */
function pooled(graph: GraphBuilder, maps: string): string {
  return graph.node("Flatten", [graph.node("GlobalAveragePool", [maps])], { axis: 1 });
}

/** Means over GRID x GRID cells, less the mean of the whole: what is different where. */
function coarseMap(graph: GraphBuilder, maps: string, channels: number, cell: number): string {
  const cells = graph.node("AveragePool", [maps], { kernel_shape: [cell, cell], strides: [cell, cell] });
  const differences = graph.node("Sub", [cells, graph.node("GlobalAveragePool", [maps])]);
  return graph.node("Reshape", [differences, graph.integers([2], [-1, channels * GRID * GRID])]);
}

// ---- regions and places

const REGIONS = ["whole", "top", "bottom", "left", "right", "centre", "border"] as const;
type Region = (typeof REGIONS)[number];

/** Which regions make a place: the first counts for it, the second against it. */
const CONTRASTS: Readonly<Record<(typeof PLACES)[number], readonly [Region, Region?]>> = {
  whole: ["whole"],
  top: ["top", "bottom"],
  left: ["left", "right"],
  centre: ["centre", "border"],
};

/** x and y run from 0 to 1. */
const INSIDE: Readonly<Record<Region, (x: number, y: number) => boolean>> = {
  whole: () => true,
  top: (_x, y) => y < 0.4,
  bottom: (_x, y) => y > 0.6,
  left: (x) => x < 0.4,
  right: (x) => x > 0.6,
  centre: (x, y) => Math.abs(x - 0.5) < 0.25 && Math.abs(y - 0.5) < 0.25,
  border: (x, y) => Math.max(Math.abs(x - 0.5), Math.abs(y - 0.5)) > 0.375,
};

/** [AREA, regions]: multiplying by it takes the mean over each region. */
function regionWeights(): number[] {
  const members = REGIONS.map((region) =>
    Array.from({ length: AREA }, (_, at) =>
      INSIDE[region](((at % SIZE) + 0.5) / SIZE, (Math.floor(at / SIZE) + 0.5) / SIZE),
    ),
  );
  const counts = members.map((inside) => inside.filter(Boolean).length);
  return Array.from({ length: AREA }, (_, at) =>
    members.map((inside, region) => (inside[at] ? 1 / (counts[region] as number) : 0)),
  ).flat();
}

/** [batch, channels, size, size] → [batch, channels, regions] */
function byRegion(graph: GraphBuilder, maps: string, channels: number, regions: string): string {
  const flat = graph.node("Reshape", [maps, graph.integers([3], [-1, channels, AREA])]);
  return graph.node("MatMul", [flat, regions]);
}

/** [batch, channels, regions] → [batch, channels * places] */
function byPlace(graph: GraphBuilder, values: string, channels: number): string {
  const weights = REGIONS.flatMap((region) =>
    PLACES.map((place) => (CONTRASTS[place][0] === region ? 1 : CONTRASTS[place][1] === region ? -1 : 0)),
  );
  const places = graph.node("MatMul", [values, graph.floats([REGIONS.length, PLACES.length], weights)]);
  return graph.node("Reshape", [places, graph.integers([2], [-1, channels * PLACES.length])]);
}

/** Across (vertical lines), then along (horizontal lines). */
const SOBEL = [-1, 0, 1, -2, 0, 2, -1, 0, 1, -1, -2, -1, 0, 0, 0, 1, 2, 1].map((value) => value / 4);
