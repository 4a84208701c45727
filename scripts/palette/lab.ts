// sRGB to a scaled CIE Lab, as the image graph computes it; used for the shades the graph compares with.

/** sRGB (linear, D65) to X, Y, Z relative to the white point: IEC 61966-2-1, rows divided by their sums. */
export const XYZ = [
  [0.4339, 0.3762, 0.1899],
  [0.2127, 0.7152, 0.0721],
  [0.0177, 0.1095, 0.8728],
] as const;

/** Plain power instead of the piecewise sRGB curve: simpler as a graph, and equal to within a shade. */
export const GAMMA = 2.2;
/** Keeps the cube root's slope finite near black, as CIE's linear piece does. */
export const TOE = 0.004;

/** Rows give lightness, green to red, blue to yellow from f(X), f(Y), f(Z); CIE's factors / 100, lightness weighed less than hue. */
const LIGHTNESS = 0.6;
export const LAB = [
  [0, 1.16 * LIGHTNESS, 0],
  [5, -5, 0],
  [0, 2, -2],
] as const;
export const LAB_OFFSET = [-0.16 * LIGHTNESS, 0, 0] as const;

/** Lab of a `#rrggbb` colour. */
export function labOf(hex: string): number[] {
  const linear = [1, 3, 5].map((at) => (Number.parseInt(hex.slice(at, at + 2), 16) / 255) ** GAMMA);
  const roots = XYZ.map((row) => Math.cbrt(dot(row, linear) + TOE));
  return LAB.map((row, index) => dot(row, roots) + (LAB_OFFSET[index] as number));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);
}
