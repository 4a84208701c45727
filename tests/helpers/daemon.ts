// Runs the real daemon (real ONNX Runtime, real SQLite) on a free port with a home of its own, for flow tests.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import {
  ADDRESS_FILE,
  type DaemonAddress,
  type Folder,
  type SearchAnswer,
  type Status,
  TOKEN_FILE,
} from "../../shared/api.ts";

const MAIN = new URL("../../daemon/launch.ts", import.meta.url).pathname;

/** No test asks a network, or uses what this machine has of models. */
export const OFFLINE: NodeJS.ProcessEnv = { HF_HUB_OFFLINE: "1", HF_HUB_CACHE: "/nonexistent/hub" };

/** Tests kill it more often than a healthy daemon crashes. */
const ENV: NodeJS.ProcessEnv = {
  REMEME_PORT: "0",
  REMEME_LOG_LEVEL: "debug",
  REMEME_SAFE_MODE: "off",
  REMEME_ON_BATTERY: "full",
  // A home that lives for seconds has no use for it.
  NODE_DISABLE_COMPILE_CACHE: "1",
};

export interface TestDaemon {
  readonly url: string;
  readonly token: string;
  readonly home: string;
  readonly process: ChildProcess;
  /** Everything it has written to stderr so far. */
  readonly log: () => string;
  /** fetch with the token; `path` such as "/v1/status". */
  api(path: string, init?: RequestInit): Promise<Response>;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  addFolder(path: string): Promise<Folder>;
  search(q: string, limit?: number): Promise<SearchAnswer>;
  /** Names of the files found, best first. */
  names(q: string): Promise<string[]>;
  status(): Promise<Status>;
  /** A fresh one-time link to the page. */
  link(): Promise<string>;
  /** Until nothing is pending, running or being scanned. */
  waitIdle(limitMs?: number): Promise<Status>;
  /** SIGTERM, and waits for the end. Resolves with the exit code. */
  stop(): Promise<number | null>;
  kill(): Promise<void>;
}

export interface StartOptions {
  readonly folders?: readonly string[];
  /** A home that a daemon had before; a fresh one when left out. */
  readonly home?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** A program and its arguments that run the daemon. */
  readonly through?: readonly string[];
}

/** Starts a daemon; it and its home are gone when the test (or whatever else calls what `after` was given) ends. */
export async function startDaemon(t: Pick<TestContext, "after">, options: StartOptions = {}): Promise<TestDaemon> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), "rememe-home-")));
  if (!options.home) t.after(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const [program = process.execPath, ...args] = [...(options.through ?? []), process.execPath, MAIN];
  const child = spawn(program, args, {
    env: { ...process.env, ...ENV, REMEME_HOME: home, ...OFFLINE, ...options.env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  t.after(() => child.kill("SIGKILL"));
  const address = await until("the daemon answers", async () => {
    if (child.exitCode !== null) throw new Error(`the daemon exited with ${child.exitCode}:\n${log}`);
    const found = JSON.parse(
      await readFile(join(home, ADDRESS_FILE), "utf8").catch(() => "null"),
    ) as DaemonAddress | null;
    return found?.pid === child.pid ? found : null;
  });
  const token = (await readFile(join(home, TOKEN_FILE), "utf8")).trim();
  const url = `http://127.0.0.1:${address.port}`;

  const api = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(url + path, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });
  async function json<T>(path: string, init?: RequestInit): Promise<T> {
    const response = await api(path, init);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }
  const daemon: TestDaemon = {
    url,
    token,
    home,
    process: child,
    log: () => log,
    api,
    get: (path) => json(path),
    post: (path, body) =>
      json(path, {
        method: "POST",
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      }),
    addFolder: (path) => daemon.post<Folder>("/v1/folders", { path }),
    search: (q, limit = 30) => json(`/v1/search?q=${encodeURIComponent(q)}&limit=${limit}`),
    names: async (q) => (await daemon.search(q)).hits.map((hit) => hit.image.name),
    status: () => json("/v1/status"),
    link: async () => (await daemon.post<{ url: string }>("/v1/link")).url,
    waitIdle: (limitMs) =>
      until(
        "the daemon is idle",
        async () => {
          const status = await daemon.status();
          return status.activity === "idle" && status.counts.pending === 0 ? status : null;
        },
        limitMs,
      ),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        await once(child, "exit");
      }
      return child.exitCode;
    },
    async kill() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
    },
  };
  for (const folder of options.folders ?? []) await daemon.addFolder(folder);
  return daemon;
}

/** Asks again and again until the answer is neither null nor false; fails after the limit, saying what it waited for. */
export async function until<T>(what: string, ask: () => Promise<T | null | false>, limitMs = 60_000): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${limitMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
