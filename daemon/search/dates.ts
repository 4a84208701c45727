// Dates as people write them in a query → a span of time. Knows nothing of pictures.
// Not the whole package: its other languages are 200 files more to read at every start.
import * as chrono from "chrono-node/en";

/** From `fromMs` up to, not including, `untilMs`. Milliseconds since the epoch. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly untilMs: number;
}

type Unit = "day" | "week" | "month" | "year";

const PERIOD = /^(this|last|past)[ _-](week|month|year)$/i;

/**
 * The span that a date in words or figures names: `2024`, `2024-05`, `3 May 2024`, `yesterday`, `last week`, `two months ago`.
 * Local time; weeks begin on Monday. Null when it is no date.
 */
export function readDate(text: string, nowMs: number): TimeSpan | null {
  const words = text.trim();
  const now = new Date(nowMs);
  const period = PERIOD.exec(words);
  if (period) {
    const unit = period[2]?.toLowerCase() as Unit;
    return span(now, unit, period[1]?.toLowerCase() === "this" ? 0 : -1);
  }
  const figures = /^(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?$/.exec(words);
  if (figures) {
    const [year, month, day] = [Number(figures[1]), Number(figures[2] ?? 1), Number(figures[3] ?? 1)];
    const date = new Date(year, month - 1, day);
    if (date.getMonth() !== month - 1 || date.getDate() !== day) return null;
    return span(date, figures[3] !== undefined ? "day" : figures[2] !== undefined ? "month" : "year", 0);
  }
  const found = chrono.parse(words.replaceAll(/[_]/g, " "), now)[0];
  // A date among other words is no date: `before:summer 2020 trip`.
  if (!found || found.text.length < words.length - 1) return null;
  const { start } = found;
  const unit: Unit =
    start.isCertain("day") || start.isCertain("weekday") ? "day" : start.isCertain("month") ? "month" : "year";
  return span(start.date(), unit, 0);
}

/** The day, week, month or year that `date` lies in, moved by whole ones. */
function span(date: Date, unit: Unit, move: number): TimeSpan {
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  const start = (steps: number): Date => {
    if (unit === "year") return new Date(year + steps, 0, 1);
    if (unit === "month") return new Date(year, month + steps, 1);
    if (unit === "week") return new Date(year, month, day - ((date.getDay() + 6) % 7) + 7 * steps);
    return new Date(year, month, day + steps);
  };
  return { fromMs: start(move).getTime(), untilMs: start(move + 1).getTime() };
}
