// Keeps an eye on the daemon while a view is open: status, folders, or why it cannot be asked.
import { useCallback, useEffect, useState } from "react";
import type { Folder, Status } from "../contract";
import { asDaemonError, type DaemonError, isAbort } from "../daemon/errors";
import { startDaemon } from "../daemon/start";
import { places, rememe } from "../rememe";
import { isWorking } from "../words";

const BUSY_POLL_MS = 1_000;
const IDLE_POLL_MS = 5_000;

interface Snapshot {
  readonly status: Status | null;
  readonly folders: readonly Folder[];
  readonly error: DaemonError | null;
}

export interface Library extends Snapshot {
  readonly isStarting: boolean;
  /** Why the last start failed, until one works. */
  readonly startFailure: DaemonError | null;
  /** Starts the installed daemon. */
  start(): Promise<void>;
  /** Looks at once. */
  refresh(): void;
  /** Someone else could not reach the daemon. */
  report(error: DaemonError): void;
}

const UNKNOWN: Snapshot = { status: null, folders: [], error: null };

export function useLibrary(): Library {
  const [snapshot, setSnapshot] = useState(UNKNOWN);
  const [isStarting, setStarting] = useState(false);
  const [startFailure, setStartFailure] = useState<DaemonError | null>(null);
  const [round, setRound] = useState(0);
  const refresh = useCallback(() => setRound((value) => value + 1), []);

  useEffect(() => {
    const abort = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    async function look(): Promise<void> {
      const next = await takeSnapshot(abort.signal);
      if (abort.signal.aborted || next === null) return;
      if (next.status !== null) setStartFailure(null);
      setSnapshot((previous) => (isSame(previous, next) ? previous : next));
      const isBusy =
        next.error !== null || next.folders.length === 0 || (next.status !== null && isWorking(next.status));
      timer = setTimeout(look, isBusy ? BUSY_POLL_MS : IDLE_POLL_MS);
    }
    void look();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [round]);

  const start = useCallback(async () => {
    setStarting(true);
    try {
      await startDaemon(places());
      setStartFailure(null);
    } catch (error) {
      setStartFailure(asDaemonError(error));
    }
    setStarting(false);
    refresh();
  }, [refresh]);

  const report = useCallback(
    (error: DaemonError) => {
      setSnapshot({ ...UNKNOWN, error });
      refresh();
    },
    [refresh],
  );

  return { ...snapshot, isStarting, startFailure, start, refresh, report };
}

async function takeSnapshot(signal: AbortSignal): Promise<Snapshot | null> {
  try {
    const [status, folders] = await Promise.all([rememe.status(signal), rememe.folders(signal)]);
    return { status, folders, error: null };
  } catch (error) {
    if (isAbort(error)) return null;
    return { ...UNKNOWN, error: asDaemonError(error) };
  }
}

/** An unchanged snapshot must not redraw the view under the user's hands. */
function isSame(a: Snapshot, b: Snapshot): boolean {
  if (a.error || b.error) return a.error?.code === b.error?.code && a.error?.message === b.error?.message;
  return JSON.stringify([a.status, a.folders]) === JSON.stringify([b.status, b.folders]);
}
