// How much of a known text was read. Pure functions over strings.

export interface Score {
  /** Characters right, 0..1: 1 − edits / length, after the spaces are taken out. */
  readonly characters: number;
  /** The same with the spaces left in. */
  readonly withSpaces: number;
  /** Share of the words that were found as words. */
  readonly words: number;
}

/** Sums of edits and lengths, so that long texts weigh more than short ones. */
export interface Tally {
  edits: number;
  length: number;
  spacedEdits: number;
  spacedLength: number;
  wordsFound: number;
  words: number;
}

export function emptyTally(): Tally {
  return { edits: 0, length: 0, spacedEdits: 0, spacedLength: 0, wordsFound: 0, words: 0 };
}

/**
 * Adds one picture. Every caption is looked for anywhere in the text that was read, because templates carry writing of their own:
 * only edits inside the best place count, text around it costs nothing.
 */
export function count(tally: Tally, captions: readonly string[], read: string): void {
  const found = normal(read);
  const foundWords = new Set(wordsOf(found));
  for (const caption of captions.map(normal)) {
    const bare = caption.replaceAll(" ", "");
    tally.edits += fittingDistance(bare, found.replaceAll(" ", ""));
    tally.length += bare.length;
    tally.spacedEdits += fittingDistance(caption, found);
    tally.spacedLength += caption.length;
    const words = wordsOf(caption);
    tally.words += words.length;
    tally.wordsFound += words.filter((word) => foundWords.has(word)).length;
  }
}

export function score(tally: Tally): Score {
  return {
    characters: 1 - tally.edits / Math.max(1, tally.length),
    withSpaces: 1 - tally.spacedEdits / Math.max(1, tally.spacedLength),
    words: tally.wordsFound / Math.max(1, tally.words),
  };
}

function normal(text: string): string {
  return text.toLowerCase().replaceAll(/\s+/g, " ").trim();
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[^\p{L}\p{N}']+/u).filter((word) => word !== "");
}

/** Fewest edits that make `needle` out of any part of `hay`. */
function fittingDistance(needle: string, hay: string): number {
  let row = new Array<number>(hay.length + 1).fill(0);
  for (let i = 1; i <= needle.length; i++) {
    const next = [i];
    for (let j = 1; j <= hay.length; j++) {
      const swap = at(row, j - 1) + (needle[i - 1] === hay[j - 1] ? 0 : 1);
      next.push(Math.min(at(row, j) + 1, at(next, j - 1) + 1, swap));
    }
    row = next;
  }
  return Math.min(...row);
}

const at = (row: readonly number[], index: number) => row[index] ?? 0;

/** The value below which the given share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
