// Where along a line its words stand, by the steps at which the recognition network saw their characters. Pure; knows no pixels.

/** A word of a line: [start, end) in its text, and from where to where along the line it goes, in fractions of its length. */
export interface WordSpan {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The words of a line, cut at spaces: a text without them is one word. Half a character is added at both ends of each, for the
 * network says where a character is, and not how wide.
 * @param places for each UTF-16 unit of `text`, where it stands along the line, 0..1, never falling
 */
export function wordSpans(text: string, places: readonly number[]): readonly WordSpan[] {
  const words = [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => ({ start: index, end: index + word.length }));
  const first = places[words[0]?.start ?? 0] ?? 0;
  const last = places[(words.at(-1)?.end ?? 0) - 1] ?? 0;
  // Of a lone character nothing is known but where it is: it takes all there is.
  const half = text.length > 1 ? (last - first) / (text.length - 1) / 2 : 1;
  return words.map(({ start, end }) => ({
    start,
    end,
    from: Math.max(0, (places[start] ?? 0) - half),
    to: Math.min(1, (places[end - 1] ?? 0) + half),
  }));
}
