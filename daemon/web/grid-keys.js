// @ts-check
// Where the keys lead among tiles in rows.

/**
 * Where a key leads.
 * @param {string} key
 * @param {readonly HTMLElement[]} tiles
 * @param {number} from
 * @returns {number | "out" | undefined} undefined: the key is none of ours
 */
export function destination(key, tiles, from) {
  const last = tiles.length - 1;
  switch (key) {
    case "ArrowLeft":
      return Math.max(0, from - 1);
    case "ArrowRight":
      return Math.min(last, from + 1);
    case "Home":
      return 0;
    case "End":
      return last;
    case "ArrowUp":
      return neighbourRow(tiles, from, -1) ?? "out";
    case "ArrowDown":
      return neighbourRow(tiles, from, 1) ?? last;
    default:
      return undefined;
  }
}

/** The tile above or below whose middle is closest. @param {readonly HTMLElement[]} tiles @param {number} from @param {1 | -1} step */
function neighbourRow(tiles, from, step) {
  const start = tiles[from]?.getBoundingClientRect();
  if (!start) return undefined;
  const middle = start.left + start.width / 2;
  /** @type {number | undefined} */
  let best;
  let bestDistance = Number.POSITIVE_INFINITY;
  /** @type {number | undefined} */
  let rowTop;
  for (let index = from + step; index >= 0 && index < tiles.length; index += step) {
    const box = /** @type {HTMLElement} */ (tiles[index]).getBoundingClientRect();
    if (Math.abs(box.top - start.top) < 2) continue;
    rowTop ??= box.top;
    if (Math.abs(box.top - rowTop) > 2) break;
    const distance = Math.abs(box.left + box.width / 2 - middle);
    if (distance < bestDistance) {
      best = index;
      bestDistance = distance;
    }
  }
  return best;
}
