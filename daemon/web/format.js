// @ts-check
// Numbers, sizes, times and counts in words. Knows nothing of the page.

const NUMBER = new Intl.NumberFormat("en");
const DATE = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
const ORDINAL = new Intl.PluralRules("en", { type: "ordinal" });
const SUFFIX = /** @type {Readonly<Record<string, string>>} */ ({ one: "st", two: "nd", few: "rd" });

/** 12431 → "12,431". @param {number} value */
export const count = (value) => NUMBER.format(value);

/** (1, "picture") → "1 picture"; (2, "copy", "copies") → "2 copies". @param {number} value @param {string} one @param {string} [many] */
export const plural = (value, one, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`;

/** 3 → "3rd". @param {number} value */
export const ordinal = (value) => `${count(value)}${SUFFIX[ORDINAL.select(value)] ?? "th"}`;

/** Decimal units, as file managers show them: 1_400_000 → "1.4 MB". @param {number} sizeBytes */
export function bytes(sizeBytes) {
  let value = sizeBytes;
  let unit = 0;
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? count(Math.round(value)) : value.toFixed(1)} ${units[unit]}`;
}

/** Day and minute. @param {number} timeMs since 1970 */
export const date = (timeMs) => DATE.format(timeMs);

/** How long something will take, no more exact than an estimate is. @param {number} seconds */
export function duration(seconds) {
  if (seconds < 10) return "a few seconds";
  if (seconds < 60) return `about ${Math.round(seconds / 10) * 10} seconds`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${plural(minutes, "minute")}`;
  const hours = Math.floor(minutes / 60);
  return `about ${hours < 10 && minutes % 60 > 0 ? `${hours} h ${minutes % 60} min` : plural(hours, "hour")}`;
}

/** Something per second: 0.42 → "0.4", 34.2 → "34". @param {number} perSecond */
export const rate = (perSecond) => (perSecond < 10 ? perSecond.toFixed(1) : count(Math.round(perSecond)));
