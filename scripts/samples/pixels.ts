// Pictures computed pixel by pixel, for skies and water that no gradient can draw.

/** 8 bit RGB, row by row. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Red, green, blue, 0..255. */
export type Colour = readonly [number, number, number];

/** Asks for the colour of every pixel; x and y are in pixels from the top left. */
export function shade(width: number, height: number, colourAt: (x: number, y: number) => Colour): Pixels {
  const data = new Uint8Array(width * height * 3);
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      for (const value of colourAt(x, y)) {
        data[at] = Math.min(255, Math.max(0, Math.round(value)));
        at += 1;
      }
    }
  }
  return { data, width, height };
}

/** "#rrggbb" as numbers. */
export function hex(colour: string): Colour {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

export function blend(from: Colour, to: Colour, share: number): Colour {
  const part = Math.min(1, Math.max(0, share));
  return [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part, from[2] + (to[2] - from[2]) * part];
}

/** Light added to a colour. */
export function glow(colour: Colour, light: Colour, strength: number): Colour {
  return [colour[0] + light[0] * strength, colour[1] + light[1] * strength, colour[2] + light[2] * strength];
}

/** A colour scale: stops are [where, "#rrggbb"] with rising places. */
export function scale(stops: readonly (readonly [number, string])[]): (where: number) => Colour {
  const points = stops.map(([at, colour]) => ({ at, colour: hex(colour) }));
  return (where) => {
    const next = points.findIndex(({ at }) => at >= where);
    const after = points[next];
    const before = points[next - 1];
    if (!after) return points.at(-1)?.colour ?? [0, 0, 0];
    if (!before) return after.colour;
    return blend(before.colour, after.colour, (where - before.at) / (after.at - before.at));
  };
}
