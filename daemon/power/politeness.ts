// The pace of indexing, kept up to date while somebody asks for it: nothing is polled while there is nothing to do.
import type { Logger } from "../log.ts";
import { FULL, type OnBattery, type Pace, paceFor } from "./pace.ts";
import type { PowerProbe } from "./power.ts";

/** How old what is known of the power may be; a little less than the minute after which the indexer asks again. */
export const POLL_MS = 55_000;

export interface PolitenessDeps {
  readonly onBattery: OnBattery;
  readonly probe: PowerProbe;
  readonly log: Pick<Logger, "info">;
  /** The pace is another one now. */
  onChange(): void;
  /** Milliseconds of a clock that nobody sets. */
  elapsed?(): number;
}

/** Answers at once with what is known, and asks the system anew when that is old. */
export function createPoliteness(deps: PolitenessDeps): () => Pace {
  const elapsed = deps.elapsed ?? (() => performance.now());
  let pace = FULL;
  let askedAt = Number.NEGATIVE_INFINITY;

  async function ask(): Promise<void> {
    const next = paceFor(await deps.probe(), deps.onBattery);
    if (next.speed === pace.speed && next.why === pace.why) return;
    deps.log.info({ speed: next.speed, why: next.why }, "pace of indexing");
    pace = next;
    deps.onChange();
  }

  return () => {
    if (deps.onBattery !== "full" && elapsed() - askedAt >= POLL_MS) {
      askedAt = elapsed();
      void ask();
    }
    return pace;
  };
}
