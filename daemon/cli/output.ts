// Text for a terminal: nothing that comes from a file name or a picture can control it, and tables fit its width.
import stringWidth from "string-width";
import type { Terminal } from "./terminal.ts";

/**
 * Characters that move the cursor, start escape sequences, break lines, reorder text or cannot be seen: C0 and C1 controls,
 * line separators, bidirectional controls, zero-width characters, lone surrogates.
 */
const UNSAFE = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\p{Cs}]/gu;
/** The same for JSON, where the C0 controls have been dealt with. */
const UNSAFE_IN_JSON = /[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\u001b": "\\e" };

/** Text on one line that a terminal shows as it is: what could control the terminal is written as an escape. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return SHORT[char] ?? (code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`);
  });
}

/** JSON that says exactly the same, without characters that could control a terminal. */
export function toJson(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent).replace(
    UNSAFE_IN_JSON,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Shortens printable text to `width` columns, with "…" where something was left out: at the end, or at the start for paths. */
export function fit(text: string, width: number, cut: "end" | "start" = "end"): string {
  if (stringWidth(text) <= width) return text;
  if (width < 1) return "";
  const parts = Array.from(graphemes.segment(text), ({ segment }) => segment);
  if (cut === "start") parts.reverse();
  const kept: string[] = [];
  let used = 1;
  for (const part of parts) {
    used += stringWidth(part);
    if (used > width) break;
    kept.push(part);
  }
  return cut === "start" ? `…${kept.reverse().join("")}` : `${kept.join("").trimEnd()}…`;
}

export interface Column<Row> {
  readonly title: string;
  /** Printable text of a cell. */
  text(row: Row): string;
  /** Colours the text after it was shortened. */
  paint?(text: string, row: Row): string;
  readonly align?: "left" | "right";
  /** A column with a minimum may be shortened to it, in columns of the terminal; the others keep their width. */
  readonly minWidth?: number;
  readonly cut?: "end" | "start";
}

const GAP = "  ";

/** Rows under titles. In a terminal it is made to fit, the columns with most to spare first; elsewhere nothing is shortened. */
export function table<Row>(terminal: Terminal, columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map((column) => column.text(row)));
  const natural = columns.map(({ title }, i) =>
    cells.reduce((widest, line) => Math.max(widest, stringWidth(line[i] ?? "")), stringWidth(title)),
  );
  const widths = terminal.isTTY ? shrink(natural, columns, terminal.columns) : natural;
  const line = (texts: readonly string[], row: Row | null): string =>
    columns
      .map((column, i) => {
        const short = fit(texts[i] ?? "", widths[i] ?? 0, column.cut);
        const isLast = i === columns.length - 1 && column.align !== "right";
        const blanks = isLast ? "" : " ".repeat(Math.max(0, (widths[i] ?? 0) - stringWidth(short)));
        const painted = row === null ? terminal.paint("dim", short) : (column.paint?.(short, row) ?? short);
        return column.align === "right" ? blanks + painted : painted + blanks;
      })
      .join(GAP)
      .trimEnd();
  const titles = columns.map(({ title }) => title);
  return [line(titles, null), ...cells.map((texts, i) => line(texts, rows[i] as Row)), ""].join("\n");
}

function shrink<Row>(natural: readonly number[], columns: readonly Column<Row>[], total: number): number[] {
  const widths = [...natural];
  const surplus = (): number =>
    widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1) - total;
  for (let left = surplus(); left > 0; left--) {
    let widest = -1;
    let most = 0;
    for (const [i, { minWidth }] of columns.entries()) {
      const spare = minWidth === undefined ? 0 : (widths[i] ?? 0) - minWidth;
      if (spare > most) [widest, most] = [i, spare];
    }
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

/** A path for people: `~` for the home directory, printable. */
export function shortPath(path: string, home: string): string {
  const isBelow = home.length > 1 && (path === home || path.startsWith(`${home}/`));
  return printable(isBelow ? `~${path.slice(home.length)}` : path);
}

const numbers = new Intl.NumberFormat("en-US");

/** 1234 → "1,234". */
export function count(value: number): string {
  return numbers.format(value);
}

/** 1 → "1 picture", 2 → "2 pictures". */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** Bytes in decimal units: 1234567 → "1.2 MB". */
export function bytes(value: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const power = value < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1_000 ** power;
  return `${power > 0 && scaled < 10 ? scaled.toFixed(1) : Math.round(scaled)} ${units[power]}`;
}

/** A duration, rounded the way people say it: "45 s", "12 min", "3 h 20 min", "2 days". */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.round(minutes / 1440)} days`;
}

/** Local date and time to the minute: "2026-11-23 14:05". */
export function time(atMs: number): string {
  const date = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
