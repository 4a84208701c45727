// Paths below a directory as a range of strings in byte order.

/** Everything strictly below `directory` is ≥ `from` and < `before`: "0" is the byte after "/". */
export function subtree(directory: string): { readonly from: string; readonly before: string } {
  return directory === "/" ? { from: "/", before: "0" } : { from: `${directory}/`, before: `${directory}0` };
}
