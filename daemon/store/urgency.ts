// The order of the queue, as stored in files.urgency.

/** Higher is read first. A file with `embedding` is unchanged and findable; the others' content is unknown. */
export const URGENCY = {
  /** Only lacks an embedding of a new model. */
  embedding: 0,
  /** Found by the first scan of its folder. */
  backlog: 1,
  /** Came or changed after that: somebody may be waiting for it. */
  arrival: 2,
} as const;
