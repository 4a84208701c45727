// After crash upon crash only searches are served: what the daemon crashed at is most likely its work on the folders.
import type { Logger } from "./log.ts";
import { LOOP_MS } from "./run-record.ts";

const CRASHES = 3;
const HOUR_MS = 3_600_000;

export interface SafeModeDeps {
  /** See RunRecord. */
  readonly recentCrashes: number;
  /** False: whatever happens, work begins. */
  readonly isAllowed: boolean;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Begins the work: folders, indexing, models. */
  begin(): Promise<void>;
  /** The crashes so far count no more. */
  forgive(): void;
  /** How long until it is tried again by itself; milliseconds. */
  readonly pauseMs?: number;
}

export interface SafeMode {
  readonly isOn: boolean;
  /** Begins the work, unless there have been too many crashes. Rejects as `begin` does. */
  start(): Promise<void>;
  /** A person wants the work to be done. */
  leave(): void;
  notices(): readonly string[];
  close(): void;
}

/** Three crashes within ten minutes put it on; a person, or an hour, puts it off. */
export function createSafeMode(deps: SafeModeDeps): SafeMode {
  const { recentCrashes, signal, log } = deps;
  let isOn = deps.isAllowed && recentCrashes >= CRASHES;
  let timer: NodeJS.Timeout | undefined;

  function leave(): void {
    if (!isOn || signal.aborted) return;
    isOn = false;
    clearTimeout(timer);
    deps.forgive();
    log.info("safe mode ends");
    deps.begin().catch((error: unknown) => log.error({ err: error }, "the work could not begin"));
  }

  return {
    get isOn() {
      return isOn;
    },
    async start() {
      if (!isOn) return deps.begin();
      log.warn({ crashes: recentCrashes }, "safe mode: searches only");
      timer = setTimeout(leave, deps.pauseMs ?? HOUR_MS);
    },
    leave,
    notices: () => (isOn ? [words(recentCrashes)] : []),
    close: () => clearTimeout(timer),
  };
}

function words(crashes: number): string {
  return (
    `rememe crashed ${crashes} times within ${LOOP_MS / 60_000} minutes: for now it only searches, and looks at no folder. ` +
    "`rememe resume` goes on at once, else it tries again within an hour; `rememe doctor --report` makes a report of the crashes."
  );
}
