// Things that are expensive to open: opened when they are first asked for, and once.

/** What failed to open is tried again. `nameOf` tells what is the same thing. */
export function once<Args extends readonly unknown[], T>(
  open: (...args: Args) => Promise<T>,
  nameOf: (...args: Args) => string = (...args) => args.join("\n"),
): (...args: Args) => Promise<T> {
  const opened = new Map<string, Promise<T>>();
  return (...args) => {
    const name = nameOf(...args);
    const known = opened.get(name) ?? open(...args);
    opened.set(name, known);
    known.catch(() => opened.delete(name));
    return known;
  };
}
