// Why a picture matches the words of a query: which words stand in which of its texts, where in the picture, and the text around them.
import type { Reason, WordMark } from "../../shared/api.ts";
import type { FindWords, FoundWord } from "../store/found-words.ts";
import { boxesOf } from "../store/word-boxes.ts";

export interface SearchableTexts {
  readonly ocr: string;
  /** Where the words of `ocr` stand (store/word-boxes.ts). */
  readonly ocrBoxes: Uint8Array;
  readonly names: readonly string[];
  readonly folders: readonly string[];
  readonly tags: readonly string[];
}

const SNIPPET_LENGTH = 120;
/** Characters of context kept before the first match. */
const SNIPPET_LEAD = 30;
const NO_BOXES = new Uint8Array(0);

/** Text reasons, one per field that holds at least one word. `rank` is the picture's place in the text ranking, from 1. */
export function textReasons(find: FindWords, texts: SearchableTexts, rank: number): readonly Reason[] {
  const fields = [
    ["ocr", [texts.ocr], texts.ocrBoxes],
    ["name", texts.names, NO_BOXES],
    ["tag", texts.tags, NO_BOXES],
    ["folder", texts.folders, NO_BOXES],
  ] as const;
  return fields.flatMap(([field, candidates, packed]): Reason[] => {
    for (const text of candidates) {
      const found = find(text);
      if (found.length === 0) continue;
      const words = [...new Set(found.map(({ word }) => word))];
      const boxes = boxesOf(packed, found).map(({ part: { word }, ...box }) => ({ word, ...box }));
      return [{ kind: "text", field, rank, words, ...snippetOf(text, found), boxes }];
    }
    return [];
  });
}

/** The text around the first word, on one line, and the words that stand in it. */
function snippetOf(text: string, found: readonly FoundWord[]): { snippet: string; marks: readonly WordMark[] } {
  const first = found[0]?.start ?? 0;
  const start = first <= SNIPPET_LEAD ? 0 : first - SNIPPET_LEAD;
  const end = start + SNIPPET_LENGTH;
  // Nothing is joined: every character keeps its place.
  const line = text.slice(start, end).replace(/\s/g, " ").trimEnd();
  const cut = line.trimStart();
  const before = start > 0 ? "…" : "";
  const shift = before.length - start - (line.length - cut.length);
  return {
    snippet: `${before}${cut}${end < text.length ? "…" : ""}`,
    marks: found
      .filter((place) => place.start < end)
      .map((place) => ({ word: place.word, start: place.start + shift, end: Math.min(place.end, end) + shift })),
  };
}
