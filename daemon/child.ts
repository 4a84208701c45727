// A child process of our own program: started on the first request, gone after idling, killed when it hangs. Knows nothing of what it does.
import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { extname, join } from "node:path";
import { type Channel, openChannel } from "./channel.ts";
import type { Logger } from "./log.ts";

/** The child died (or was killed) before it answered. */
export class ChildDied extends Error {
  /** True when we killed it because the answer took too long. */
  readonly timedOut: boolean;
  /** The signal that ended it, if one did. */
  readonly signal: NodeJS.Signals | null;
  constructor(message: string, timedOut: boolean, signal: NodeJS.Signals | null = null) {
    super(message);
    this.name = "ChildDied";
    this.timedOut = timedOut;
    this.signal = signal;
  }
}

export interface ChildOptions {
  readonly name: string;
  /** Module to run, without extension, such as new URL("./worker/main", import.meta.url). */
  readonly entry: URL;
  readonly args: readonly string[];
  /** The child is stopped after this long without a request. */
  idleMs(): number;
  /** Below it, each life has a temporary directory of its own, which goes with it: a child is killed, and cannot tidy up. */
  readonly temporary: string;
  readonly log: Logger;
  /** It was started for a request; or let go because nobody has asked for long. That it crashes, or is ended with the daemon, changes nothing. */
  readonly onNeed?: (isNeeded: boolean) => void;
  /** Answers the child's questions. */
  readonly answer?: (question: unknown) => Promise<unknown>;
}

export interface Child {
  /** Asks the child, starting it if need be. Rejects with ChildDied when it dies or `timeoutMs` pass (it is killed then). */
  ask(question: unknown, timeoutMs: number): Promise<unknown>;
  /** Process id while it runs, else null. */
  pid(): number | null;
  /** Ends the process; the next request starts a fresh one. */
  stop(): Promise<void>;
}

interface Running {
  readonly process: ChildProcess;
  readonly channel: Channel;
  readonly exited: Promise<void>;
  timedOut: boolean;
}

/**
 * glibc raises the size from which memory goes back to the system (M_MMAP_THRESHOLD, mallopt(3)) as large blocks are freed, and what a model
 * takes while it is loaded then stays: 810 instead of 471 MB for SigLIP base. Set, it stays as it is. Other systems know no such variable.
 */
const ALLOCATOR = { MALLOC_MMAP_THRESHOLD_: "1048576" };
/** Grace between asking a child to end and killing it. */
const STOP_GRACE_MS = 1_000;

/** Prepares a child; nothing runs before the first request. */
export function createChild(options: ChildOptions): Child {
  let running: Running | null = null;
  let idle: NodeJS.Timeout | undefined;
  let unanswered = 0;

  function start(): Running {
    const temporary = join(options.temporary, randomUUID());
    mkdirSync(temporary, { recursive: true, mode: 0o700 });
    // The same extension as this module: .ts in a source checkout, .js when compiled.
    const child = fork(new URL(options.entry.href + extname(import.meta.filename)), options.args, {
      serialization: "advanced",
      env: { ...process.env, ...ALLOCATOR, TMPDIR: temporary },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const wire = {
      send: (message: unknown) => void child.send(message as object, () => {}),
      onMessage: (listener: (message: unknown) => void) => void child.on("message", listener),
    };
    const channel = openChannel(wire, options.answer ?? (() => Promise.reject(new Error("no questions expected"))));
    const exited = new Promise<void>((resolve) => {
      const end = (how: string, by: NodeJS.Signals | null = null): void => {
        if (running?.process === child) running = null;
        channel.close(new ChildDied(`${options.name} ${how}`, self.timedOut, by));
        rm(temporary, { recursive: true, force: true, maxRetries: 3 }).then(resolve, () => resolve());
      };
      child.once("error", (error) => end(`could not be run: ${error.message}`));
      child.once("exit", (code, signal) => end(signal ? `was ended by ${signal}` : `exited with code ${code}`, signal));
    });
    const self: Running = { process: child, channel, exited, timedOut: false };
    options.log.debug({ child: options.name, pid: child.pid }, "child started");
    options.onNeed?.(true);
    return self;
  }

  function letGo(): void {
    options.onNeed?.(false);
    void stop();
  }

  async function stop(): Promise<void> {
    clearTimeout(idle);
    const current = running;
    if (!current) return;
    running = null;
    // Disconnecting is the request to end: the child exits by itself when it is not stuck.
    if (current.process.connected) current.process.disconnect();
    const kill = setTimeout(() => current.process.kill("SIGKILL"), STOP_GRACE_MS);
    await current.exited;
    clearTimeout(kill);
  }

  return {
    async ask(question, timeoutMs) {
      clearTimeout(idle);
      running ??= start();
      const current = running;
      unanswered++;
      const limit = setTimeout(() => {
        current.timedOut = true;
        current.process.kill("SIGKILL");
      }, timeoutMs);
      try {
        return await current.channel.ask(question);
      } finally {
        clearTimeout(limit);
        unanswered--;
        if (unanswered === 0) {
          clearTimeout(idle);
          idle = setTimeout(letGo, options.idleMs()).unref();
        }
      }
    },
    pid: () => running?.process.pid ?? null,
    stop,
  };
}
