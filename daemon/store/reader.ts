// A reading thread, from outside: one question at a time, the others wait in order. It is started by the first one, and anew when it died.
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import Database from "better-sqlite3";
import type { Answer, Question, ReadingTask, ReadingVerbs } from "./reading-thread.ts";

export interface Reader {
  /** Rejects with what the verb threw; with the signal's reason when nobody waits for the answer any more and it was not begun. */
  ask<Verb extends keyof ReadingVerbs>(
    verb: Verb,
    args: Parameters<ReadingVerbs[Verb]>,
    signal?: AbortSignal,
  ): Promise<ReturnType<ReadingVerbs[Verb]>>;
  /** Resolves when the thread has ended. Whoever asks from then on is refused. */
  close(): Promise<void>;
}

interface Job extends Question {
  readonly signal: AbortSignal | undefined;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/**
 * Keeps what the thread's garbage may take small; its data is in SQLite's cache and in sketches. V8 begins to collect old garbage at half of
 * the limit, which is several times what the longest list of a library of a million pictures takes.
 */
const LIMITS = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 128 } as const;

export function createReader(task: ReadingTask): Reader {
  const waiting: Job[] = [];
  let thread: Worker | null = null;
  let running: Job | null = null;
  let ended: Promise<void> = Promise.resolve();
  let isClosed = false;

  function start(): Worker {
    // The same extension as this module: .ts in a source checkout, .js when compiled.
    const entry = new URL(`./reading-thread${extname(import.meta.filename)}`, import.meta.url);
    const worker = new Worker(entry, { workerData: task, resourceLimits: LIMITS });
    worker.on("message", finish);
    let failure: unknown = new Error("the reading thread ended");
    worker.on("error", (error) => {
      failure = error;
    });
    ended = new Promise((resolve) => {
      worker.once("exit", () => {
        if (thread === worker) thread = null;
        finish({ error: failure });
        resolve();
      });
    });
    return worker;
  }

  function finish(answer: Answer | { readonly error: unknown }): void {
    const job = running;
    running = null;
    if ("result" in answer) job?.resolve(answer.result);
    else job?.reject(revive(answer.error));
    next();
  }

  function next(): void {
    if (running) return;
    let job = waiting.shift();
    for (; job?.signal?.aborted; job = waiting.shift()) job.reject(job.signal.reason);
    if (!job) {
      // An idle thread does not keep the process alive.
      thread?.unref();
      return;
    }
    running = job;
    thread ??= start();
    thread.ref();
    thread.postMessage({ verb: job.verb, args: job.args } satisfies Question);
  }

  return {
    ask(verb, args, signal) {
      return new Promise<never>((resolve, reject) => {
        // Nobody would end a thread that is started after the others were.
        if (isClosed) return reject(closing());
        waiting.push({ verb, args, signal, resolve: resolve as (result: unknown) => void, reject });
        next();
      });
    },
    async close() {
      isClosed = true;
      for (const job of waiting.splice(0)) job.reject(closing());
      thread?.ref();
      thread?.postMessage("close");
      await ended;
    },
  };
}

const closing = (): Error => new Error("the library is being closed");

function revive(error: unknown): unknown {
  const { message, stack, code } = error as { message: string; stack?: string; code?: string | null };
  const isSqlite = typeof code === "string" && code.startsWith("SQLITE_");
  return Object.assign(isSqlite ? new Database.SqliteError(message, code) : new Error(message), { stack });
}
