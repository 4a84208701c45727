// Asks how a root is without waiting for a dead network volume. Knows nothing of what is done about the answer.
import { probeRoot, type RootMemory, type RootState, rootDevice } from "./root-state.ts";

export interface RootLook {
  readonly state: RootState;
  /** Its device while it is online; null otherwise. */
  readonly device: bigint | null;
}

export type RootProbe = (path: string, memory: RootMemory) => Promise<RootLook>;

/** A sleeping disk takes up to ten seconds to answer. */
const LIMIT_MS = 15_000;

/**
 * A root that does not answer within the limit is offline. Nothing can end a system call on a dead volume, and each one
 * holds one of the few threads that all file access shares: so a root is asked once at a time, and not asked again before
 * it answered.
 */
export function createRootProbe(look: RootProbe = lookAtRoot, limitMs = LIMIT_MS): RootProbe {
  const unanswered = new Map<string, Promise<RootLook>>();

  return (path, memory) => {
    const asked = unanswered.get(path);
    if (asked !== undefined) return asked;
    const { promise, resolve, reject } = Promise.withResolvers<RootLook>();
    const timer = setTimeout(resolve, limitMs, { state: "offline", device: null } satisfies RootLook);
    unanswered.set(path, promise);
    look(path, memory)
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
        unanswered.delete(path);
      });
    return promise;
  };
}

async function lookAtRoot(path: string, memory: RootMemory): Promise<RootLook> {
  const state = await probeRoot(path, memory);
  return { state, device: state === "online" ? await rootDevice(path) : null };
}
