// What the indexer does, in one line, as it happens. Polls the status twice a second: simpler than a stream, and just as quick to the eye.
import { setTimeout as sleep } from "node:timers/promises";
import type { Folder, ModelUpgrade, Status } from "../../shared/api.ts";
import type { Client } from "./client.ts";
import { interrupted } from "./failure.ts";
import { bytes, count, duration, fit, plural, printable, shortPath } from "./output.ts";

const POLL_MS = 500;
/** Where nobody watches a line change, one line in this time is enough. */
const SPARSE_MS = 10_000;

/** The state of the indexer in one printable line. */
export function describeActivity(status: Status, home: string): string {
  const { counts, activity, filesPerSecond, secondsLeft, currentDirectory } = status;
  const done = Math.max(0, counts.files - counts.pending);
  const where = currentDirectory === null ? [] : [shortPath(currentDirectory, home)];
  switch (activity) {
    case "starting":
      return "starting";
    case "scanning":
      return ["looking through the folders", `${plural(counts.files, "picture")} so far`, ...where].join(" · ");
    case "indexing":
      if (status.upgrade?.phase === "indexing") return [describeUpgrade(status.upgrade), ...where].join(" · ");
      return [
        `reading pictures: ${count(done)} of ${count(counts.files)}`,
        ...(filesPerSecond > 0 ? [`${filesPerSecond.toFixed(1)} per second`] : []),
        ...(secondsLeft === null ? [] : [`${duration(secondsLeft)} left`]),
        ...where,
      ].join(" · ");
    case "paused":
      return ["paused", ...(counts.pending > 0 ? [`${plural(counts.pending, "picture")} waiting`] : [])].join(" · ");
    case "idle":
      return `up to date · ${plural(counts.images, "picture")} can be found`;
  }
}

/** How far another model is, in one printable line. */
export function describeUpgrade({ title, phase, done, total, secondsLeft, problem }: ModelUpgrade): string {
  const to = `upgrading to ${printable(title)}`;
  const left = secondsLeft === null ? "" : `, ${duration(secondsLeft)} left`;
  switch (phase) {
    case "waiting":
      return `${to}: waiting. ${printable(problem ?? "")}`.trim();
    case "downloading":
      return `${to}: ${total > 0 ? `${bytes(done)} of ${bytes(total)} fetched` : "asking the hub"}${left}`;
    case "checking":
      return `${to}: trying it on this machine`;
    case "indexing":
      return `${to}: ${count(done)} of ${count(total)}${left}`;
  }
}

/** True when there is nothing left to do: every folder that can be reached was looked through, and no file waits. */
export function isSettled(status: Status, folders: readonly Folder[]): boolean {
  const isScanned = ({ state, lastScanAtMs }: Folder): boolean =>
    state === "online" ? lastScanAtMs !== null : state !== "scanning";
  return status.activity === "idle" && folders.every(isScanned);
}

export interface FollowOptions {
  readonly stop: AbortSignal;
  onStatus(status: Status): void | Promise<void>;
  /** Whether to go on until another model that is on its way has taken over, or has to wait. */
  readonly withUpgrade?: boolean;
  /** Whether to end at a pause too. */
  readonly endsWhenPaused?: boolean;
}

/** Reports the status until nothing is left to do; resolves with the last one. Throws "interrupted" when `stop` is aborted. */
export async function follow(client: Client, options: FollowOptions): Promise<Status> {
  for (;;) {
    const [status, folders] = await Promise.all([client.status(), client.folders()]);
    const isUpgrading = options.withUpgrade && status.upgrade !== null && status.upgrade.phase !== "waiting";
    if ((isSettled(status, folders) && !isUpgrading) || (status.paused && options.endsWhenPaused)) return status;
    await options.onStatus(status);
    await sleep(POLL_MS, undefined, { signal: options.stop }).catch(() => {});
    if (options.stop.aborted) throw interrupted();
  }
}

export interface LiveLine {
  /** Shows printable text in place of what was shown before. */
  show(text: string): void;
  /** Takes the line away, so that something else can be written. */
  clear(): void;
}

interface LineOptions {
  /** Whether what is written can be taken back. */
  readonly isTTY: boolean;
  readonly columns: () => number;
  write(text: string): void;
}

/** A line that changes in place in a terminal; elsewhere a new line when it begins to say something else, and now and then. */
export function createLiveLine({ isTTY, columns, write }: LineOptions): LiveLine {
  let isShown = false;
  let shownAt = Number.NEGATIVE_INFINITY;
  let shownWord = "";
  return {
    show(text) {
      if (isTTY) {
        // The last column stays free: some terminals begin a new line after it.
        write(`\r\u001b[2K${fit(text, columns() - 1)}`);
        isShown = true;
        return;
      }
      const word = text.split(" ")[0] ?? "";
      if (word === shownWord && performance.now() - shownAt < SPARSE_MS) return;
      shownWord = word;
      shownAt = performance.now();
      write(`${text}\n`);
    },
    clear() {
      if (isShown) write("\r\u001b[2K");
      isShown = false;
    },
  };
}
