// Tells listeners what changed, at most twice a second, however fast it changes.
import type { DaemonEvent, Status } from "../shared/api.ts";

export interface Events {
  subscribe(listener: (event: DaemonEvent) => void): () => void;
  /** Something in the status or the library changed. */
  touch(): void;
  close(): void;
}

const INTERVAL_MS = 500;

/**
 * `status` is asked only when somebody listens.
 * @param revision grows with every change of what a list of pictures shows
 */
export function createEvents(status: () => Status, revision: () => number, report: (error: unknown) => void): Events {
  const listeners = new Set<(event: DaemonEvent) => void>();
  let timer: NodeJS.Timeout | undefined;
  let told: { revision: number; images: number } | null = null;

  function flush(): void {
    timer = undefined;
    if (listeners.size === 0) return;
    try {
      tell();
    } catch (error) {
      // The library cannot be read at the moment. Whoever asks is told so.
      report(error);
    }
  }

  function tell(): void {
    const now = status();
    for (const listener of listeners) listener({ type: "status", status: now });
    const next = { revision: revision(), images: now.counts.images };
    if (told && next.revision !== told.revision) {
      const more = next.images - told.images;
      const event = { type: "library", added: Math.max(0, more), removed: Math.max(0, -more) } as const;
      for (const listener of listeners) listener(event);
    }
    told = next;
  }

  return {
    subscribe(listener) {
      if (listeners.size === 0) told = { revision: revision(), images: status().counts.images };
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    touch() {
      timer ??= setTimeout(flush, INTERVAL_MS).unref();
    },
    close() {
      clearTimeout(timer);
      listeners.clear();
    },
  };
}
