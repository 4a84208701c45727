// The terminal as commands see it. Decides nothing about what is written.
import { createInterface } from "node:readline/promises";
import { styleText } from "node:util";

export type Style = Parameters<typeof styleText>[0];

export interface Terminal {
  /** Whether a person reads standard output. */
  readonly isTTY: boolean;
  /** Whether a person reads standard error. */
  readonly isErrorTTY: boolean;
  /** Whether a person can answer questions. */
  readonly canAsk: boolean;
  /** Columns of the terminal at this moment. */
  readonly columns: number;
  /** Writes to standard output as it is. */
  out(text: string): void;
  /** Writes to standard error as it is. */
  err(text: string): void;
  /** Colours text for standard output, unless it is no terminal or NO_COLOR is set. */
  paint(style: Style, text: string): string;
  /** The same for standard error. */
  paintError(style: Style, text: string): string;
  /** Asks on standard error. Rejects when `signal` is aborted. */
  ask(question: string, signal: AbortSignal): Promise<string>;
}

/** The terminal this process runs in. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  return {
    isTTY: stdout.isTTY === true,
    isErrorTTY: stderr.isTTY === true,
    canAsk: stdin.isTTY === true && stderr.isTTY === true,
    get columns() {
      return (stdout.isTTY ? stdout.columns : stderr.columns) || 80;
    },
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    paint: (style, text) => styleText(style, text, { stream: stdout }),
    paintError: (style, text) => styleText(style, text, { stream: stderr }),
    async ask(question, signal) {
      const lines = createInterface({ input: stdin, output: stderr });
      try {
        return await lines.question(question, { signal });
      } finally {
        lines.close();
      }
    },
  };
}
