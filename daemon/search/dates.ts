// Dates as people write them in a query → a span of time. Knows nothing of pictures.
// Not the whole package: its other languages are 200 files more to read at every start.
import * as chrono from "chrono-node/en";

/** From `fromMs` up to, not including, `untilMs`. Milliseconds since the epoch. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly untilMs: number;
}

type Unit = "day" | "week" | "month" | "year";
type Found = ReturnType<typeof chrono.parse>[number]["start"];

const PERIOD = /^(this|last|past)[ _-](?:([1-9]\d{0,3})[ _-])?(day|week|month|year)s?$/i;

/**
 * The span that a date in words or figures names: `2024`, `2024-05`, `3 May 2024`, `yesterday`, `last week`, `last 3 days`, `two months ago`.
 * Local time; weeks begin on Monday. Of several days that it may mean (`May`, `Monday`) the last one: pictures are of the past.
 * Null when it is no date.
 */
export function readDate(text: string, nowMs: number): TimeSpan | null {
  const words = text.trim();
  const now = new Date(nowMs);
  const period = PERIOD.exec(words);
  if (period) {
    const [, which = "", count, name = ""] = period;
    const unit = name.toLowerCase() as Unit;
    if (count === undefined) return span(now, unit, which.toLowerCase() === "this" ? 0 : -1);
    // "The last 3 days" end today, as people count.
    return { fromMs: span(now, unit, 1 - Number(count)).fromMs, untilMs: span(now, unit, 0).untilMs };
  }
  // With dots, the day comes first wherever dates are written so.
  const dotted = words.replace(/^(\d{1,2})\.(\d{1,2})\.(\d{4})$/, "$3-$2-$1");
  const figures = /^(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?$/.exec(dotted);
  if (figures) {
    const [year, month, day] = [Number(figures[1]), Number(figures[2] ?? 1), Number(figures[3] ?? 1)];
    const date = localDay(year, month - 1, day);
    if (date.getMonth() !== month - 1 || date.getDate() !== day) return null;
    return span(date, figures[3] !== undefined ? "day" : figures[2] !== undefined ? "month" : "year", 0);
  }
  const found = chrono.parse(words.replaceAll(/[_]/g, " "), now)[0];
  // A date among other words is no date: `before:summer 2020 trip`.
  if (!found || found.text.length < words.length - 1) return null;
  const { start } = found;
  const unit = unitOf(start);
  return unit && span(lastOf(start, nowMs), unit, 0);
}

/** What is named most exactly. Null for a time of day alone. */
function unitOf(found: Found): Unit | null {
  if (found.isCertain("day") || found.isCertain("weekday")) return "day";
  if (found.isCertain("month")) return "month";
  return found.isCertain("year") ? "year" : null;
}

/** A weekday, or a date without its year, that has yet to come was meant as the one before. */
function lastOf(found: Found, nowMs: number): Date {
  const date = found.date();
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  if (found.isCertain("year") || localDay(year, month, day).getTime() <= nowMs) return date;
  if (found.isCertain("month")) return new Date(year - 1, month, day);
  return found.isCertain("weekday") && !found.isCertain("day") ? new Date(year, month, day - 7) : date;
}

/** The day, week, month or year that `date` lies in, moved by whole ones. */
function span(date: Date, unit: Unit, move: number): TimeSpan {
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  const start = (steps: number): Date => {
    if (unit === "year") return localDay(year + steps, 0, 1);
    if (unit === "month") return localDay(year, month + steps, 1);
    if (unit === "week") return localDay(year, month, day - ((date.getDay() + 6) % 7) + 7 * steps);
    return localDay(year, month, day + steps);
  };
  return { fromMs: start(move).getTime(), untilMs: start(move + 1).getTime() };
}

/** new Date(50, 0, 1) lies in 1950. */
function localDay(year: number, month: number, day: number): Date {
  const date = new Date(2000, 0, 1);
  date.setFullYear(year, month, day);
  return date;
}
