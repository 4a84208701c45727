// Runs a program of the system and waits for it: never a shell, never for ever.
import { execFile } from "node:child_process";

export interface Finished {
  /** Exit code; null when it could not be run, was ended by a signal or took too long. */
  readonly code: number | null;
  /** What it wrote, both streams, trimmed. */
  readonly text: string;
}

export type RunProgram = (program: string, args: readonly string[]) => Promise<Finished>;

const LIMIT_MS = 30_000;

/** Never rejects. */
export const runProgram: RunProgram = (program, args) =>
  new Promise((resolve) => {
    execFile(program, args, { timeout: LIMIT_MS, killSignal: "SIGKILL" }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === "number" ? error.code : null) : 0;
      const text = `${stdout}${stderr}`.trim() || (error && code === null ? error.message : "");
      resolve({ code, text });
    });
  });
