// How long a new user waits: from start to answering, to the first picture, to all samples; and from a dropped file to finding it.
// node tests/bench/first-run.ts [--json] [--folder DIR]
import { spawn } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import type { DaemonAddress, SearchAnswer, Status } from "../../shared/api.ts";
import { OFFLINE } from "../helpers/daemon.ts";

const { values } = parseArgs({ options: { json: { type: "boolean" }, folder: { type: "string" } } });
const ROOT = join(import.meta.dirname, "../..");
const DROPS = 10;

const home = await mkdtemp(join(tmpdir(), "rememe-bench-"));
const folder = values.folder ?? join(ROOT, "samples");
const dropFolder = join(home, "dropped");
await mkdir(dropFolder);

const started = performance.now();
const daemon = spawn(process.execPath, [join(ROOT, "daemon/main.ts")], {
  env: { ...process.env, ...OFFLINE, REMEME_HOME: join(home, "rememe"), REMEME_PORT: "0", REMEME_LOG_LEVEL: "error" },
  stdio: ["ignore", "ignore", "inherit"],
});
try {
  const { port, token } = await answering();
  const answeringMs = performance.now() - started;
  const api = async <T>(path: string, body?: unknown): Promise<T> => {
    const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    return (await (await fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers })).json()) as T;
  };
  await api("/v1/folders", { path: folder });
  let firstPictureMs = 0;
  let status: Status;
  do {
    await pause(20);
    status = await api<Status>("/v1/status");
    if (firstPictureMs === 0 && status.counts.images > 0) firstPictureMs = performance.now() - started;
  } while (status.activity !== "idle" || status.counts.pending > 0 || status.counts.images === 0);
  const allIndexedMs = performance.now() - started;

  await api("/v1/folders", { path: dropFolder });
  const dropMs: number[] = [];
  for (let i = 0; i < DROPS; i++) dropMs.push(await dropToFound(i));
  const searchMs: number[] = [];
  for (let i = 0; i < 30; i++) {
    const before = performance.now();
    await api(`/v1/search?q=${encodeURIComponent(["dog fire", "blue sky", "works on my machine"][i % 3] ?? "")}`);
    searchMs.push(performance.now() - before);
  }
  report({
    pictures: status.counts.images,
    answeringMs: Math.round(answeringMs),
    firstPictureMs: Math.round(firstPictureMs),
    allIndexedMs: Math.round(allIndexedMs),
    picturesPerSecond: Math.round((status.counts.images / (allIndexedMs - answeringMs)) * 10_000) / 10,
    dropToFoundMedianMs: Math.round(median(dropMs)),
    dropToFoundMaxMs: Math.round(Math.max(...dropMs)),
    searchMedianMs: Math.round(median(searchMs) * 10) / 10,
  });

  async function dropToFound(index: number): Promise<number> {
    const source = join(home, `drop-${index}.jpg`);
    const noise = { type: "gaussian", mean: 100 + index, sigma: 40 } as const;
    await sharp({ create: { width: 1200, height: 800, channels: 3, background: "teal", noise } })
      .jpeg()
      .toFile(source);
    const before = performance.now();
    await copyFile(source, join(dropFolder, `dropped${index}.jpg`));
    for (;;) {
      const { hits } = await api<SearchAnswer>(`/v1/search?q=dropped${index}`);
      if (hits.some((hit) => hit.image.name === `dropped${index}.jpg`)) return performance.now() - before;
      await pause(10);
    }
  }
} finally {
  daemon.kill("SIGTERM");
  await new Promise((resolve) => daemon.once("exit", resolve));
  await rm(home, { recursive: true, force: true });
}

async function answering(): Promise<{ port: number; token: string }> {
  for (;;) {
    const names = await readdir(join(home, "rememe")).catch((): string[] => []);
    if (names.includes("daemon.json")) {
      const address = await readFile(join(home, "rememe", "daemon.json"), "utf8");
      if (address.endsWith("\n")) {
        const token = (await readFile(join(home, "rememe", "token"), "utf8")).trim();
        return { port: (JSON.parse(address) as DaemonAddress).port, token };
      }
    }
    if (daemon.exitCode !== null) throw new Error("the daemon did not start");
    await pause(5);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

function report(figures: Record<string, number>): void {
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  else
    process.stdout.write(
      Object.entries(figures)
        .map(([name, value]) => `${name.padEnd(22)} ${value}\n`)
        .join(""),
    );
}
