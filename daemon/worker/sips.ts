// HEIC by macOS' own `sips`, which has the machine's decoder: many times as quick as ours. Pictures that wait together go in one process,
// because starting it takes as long as decoding.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Gives the picture as a JPEG that says itself how it is turned and what its colours mean. Rejects when sips gives none. */
export type Sips = (bytes: Uint8Array) => Promise<Buffer>;

interface Job {
  readonly bytes: Uint8Array;
  resolve(jpeg: Buffer): void;
  reject(error: unknown): void;
}

const PROGRAM = "/usr/bin/sips";
const MOST_AT_ONCE = 16;
const LIMIT_MS = 30_000;
const JPEG_QUALITY = "95";

export function createSips(program = PROGRAM, limitMs = LIMIT_MS): Sips {
  let waiting: Job[] = [];
  let isRunning = false;

  async function next(): Promise<void> {
    if (isRunning || waiting.length === 0) return;
    isRunning = true;
    const batch = waiting.slice(0, MOST_AT_ONCE);
    waiting = waiting.slice(MOST_AT_ONCE);
    const { jpegs, problem } = await convert(batch);
    for (const [index, job] of batch.entries()) {
      const jpeg = jpegs[index];
      if (jpeg) job.resolve(jpeg);
      else job.reject(problem ?? new Error("sips gave nothing"));
    }
    isRunning = false;
    void next();
  }

  /** What sips says at the end is of all together; what it wrote counts: one bad picture costs the others nothing. */
  async function convert(batch: readonly Job[]): Promise<{ jpegs: readonly (Buffer | null)[]; problem: unknown }> {
    let directory: string | null = null;
    try {
      directory = await mkdtemp(join(tmpdir(), "sips-"));
      const at = (name: string): string => join(directory ?? "", name);
      await mkdir(at("out"));
      await Promise.all(batch.map(({ bytes }, index) => writeFile(at(`${index}.heic`), bytes)));
      const inputs = batch.map((_, index) => at(`${index}.heic`));
      const how = ["-s", "format", "jpeg", "-s", "formatOptions", JPEG_QUALITY];
      const problem = await run([...how, ...inputs, "--out", at("out")]);
      const jpegs = await Promise.all(batch.map((_, index) => readFile(at(`out/${index}.jpg`)).catch(() => null)));
      return { jpegs, problem };
    } catch (problem) {
      return { jpegs: [], problem };
    } finally {
      if (directory !== null) await rm(directory, { recursive: true, force: true }).catch(() => {});
    }
  }

  function run(args: readonly string[]): Promise<Error | null> {
    return new Promise((resolve) => {
      execFile(program, args, { timeout: limitMs, killSignal: "SIGKILL" }, (error) => resolve(error));
    });
  }

  return (bytes) =>
    new Promise((resolve, reject) => {
      waiting.push({ bytes, resolve, reject });
      // Those that come in the same turn of the event loop go together.
      setImmediate(() => void next());
    });
}
