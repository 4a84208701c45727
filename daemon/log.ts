// The daemon's log: pino, as JSON lines to a file or readable in a terminal.
import { type Logger, pino } from "pino";
import { PinoPretty } from "pino-pretty";

export type { Logger };

/** A logger that writes to stderr: readable in a terminal, JSON lines otherwise (launchd and tests). */
export function createLog(level: string): Logger {
  if (process.stderr.isTTY) return pino({ level }, PinoPretty({ destination: 2, ignore: "pid,hostname", sync: true }));
  return pino({ level, base: null }, pino.destination({ fd: 2, sync: true }));
}
