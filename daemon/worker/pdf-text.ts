// The text of a PDF page as the file holds it, with the places of its words: exact, and a thousand times quicker than reading the pixels.
import type { Pdfium } from "./pdf.ts";
import type { PlacedWord, TextInPicture } from "./protocol.ts";

/** A character where it is seen: its edges in fractions 0..1 of the page, from the left and from the top. */
interface Glyph {
  readonly character: string;
  readonly edges: readonly [left: number, top: number, right: number, bottom: number];
}

/** Several times what fits on a page of small print. */
const MAX_CHARACTERS = 20_000;
/** Places are asked for as if the page had so many pixels a side. */
const GRID = 16_384;
/** Four edges on the page, and two numbers of a place on the grid. */
const BOX_BYTES = 4 * 8 + 2 * 4;
const LAST_CODE = 0x10ffff;
/** What stands at the end of a line that a word goes on after: the two codes that PDFium has for it, and a soft hyphen. */
const HYPHENS: ReadonlySet<number> = new Set([0x02, 0xad, 0xfffe]);
/** In their place: it adds nothing to the word. */
const LINE_END = "";
const LIGATURE = /[\ufb00-\ufb06]/;
/** Fewer are a page number or a stamp on a page that was scanned. */
const MIN_LETTERS = 16;
/** With less, the file does not know which letters its glyphs are. */
const MIN_LETTERS_SHARE = 0.5;

/** Null when the page holds no text, or none that makes sense. */
export function pageText(pdfium: Pdfium, page: number): TextInPicture | null {
  const found = arranged(glyphs(pdfium, page));
  const letters = found.text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  const visible = found.text.match(/\S/gu)?.length ?? 0;
  return letters >= MIN_LETTERS && letters >= visible * MIN_LETTERS_SHARE ? found : null;
}

function* glyphs(pdfium: Pdfium, page: number): Generator<Glyph> {
  const text = pdfium.FPDFText_LoadPage(page);
  if (text === 0) return;
  const count = Math.min(pdfium.FPDFText_CountChars(text), MAX_CHARACTERS);
  const at = pdfium.pdfium.wasmExports.malloc(BOX_BYTES);
  const [left, right, bottom, top, x, y] = [at, at + 8, at + 16, at + 24, at + 32, at + 36];
  const corner = (pageX: number, pageY: number): readonly [number, number] => {
    const memory = new DataView(pdfium.pdfium.HEAPU8.buffer);
    const place = [memory.getFloat64(pageX, true), memory.getFloat64(pageY, true)] as const;
    pdfium.FPDF_PageToDevice(page, 0, 0, GRID, GRID, 0, ...place, x, y);
    return [memory.getInt32(x, true) / GRID, memory.getInt32(y, true) / GRID];
  };
  for (let index = 0; index < count; index++) {
    const code = pdfium.FPDFText_GetUnicode(text, index);
    if (code === 0 || code > LAST_CODE) continue;
    const character = HYPHENS.has(code) ? LINE_END : String.fromCodePoint(code);
    if (!pdfium.FPDFText_GetCharBox(text, index, left, right, bottom, top)) yield { character, edges: [0, 0, 0, 0] };
    else {
      const [[x1, y1], [x2, y2]] = [corner(left, top), corner(right, bottom)];
      const edges = [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)] as const;
      yield { character: LIGATURE.test(character) ? character.normalize("NFKC") : character, edges };
    }
  }
}

/** One line break or one space between words; what lies outside the page is not there. */
function arranged(all: Iterable<Glyph>): TextInPicture {
  const words: PlacedWord[] = [];
  let text = "";
  let gap = "";
  let word: Glyph[] = [];
  const endWord = (): void => {
    const letters = word.map(({ character }) => character).join("");
    const line = firstLine(word);
    word = [];
    if (letters === "") return;
    if (text !== "") text += gap;
    words.push({ start: text.length, end: text.length + letters.length, turns: turnsOf(line), box: boxAround(line) });
    text += letters;
    gap = " ";
  };
  for (const glyph of all) {
    const [left, top, right, bottom] = glyph.edges;
    if (/\s/.test(glyph.character)) {
      endWord();
      if (glyph.character === "\n") gap = "\n";
    } else if (glyph.character === LINE_END || (left < 1 && top < 1 && right > 0 && bottom > 0)) word.push(glyph);
  }
  endWord();
  return { text, words };
}

/** Of a word that goes on in the next line, what stands in the first one. */
function firstLine(word: readonly Glyph[]): readonly Glyph[] {
  const end = word.findIndex(({ character }) => character === LINE_END);
  return end > 0 ? word.slice(0, end) : word.filter(({ character }) => character !== LINE_END);
}

function boxAround(line: readonly Glyph[]): PlacedWord["box"] {
  const edge = (index: 0 | 1 | 2 | 3, pick: (...values: number[]) => number): number =>
    Math.min(1, Math.max(0, pick(...line.map(({ edges }) => edges[index]))));
  const [left, top] = [edge(0, Math.min), edge(1, Math.min)];
  return [left, top, edge(2, Math.max) - left, edge(3, Math.max) - top];
}

/** From its first character to its last. */
function turnsOf(line: readonly Glyph[]): number {
  const [first, last] = [line[0], line.at(-1)].map((glyph) => glyph?.edges ?? [0, 0, 0, 0]);
  if (!first || !last) return 0;
  const [right, down] = [last[0] + last[2] - first[0] - first[2], last[1] + last[3] - first[1] - first[3]];
  if (Math.abs(right) >= Math.abs(down)) return right >= 0 ? 0 : 2;
  return down > 0 ? 1 : 3;
}
