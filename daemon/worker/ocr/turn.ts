// Reads the lines of one picture, whichever way up it is. Turning is tried only when the picture gives a reason to.
import type { Image } from "paddleocr";
import type { Detect, Quad } from "./detect.ts";
import type { Area, Piece } from "./layout.ts";
import type { Reading, Recognise } from "./recognise.ts";

export interface Tools {
  readonly detect: Detect;
  readonly recognise: Recognise;
}

export interface PageReading {
  /** Everything that was found, unreadable pieces included; boxes in pixels of `page`. */
  readonly pieces: readonly Piece[];
  /** The picture, turned so that its text is upright. */
  readonly page: Image;
  /** How many quarter turns clockwise `page` is from the picture. */
  readonly turns: number;
}

/** A page of small print is cut here, the largest lines first: about 15 ms a line. */
const MAX_LINES = 200;
/** PaddleOCR's ratio of height to width from which a box is a line that runs downwards. */
const TALL = 1.5;
/** Upright text reads above this, text on its head below. */
const DOUBTFUL = 0.9;
/** How many lines are read both ways up to decide. */
const SAMPLE = 3;

/** Finds and reads the text of a picture that may be turned by 0, 90, 180 or 270 degrees. */
export async function readAnyTurn(image: Image, tools: Tools): Promise<PageReading> {
  const quads = await tools.detect(image);
  if (!isSideways(quads)) return readEitherWayUp({ page: image, turns: 0 }, quads, tools);
  const page = image.rotateClockwise();
  const sideways = await readEitherWayUp({ page, turns: 1 }, await tools.detect(page), tools);
  if (quality(sideways.pieces) >= DOUBTFUL) return sideways;
  const upright = await readEitherWayUp({ page: image, turns: 0 }, quads, tools);
  return quality(upright.pieces) > quality(sideways.pieces) ? upright : sideways;
}

type Corner = Quad[number];
type Page = Omit<PageReading, "pieces">;

async function readEitherWayUp(given: Page, quads: readonly Quad[], tools: Tools): Promise<PageReading> {
  const pieces = await readAll(given.page, quads, tools.recognise);
  if (quality(pieces) >= DOUBTFUL || !(await isOnItsHead(given.page, quads, tools.recognise)))
    return { ...given, pieces };
  const page = given.page.rotate180();
  const turned = await readAll(page, await tools.detect(page), tools.recognise);
  return { page, turns: given.turns + 2, pieces: turned };
}

async function readAll(page: Image, quads: readonly Quad[], recognise: Recognise): Promise<readonly Piece[]> {
  const pieces: Piece[] = [];
  for (const quad of quads.toSorted((a, b) => area(b) - area(a)).slice(0, MAX_LINES)) {
    const reading = await recognise(page.cropRotated(quad));
    const turns = isTall(quad) ? 1 : 0;
    const words = reading.words.map(({ start, end, from, to }) => {
      return { start, end, turns, box: around(part(quad, from, to)) };
    });
    pieces.push({ ...reading, words, box: around(quad) });
  }
  return pieces;
}

async function isOnItsHead(page: Image, quads: readonly Quad[], recognise: Recognise): Promise<boolean> {
  const asGiven: Reading[] = [];
  const onHead: Reading[] = [];
  for (const quad of quads.toSorted((a, b) => across(b) - across(a)).slice(0, SAMPLE)) {
    const line = page.cropRotated(quad);
    asGiven.push(await recognise(line));
    onHead.push(await recognise(line.rotate180()));
  }
  return quality(onHead) > quality(asGiven);
}

/** True when most of the text, measured along the lines, runs downwards. */
function isSideways(quads: readonly Quad[]): boolean {
  let tall = 0;
  let all = 0;
  for (const quad of quads) {
    const length = Math.max(across(quad), down(quad));
    all += length;
    if (isTall(quad)) tall += length;
  }
  return tall > all / 2;
}

/** Mean probability of all characters, 0..1; 0 for no text. */
function quality(readings: readonly Pick<Reading, "text" | "confidence">[]): number {
  const characters = readings.reduce((sum, reading) => sum + reading.text.length, 0);
  return readings.reduce((sum, reading) => sum + reading.confidence * reading.text.length, 0) / Math.max(1, characters);
}

const across = ([a, b]: Quad) => Math.hypot(b.x - a.x, b.y - a.y);
const down = ([a, , , d]: Quad) => Math.hypot(d.x - a.x, d.y - a.y);
const isTall = (quad: Quad) => down(quad) >= TALL * across(quad);
const area = (quad: Quad) => across(quad) * down(quad);

/** The part of a line between two fractions of its length; a tall one was laid on its side to be read, its top to the left. */
function part(quad: Quad, from: number, to: number): Quad {
  const [a, b, c, d] = quad;
  if (isTall(quad)) return [between(a, d, from), between(b, c, from), between(b, c, to), between(a, d, to)];
  return [between(a, b, from), between(a, b, to), between(d, c, to), between(d, c, from)];
}

const between = (a: Corner, b: Corner, share: number): Corner => ({
  x: a.x + (b.x - a.x) * share,
  y: a.y + (b.y - a.y) * share,
});

function around(quad: Quad): Area {
  const xs = quad.map((point) => point.x);
  const ys = quad.map((point) => point.y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return [x, y, Math.max(...xs) - x, Math.max(...ys) - y];
}
