// The daemon's log: pino, as JSON lines to a file or readable in a terminal.
import { renameSync, statSync } from "node:fs";
import { type Logger, pino } from "pino";
import { PinoPretty } from "pino-pretty";

export type { Logger };

const LIMIT_BYTES = 10_000_000;
const CHECK_MS = 60_000;

/** A logger that writes to stderr (readable in a terminal, JSON lines otherwise), or to `file`, which is put aside when it gets large. */
export function createLog(level: string, file = ""): Logger {
  if (file !== "") return pino({ level, base: null }, rotating(file));
  if (process.stderr.isTTY) return pino({ level }, PinoPretty({ destination: 2, ignore: "pid,hostname", sync: true }));
  return pino({ level, base: null }, pino.destination({ fd: 2, sync: true }));
}

/** The system's own rotation belongs to root, and does not know this file. */
function rotating(file: string) {
  const destination = pino.destination({ dest: file, sync: true, mkdir: true, mode: 0o600 });
  const rotate = (): void => {
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) < LIMIT_BYTES) return;
    renameSync(file, `${file}.1`);
    destination.reopen();
  };
  rotate();
  setInterval(rotate, CHECK_MS).unref();
  return destination;
}
