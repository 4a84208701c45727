// Puts the pieces of text of a page into reading order. Pure geometry: knows neither pixels nor networks.

/** x, y, width, height; any unit, as long as it is the same for all. */
export type Area = readonly [x: number, y: number, width: number, height: number];

export interface Piece {
  readonly text: string;
  readonly confidence: number;
  readonly box: Area;
  readonly words: readonly PlacedWord[];
}

/** A word of a text, [start, end), and the upright rectangle around it. */
export interface PlacedWord {
  readonly start: number;
  readonly end: number;
  readonly box: Area;
  /** Where it reads to, in quarter turns clockwise from left to right. */
  readonly turns: number;
}

/** Pieces whose heights differ more are not one caption. */
const MAX_HEIGHT_RATIO = 2;

/**
 * Joins the words of a row into one line, and orders the lines as one reads: block by block (a caption, a speech bubble,
 * a panel), blocks from the top and then from the left, so that two captions side by side are not read across.
 */
export function inReadingOrder(pieces: readonly Piece[]): readonly Piece[] {
  const lines = groups(pieces, inSameRow).map(joinRow);
  return ordered(groups(lines, inSameBlock)).flatMap((block) =>
    block.toSorted((a, b) => middle(a.box) - middle(b.box)),
  );
}

function inSameRow(a: Piece, b: Piece): boolean {
  const height = Math.min(a.box[3], b.box[3]);
  const gap = Math.max(a.box[0], b.box[0]) - Math.min(right(a.box), right(b.box));
  return isSimilar(a, b) && overlap(a.box, b.box, 1) > 0.6 * height && gap < 0.8 * height;
}

function inSameBlock(a: Piece, b: Piece): boolean {
  const gap = Math.max(a.box[1], b.box[1]) - Math.min(bottom(a.box), bottom(b.box));
  const across = overlap(a.box, b.box, 0);
  return isSimilar(a, b) && gap < 0.7 * Math.min(a.box[3], b.box[3]) && across > 0.4 * Math.min(a.box[2], b.box[2]);
}

function isSimilar(a: Piece, b: Piece): boolean {
  return Math.max(a.box[3], b.box[3]) <= MAX_HEIGHT_RATIO * Math.min(a.box[3], b.box[3]);
}

function joinRow(row: readonly Piece[]): Piece {
  const pieces = row.toSorted((a, b) => a.box[0] - b.box[0]);
  const length = pieces.reduce((sum, piece) => sum + piece.text.length, 0);
  const weighted = pieces.reduce((sum, piece) => sum + piece.confidence * piece.text.length, 0);
  return {
    ...joinTexts(pieces, " "),
    confidence: weighted / Math.max(1, length),
    box: around(pieces),
  };
}

/** One text of several; the words keep their boxes. */
export function joinTexts(
  parts: readonly Pick<Piece, "text" | "words">[],
  separator: string,
): Pick<Piece, "text" | "words"> {
  let at = 0;
  const words = parts.flatMap((part) => {
    const before = at;
    at += part.text.length + separator.length;
    return part.words.map((word) => ({ ...word, start: word.start + before, end: word.end + before }));
  });
  return { text: parts.map(({ text }) => text).join(separator), words };
}

/** From the top; of blocks that stand side by side, the left one first. */
function ordered(blocks: readonly (readonly Piece[])[]): readonly (readonly Piece[])[] {
  const waiting = blocks.map((block) => ({ block, box: around(block) })).sort((a, b) => a.box[1] - b.box[1]);
  const result: (readonly Piece[])[] = [];
  for (let top = waiting[0]; top !== undefined; top = waiting[0]) {
    const { box } = top;
    const next = waiting
      .filter((other) => overlap(box, other.box, 1) > 0.5 * Math.min(box[3], other.box[3]))
      .reduce((left, other) => (other.box[0] < left.box[0] ? other : left), top);
    waiting.splice(waiting.indexOf(next), 1);
    result.push(next.block);
  }
  return result;
}

/** The connected groups of items under a symmetric relation. */
function groups<T>(items: readonly T[], belong: (a: T, b: T) => boolean): readonly (readonly T[])[] {
  let result: T[][] = [];
  for (const item of items) {
    const joined = [item];
    const apart: T[][] = [];
    for (const group of result) {
      if (group.some((member) => belong(member, item))) joined.push(...group);
      else apart.push(group);
    }
    result = [...apart, joined];
  }
  return result;
}

function around(pieces: readonly Piece[]): Area {
  const x = Math.min(...pieces.map((piece) => piece.box[0]));
  const y = Math.min(...pieces.map((piece) => piece.box[1]));
  const width = Math.max(...pieces.map((piece) => right(piece.box))) - x;
  return [x, y, width, Math.max(...pieces.map((piece) => bottom(piece.box))) - y];
}

/** Length of the common part along x (0) or y (1); negative when apart. */
function overlap(a: Area, b: Area, axis: 0 | 1): number {
  const size = axis === 0 ? 2 : 3;
  return Math.min(a[axis] + a[size], b[axis] + b[size]) - Math.max(a[axis], b[axis]);
}

const right = (box: Area) => box[0] + box[2];
const bottom = (box: Area) => box[1] + box[3];
const middle = (box: Area) => box[1] + box[3] / 2;
