// Things that are expensive to open: opened when they are first asked for, and once.

/** What failed to open is tried again. */
export function once<Key extends readonly string[], T>(open: (...key: Key) => Promise<T>): (...key: Key) => Promise<T> {
  const opened = new Map<string, Promise<T>>();
  return (...key) => {
    const name = key.join("\n");
    const known = opened.get(name) ?? open(...key);
    opened.set(name, known);
    known.catch(() => opened.delete(name));
    return known;
  };
}
