// How the frames of an animated PNG come to stand over one another.

/** The part of the picture that a frame covers, inside it. */
export interface Part {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** What becomes of the part before the next frame: 0 stays, 1 is cleared, 2 is as it was before. */
  readonly disposal: number;
  /** 0: takes the place of what was there; 1: is drawn over it. */
  readonly blending: number;
}

export interface Canvas {
  /** `rgba` is as large as the part. */
  draw(rgba: Buffer, part: Part): void;
  /** RGBA. */
  copy(): Buffer;
}

const [STAYS, PREVIOUS] = [0, 2];
const OVER = 1;

export function createCanvas(width: number, height: number): Canvas {
  const pixels = Buffer.alloc(width * height * 4);
  let dispose = (): void => {};

  function* rowsOf(part: Part): Generator<Buffer> {
    for (let y = part.y; y < part.y + part.height; y++) {
      yield pixels.subarray((y * width + part.x) * 4, (y * width + part.x + part.width) * 4);
    }
  }

  function disposalOf(part: Part): () => void {
    if (part.disposal === STAYS) return () => {};
    const before = part.disposal === PREVIOUS ? Buffer.concat([...rowsOf(part)]) : null;
    return () => {
      let at = 0;
      for (const row of rowsOf(part)) {
        if (before) row.set(before.subarray(at, at + row.length));
        else row.fill(0);
        at += row.length;
      }
    };
  }

  return {
    draw(rgba, part) {
      dispose();
      dispose = disposalOf(part);
      let at = 0;
      for (const row of rowsOf(part)) {
        const source = rgba.subarray(at, at + row.length);
        if (part.blending === OVER) blend(source, row);
        else row.set(source);
        at += row.length;
      }
    },
    copy: () => Buffer.from(pixels),
  };
}

/** Draws pixels over others; neither is premultiplied. */
function blend(source: Buffer, target: Buffer): void {
  for (let at = 0; at < source.length; at += 4) {
    const alpha = source[at + 3] ?? 0;
    if (alpha === 0) continue;
    const above = alpha * 255;
    const below = (255 - alpha) * (target[at + 3] ?? 0);
    for (let channel = at; channel < at + 3; channel++) {
      target[channel] = Math.round(((source[channel] ?? 0) * above + (target[channel] ?? 0) * below) / (above + below));
    }
    target[at + 3] = Math.round((above + below) / 255);
  }
}
