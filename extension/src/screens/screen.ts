// Which screen a view shows instead of pictures. Decides only; what the screens look like is in screen-view.tsx.
import type { Folder, QueryReading, Status } from "../contract";
import type { DaemonError } from "../daemon/errors";
import { MismatchError } from "../daemon/errors";
import type { Library } from "../hooks/use-library";
import { isWorking } from "../words";

export type Screen =
  | { readonly kind: "not-installed" | "stopped" | "starting" | "no-folders" | "no-pictures" | "offline" }
  | { readonly kind: "denied"; readonly folders: readonly Folder[] }
  | { readonly kind: "mismatch"; readonly error: MismatchError }
  | { readonly kind: "indexing" | "paused"; readonly status: Status }
  | NothingFound
  | { readonly kind: "start-failed" | "error"; readonly error: DaemonError };

export interface NothingFound {
  readonly kind: "nothing-found";
  readonly by: Shown["by"];
  readonly reading: readonly QueryReading[];
  /** Folders that the system refuses, or has not been told to allow: what is looked for may be there. */
  readonly denied: readonly Folder[];
  /** What is being read meanwhile; null: everything was. */
  readonly underWay: Status | null;
}

export interface Shown {
  readonly count: number;
  readonly isLoading: boolean;
  readonly error: DaemonError | null;
  readonly reading: readonly QueryReading[];
  /** What was searched for. */
  readonly by: "words" | "picture";
}

/** Null: the pictures are shown, or it is not known yet what to show. */
export function screenFor(library: Library, shown: Shown): Screen | null {
  if (library.isStarting) return { kind: "starting" };
  const error = library.error ?? shown.error;
  if (error) return forError(error, library.startFailure);
  if (library.status === null) return null;
  if (library.folders.length === 0) return { kind: "no-folders" };
  if (shown.count > 0 || shown.isLoading) return null;
  return forEmptyAnswer(library, library.status, shown);
}

function forError(error: DaemonError, startFailure: DaemonError | null): Screen {
  if (error instanceof MismatchError) return { kind: "mismatch", error };
  if (error.code === "not-installed") return { kind: "not-installed" };
  if (error.code !== "stopped" && error.code !== "stopping") return { kind: "error", error };
  return startFailure ? { kind: "start-failed", error: startFailure } : { kind: "stopped" };
}

function forEmptyAnswer({ folders }: Library, status: Status, { by, reading }: Shown): Screen {
  const { counts, activity, paused } = status;
  const denied = folders.filter(({ permission }) => permission !== null);
  if (counts.images > 0) {
    return { kind: "nothing-found", by, reading, denied, underWay: counts.pending > 0 ? status : null };
  }
  if (denied.length === folders.length) return { kind: "denied", folders };
  if (folders.every(({ state }) => state === "offline")) return { kind: "offline" };
  if (activity === "starting") return { kind: "starting" };
  if (paused && counts.pending > 0) return { kind: "paused", status };
  if (isWorking(status) || counts.pending > 0) return { kind: "indexing", status };
  return { kind: "no-pictures" };
}
