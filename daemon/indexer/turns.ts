// One after the other, but nobody waits for ever: work that gives no sign of life, on a dead network volume most likely, lets the next go on.

export interface Turns {
  /**
   * Runs `work` after everything that waits already; settles when it has ended, failed, or is stuck. Work for a key that is stuck already is
   * left out. `alive` is to be called at every step.
   */
  run(key: string, work: (alive: () => void) => Promise<void>): Promise<void>;
  isStuck(key: string): boolean;
  /** When all turns are over; stuck work is not waited for, nothing can end a system call that does not return. */
  over(): Promise<void>;
}

export interface TurnsOptions {
  readonly stuckAfterMs: number;
  onFailure(key: string, error: unknown): void;
  onStuck(key: string): void;
  /** Work that was stuck has ended, well or not. */
  onBack(key: string): void;
}

/** Looks in `stuckAfterMs` at whether it is stuck. */
const LOOKS = 4;

export function createTurns({ stuckAfterMs, onFailure, onStuck, onBack }: TurnsOptions): Turns {
  const stuck = new Set<string>();
  let last: Promise<void> = Promise.resolve();

  async function take(key: string, work: (alive: () => void) => Promise<void>): Promise<void> {
    if (stuck.has(key)) return;
    let aliveAt = performance.now();
    const alive = (): void => {
      aliveAt = performance.now();
    };
    const { promise: silence, resolve } = Promise.withResolvers<"silence">();
    const timer = setInterval(() => {
      if (performance.now() - aliveAt >= stuckAfterMs) resolve("silence");
    }, stuckAfterMs / LOOKS);
    const ended = work(alive).catch((error: unknown) => onFailure(key, error));
    const how = await Promise.race([ended, silence]);
    clearInterval(timer);
    if (how !== "silence") return;
    stuck.add(key);
    onStuck(key);
    void ended.then(() => {
      stuck.delete(key);
      onBack(key);
    });
  }

  return {
    run(key, work) {
      last = last.then(() => take(key, work));
      return last;
    },
    isStuck: (key) => stuck.has(key),
    over: () => last,
  };
}
