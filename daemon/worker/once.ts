// Things that are expensive to open: opened when they are first asked for, and once.

/** What failed to open is tried again. */
export function once<T>(open: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const opened = new Map<string, Promise<T>>();
  return (key) => {
    const known = opened.get(key) ?? open(key);
    opened.set(key, known);
    known.catch(() => opened.delete(key));
    return known;
  };
}
