// PDF files: the first page, drawn by PDFium (WebAssembly, without its JavaScript engine). It sees the file's bytes and nothing else.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { once } from "./once.ts";
import { pageText } from "./pdf-text.ts";
import { PictureProblem } from "./problem.ts";
import type { TextInPicture } from "./protocol.ts";

export interface PdfPage {
  /** RGBA on white. */
  readonly rgba: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Null when the page holds none that can be read, as one that was scanned. */
  readonly text: TextInPicture | null;
}

/** The rectangle that the page fills, and how it is turned. */
type Place = readonly [x: number, y: number, width: number, height: number, turns: number];

/** As much of PDFium as is used. Documents, pages and bitmaps are addresses in its memory; 0: it failed. */
export interface Pdfium {
  readonly pdfium: {
    readonly HEAPU8: Uint8Array;
    readonly wasmExports: { malloc(bytes: number): number };
  };
  PDFiumExt_Init(): void;
  FPDF_LoadMemDocument(data: number, bytes: number, password: string): number;
  FPDF_GetLastError(): number;
  FPDF_LoadPage(document: number, index: number): number;
  FPDF_GetPageWidthF(page: number): number;
  FPDF_GetPageHeightF(page: number): number;
  FPDFBitmap_CreateEx(width: number, height: number, format: number, data: number, stride: number): number;
  FPDFBitmap_FillRect(bitmap: number, x: number, y: number, width: number, height: number, argb: number): boolean;
  FPDFBitmap_GetBuffer(bitmap: number): number;
  FPDF_RenderPageBitmap(bitmap: number, page: number, ...where: [...where: Place, flags: number]): void;
  FPDF_PageToDevice(
    page: number,
    ...where: [...where: Place, pageX: number, pageY: number, x: number, y: number]
  ): boolean;
  FPDFText_LoadPage(page: number): number;
  FPDFText_CountChars(text: number): number;
  FPDFText_GetUnicode(text: number, index: number): number;
  FPDFText_GetCharBox(text: number, index: number, left: number, right: number, bottom: number, top: number): boolean;
}

/** From this size lines of text are read, where the page has to be read like a picture. */
const LONG_SIDE = 1_600;
const BGRA = 4;
const WHITE = 0xffffffff;
const ANNOTATIONS = 0x01;
/** RGB in memory, and not BGR. */
const REVERSE_BYTE_ORDER = 0x10;
const PASSWORD_ERROR = 4;

const program = once(async () => {
  const wasm = createRequire(import.meta.url).resolve("@embedpdf/pdfium/pdfium.wasm");
  return WebAssembly.compile(await readFile(wasm));
});

/** Each file has a PDFium of its own, which takes milliseconds: nothing of one is left for the next, and all its memory goes with it. */
async function openPdfium(): Promise<Pdfium> {
  const { init } = createRequire(import.meta.url)("@embedpdf/pdfium") as {
    init(options: {
      instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void): object;
    }): Promise<Pdfium>;
  };
  const compiled = await program();
  const opened = await init({
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(compiled, imports);
      // Not before this has returned: the library counts on that.
      queueMicrotask(() => done(instance));
      return {};
    },
  });
  opened.PDFiumExt_Init();
  return opened;
}

/** Throws PictureProblem: encrypted, broken-image. */
export async function readPdf(bytes: Uint8Array): Promise<PdfPage> {
  const pdfium = await openPdfium();
  try {
    return firstPage(pdfium, bytes);
  } catch (error) {
    // What WebAssembly throws says only where it ended; most often the memory did.
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    throw new PictureProblem(
      "decode",
      "broken-image",
      "PDFium gave up on this file: the first page is damaged, or needs more than 2 GB of memory.",
    );
  }
}

function firstPage(pdfium: Pdfium, bytes: Uint8Array): PdfPage {
  const data = pdfium.pdfium.wasmExports.malloc(bytes.length);
  pdfium.pdfium.HEAPU8.set(bytes, data);
  const document = pdfium.FPDF_LoadMemDocument(data, bytes.length, "");
  if (document === 0 && pdfium.FPDF_GetLastError() === PASSWORD_ERROR) {
    throw new PictureProblem("decode", "encrypted", "This PDF file opens with a password only.");
  }
  const page = document === 0 ? 0 : pdfium.FPDF_LoadPage(document, 0);
  if (page === 0) throw new PictureProblem("decode", "broken-image", "The PDF file is damaged, or has no pages.");
  const size = [pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)] as const;
  const scale = LONG_SIDE / Math.max(...size);
  const [width, height] = [pixels(size[0] * scale), pixels(size[1] * scale)];
  const bitmap = pdfium.FPDFBitmap_CreateEx(width, height, BGRA, 0, 0);
  pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE);
  pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, ANNOTATIONS | REVERSE_BYTE_ORDER);
  const at = pdfium.FPDFBitmap_GetBuffer(bitmap);
  return {
    ...{ width, height },
    // HEAPU8 is another one whenever the memory has grown.
    rgba: pdfium.pdfium.HEAPU8.slice(at, at + width * height * 4),
    text: pageText(pdfium, page),
  };
}

function pixels(side: number): number {
  return Math.min(LONG_SIDE, Math.max(1, Math.round(side) || 1));
}
