// Tells listeners what changed, at most twice a second, however fast it changes.
import type { DaemonEvent, Status } from "../shared/api.ts";

export interface Events {
  subscribe(listener: (event: DaemonEvent) => void): () => void;
  /** Something in the status changed. */
  touch(): void;
  /** Pictures became findable, or were forgotten. */
  library(added: number, removed: number): void;
  close(): void;
}

const INTERVAL_MS = 500;

/** `status` is asked only when somebody listens. */
export function createEvents(status: () => Status): Events {
  const listeners = new Set<(event: DaemonEvent) => void>();
  let timer: NodeJS.Timeout | undefined;
  let added = 0;
  let removed = 0;

  function flush(): void {
    timer = undefined;
    if (listeners.size === 0) {
      added = removed = 0;
      return;
    }
    const events: DaemonEvent[] = [{ type: "status", status: status() }];
    if (added > 0 || removed > 0) events.push({ type: "library", added, removed });
    added = removed = 0;
    for (const event of events) for (const listener of listeners) listener(event);
  }

  function touch(): void {
    timer ??= setTimeout(flush, INTERVAL_MS).unref();
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    touch,
    library(more, fewer) {
      added += more;
      removed += fewer;
      touch();
    },
    close() {
      clearTimeout(timer);
      listeners.clear();
    },
  };
}
