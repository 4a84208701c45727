// Reads one line of text from a picture of that line: network, then CTC decoding. Knows nothing of pages or boxes.
import { type InferenceSession, Tensor } from "onnxruntime-node";
import type { Image } from "paddleocr";
import { type WordSpan, wordSpans } from "./word-spans.ts";

export interface Reading {
  readonly text: string;
  /** Mean probability of the characters, 0..1; 0 when nothing was read. */
  readonly confidence: number;
  readonly words: readonly WordSpan[];
}

export type Recognise = (line: Image) => Promise<Reading>;

/** Fixed by the network. */
const LINE_HEIGHT = 48;
/** The network was trained on lines padded to this width. */
const MIN_WIDTH = 320;
/** About 250 characters. Longer lines are squeezed, so that a freak box cannot eat the memory. */
const MAX_WIDTH = 3200;
/**
 * The network sees gaps between words but prefers "no character" to "space" there: taking its most probable class finds
 * half of the words, taking a space wherever it gives one this probability finds 96 % (tests/bench/ocr.ts; flat from 0.005 to 0.02).
 */
const SPACE_PROBABILITY = 0.01;
/** Scripts that are written without spaces. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u;

/** Reads single lines with the PP-OCR recognition network; `characters` as in OcrSessions. */
export function createRecogniser(session: InferenceSession, characters: readonly string[]): Recognise {
  const [input, output] = [session.inputNames[0], session.outputNames[0]];
  if (input === undefined || output === undefined) throw new Error("The recognition network lacks an input or output.");
  return async (line) => {
    const answer = (await session.run({ [input]: lineTensor(line) }))[output];
    if (!(answer?.data instanceof Float32Array))
      throw new Error("The recognition network does not answer with numbers.");
    return decodeCtc(answer.data, characters, paddedWidth(line) / resizedWidth(line));
  };
}

/** Height 48, values -1..1, channels BGR, zeros on the right: PaddleOCR's `resize_norm_img`. */
function lineTensor(line: Image): Tensor {
  const [width, padded] = [resizedWidth(line), paddedWidth(line)];
  const pixels = line.resize({ width, height: LINE_HEIGHT }).tensor({
    mean_values: [127.5, 127.5, 127.5],
    norm_values: [1 / 127.5, 1 / 127.5, 1 / 127.5],
    channel_order: "bgr",
  });
  const data = new Float32Array(3 * LINE_HEIGHT * padded);
  for (let row = 0; row < 3 * LINE_HEIGHT; row++) {
    data.set(pixels.subarray(row * width, (row + 1) * width), row * padded);
  }
  return new Tensor("float32", data, [1, 3, LINE_HEIGHT, padded]);
}

/** Of the line, when it is as high as the network wants it. */
function resizedWidth(line: Image): number {
  return Math.min(MAX_WIDTH, Math.max(1, Math.ceil((LINE_HEIGHT * line.width) / line.height)));
}

function paddedWidth(line: Image): number {
  return Math.max(MIN_WIDTH, resizedWidth(line));
}

/**
 * Turns the probabilities of one line, shape [steps, characters.length], into text: the most probable class of every step,
 * repetitions and blanks dropped, plus the spaces that the network only hints at. Class 0 is the blank, the last class the space.
 * @param padding how many times as long as the line the steps go
 */
export function decodeCtc(probabilities: Float32Array, characters: readonly string[], padding = 1): Reading {
  const classes = characters.length;
  const steps = Math.floor(probabilities.length / classes);
  let text = "";
  /** For each unit of the text, where along the line. */
  const places: number[] = [];
  let sum = 0;
  let count = 0;
  let last = 0;
  let spaceHint = 0;
  for (let start = 0; start + classes <= probabilities.length; start += classes) {
    const best = strongest(probabilities, start, classes);
    spaceHint = Math.max(spaceHint, probabilities[start + classes - 1] ?? 0);
    if (best !== 0 && best !== last) {
      const character = characters[best] ?? "";
      if (spaceHint > SPACE_PROBABILITY && isWordBreak(text.at(-1), character)) text += " ";
      text += character;
      while (places.length < text.length) places.push(Math.min(1, ((start / classes + 0.5) / steps) * padding));
      sum += probabilities[start + best] ?? 0;
      count++;
    }
    if (best !== 0) spaceHint = 0;
    last = best;
  }
  const trimmed = text.trim();
  const words = wordSpans(trimmed, places.slice(text.indexOf(trimmed)));
  return { text: trimmed, confidence: count === 0 ? 0 : sum / count, words };
}

function isWordBreak(before: string | undefined, after: string): boolean {
  if (before === undefined || before === " " || after === " ") return false;
  return !UNSPACED.test(before) && !UNSPACED.test(after) && !/['’(]/.test(before) && !/['’.,!?:;)%]/.test(after);
}

function strongest(values: Float32Array, start: number, length: number): number {
  let best = 0;
  let bestValue = -1;
  for (let i = 0; i < length; i++) {
    const value = values[start + i] as number;
    if (value > bestValue) {
      bestValue = value;
      best = i;
    }
  }
  return best;
}
