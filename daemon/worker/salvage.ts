// How much of a damaged picture is there. Decoders fill what is missing with one colour, from where the file breaks off to the end.

export interface Pixels {
  readonly data: Buffer;
  readonly channels: number;
  readonly dataWidth: number;
  readonly dataHeight: number;
}

/** Reasons for which a decoder that is told to go on may still give most of the picture. */
export const SALVAGEABLE: ReadonlySet<string> = new Set(["truncated", "broken-image"]);

/** The largest part of the picture, from one of its sides inwards, that has one and the same colour; 0 to 1. (Turned upright, the end may be any side.) */
export function uniformShare(image: Pixels): number {
  const { dataWidth: width, dataHeight: height } = image;
  const row = (y: number) => ({ from: y * width, step: 1, count: width });
  const column = (x: number) => ({ from: x, step: width, count: height });
  return Math.max(
    band(image, height, (i) => row(height - 1 - i)),
    band(image, height, row),
    band(image, width, (i) => column(width - 1 - i)),
    band(image, width, column),
  );
}

interface Line {
  readonly from: number;
  readonly step: number;
  readonly count: number;
}

/** Part of the lines, from the first one on, that have the colour of its first pixel. */
function band({ data, channels }: Pixels, lines: number, lineAt: (index: number) => Line): number {
  const first = lineAt(0).from * channels;
  for (let i = 0; i < lines; i++) {
    const { from, step, count } = lineAt(i);
    for (let pixel = 0; pixel < count; pixel++) {
      const at = (from + pixel * step) * channels;
      for (let channel = 0; channel < channels; channel++) {
        if (data[at + channel] !== data[first + channel]) return i / lines;
      }
    }
  }
  return 1;
}
