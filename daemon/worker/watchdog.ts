// A thread beside the decoders: ends the process when its daemon is gone or its memory is too much, also while the main thread is stuck.
import { workerData } from "node:worker_threads";
import { MEMORY_SIGNAL } from "./protocol.ts";

export interface WatchdogTask {
  /** Process id of the daemon. */
  readonly parent: number;
  readonly maxMemoryBytes: number;
}

const CHECK_MS = 200;

const { parent, maxMemoryBytes } = workerData as WatchdogTask;
setInterval(() => {
  // Nothing here is worth saving; a stuck main thread would never hear that the daemon went away.
  if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  // A picture that needs more than the machine has would push out what the user works with.
  if (process.memoryUsage.rss() > maxMemoryBytes) process.kill(process.pid, MEMORY_SIGNAL);
}, CHECK_MS);
