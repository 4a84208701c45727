// How fast pictures are indexed, held against a loop that only decodes and embeds; what that does to searches; what it takes of memory.
// node tests/bench/indexing.ts [--json] [--pictures N] [--rounds N] [--model DIR] [--encoder-ms N] [--ocr]
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Database from "better-sqlite3";
import sharp from "sharp";
import { startDaemon } from "../helpers/daemon.ts";
import { makeBaseSizedModel } from "./base-sized-model.ts";
import { NO_MEMORY, processMemory } from "./process-memory.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    pictures: { type: "string", default: "40" },
    rounds: { type: "string", default: "3" },
    model: { type: "string" },
    "encoder-ms": { type: "string", default: "120" },
    ocr: { type: "boolean" },
  },
});
const FIXED_TIME = new URL("./fixed-time-onnx.ts", import.meta.url).href;
const PICTURES = Number(values.pictures);
const ROUNDS = Number(values.rounds);
const ENCODER_MS = Number(values["encoder-ms"]);
const THREADS = Math.max(1, Math.floor(availableParallelism() / 2));
const QUERIES = 40;

const work = await mkdtemp(join(tmpdir(), "rememe-bench-"));
try {
  report(await measure());
} finally {
  await rm(work, { recursive: true, force: true, maxRetries: 5 });
}

async function measure() {
  const model = values.model ?? join(work, "model");
  if (!values.model) makeBaseSizedModel(model);
  const photos = await makePhotos(join(work, "photos"));
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const raw = bareLoop(model, photos, {});
    const { perSecond, ...rest } = await indexAll(model, {});
    note(`round ${round + 1}: bare ${raw.toFixed(2)}, indexer ${perSecond.toFixed(2)} pictures a second`);
    rounds.push({ ratio: perSecond / raw, raw, perSecond, ...rest });
  }
  const middle = rounds.toSorted((a, b) => a.ratio - b.ratio)[rounds.length >> 1];
  if (!middle) throw new Error("no rounds");
  const asked = await indexAll(model, {}, true);
  const stood = [];
  for (let round = 0; round < ROUNDS; round++) {
    const env = { NODE_OPTIONS: `--import=${FIXED_TIME}`, REMEME_BENCH_ENCODER_MS: String(ENCODER_MS) };
    stood.push((await indexAll(model, env)).perSecond / (1_000 / ENCODER_MS));
  }
  const withText = values.ocr ? await indexAll(model, { REMEME_OCR: "true" }) : null;
  const { raw, perSecond } = middle;
  return {
    pictures: PICTURES,
    threads: THREADS,
    pipelineImagesPerSecond: perSecond,
    rawImagesPerSecond: raw,
    ratio: middle.ratio,
    ratioLowest: Math.min(...rounds.map(({ ratio }) => ratio)),
    ratioHighest: Math.max(...rounds.map(({ ratio }) => ratio)),
    fixedTimeEncoderMs: ENCODER_MS,
    fixedTimeRatio: quantile(stood, 0.5),
    ocrMsPerPicture: withText ? 1_000 / withText.perSecond - 1_000 / perSecond : null,
    ...latency(asked),
    workerRssBytes: middle.memory.workerBytes,
    workerPeakBytes: middle.memory.workerPeakBytes,
    rssBytes: middle.memory.daemonBytes,
    rssPeakBytes: middle.memory.daemonPeakBytes,
  };
}

/** Photographs of 4000 × 3000 pixels with as much detail as a camera's: some 3 MB each, all different. */
async function makePhotos(directory: string): Promise<readonly string[]> {
  await mkdir(directory);
  for (let at = 0; at < PICTURES; at++) {
    const noise = { type: "gaussian", mean: 90 + ((at * 37) % 80), sigma: 45 } as const;
    const coarse = await sharp({ create: { width: 1000, height: 750, channels: 3, background: "black", noise } })
      .jpeg({ quality: 95 })
      .toBuffer();
    await sharp(coarse)
      .resize(4000, 3000, { kernel: "cubic" })
      .jpeg({ quality: 92 })
      .toFile(join(directory, `photo-${at}.jpg`));
  }
  return (await readdir(directory)).map((name) => join(directory, name));
}

function bareLoop(model: string, photos: readonly string[], env: NodeJS.ProcessEnv): number {
  const script = join(import.meta.dirname, "bare-loop.ts");
  const args = [script, model, String(THREADS), ...photos];
  const { stdout } = spawnSync(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return Number(stdout.toString());
}

/** A fresh library with the photos, by the real daemon. */
async function indexAll(model: string, env: NodeJS.ProcessEnv, withQueries = false) {
  const home = await mkdtemp(join(work, "home-"));
  const settings = { REMEME_OCR: "false", REMEME_MODEL: model, REMEME_LOG_LEVEL: "error" };
  const daemon = await startDaemon({ after: () => {} }, { home, env: { ...settings, ...env } });
  try {
    let words = 0;
    const query = async (): Promise<number> => {
      const before = performance.now();
      await daemon.post("/v1/embed", { text: `word${words++ % 1_000} word${(words * 7) % 1_000}` });
      return performance.now() - before;
    };
    const idleMs: number[] = [];
    const loadedMs: number[] = [];
    if (withQueries) {
      await query();
      for (let at = 0; at < QUERIES; at++) idleMs.push(await query());
    }
    await daemon.addFolder(join(work, "photos"));
    let memory = NO_MEMORY;
    for (let images = 0, looks = 0; images < PICTURES; looks++) {
      const { counts } = await daemon.status();
      if (counts.failed > 0) throw new Error("photos could not be read");
      images = counts.images;
      // Asking for it costs processor time that the bare loop does not have to share.
      if (looks % 12 === 0) memory = processMemory(daemon.process.pid ?? 0, memory);
      await new Promise((resolve) => setTimeout(resolve, 250));
      if (withQueries && images > 4 && loadedMs.length < QUERIES) loadedMs.push(await query());
    }
    return { perSecond: pace(home), idleMs, loadedMs, memory };
  } finally {
    await daemon.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Pictures per second between the first and the last one, as the library has written them down. */
function pace(home: string): number {
  const db = new Database(join(home, "library.db"), { readonly: true });
  const { first, last, count } = db
    .prepare("SELECT min(indexed_at_ms) AS first, max(indexed_at_ms) AS last, count(*) AS count FROM images")
    .get() as { first: number; last: number; count: number };
  db.close();
  return (count - 1) / ((last - first) / 1_000);
}

function latency({ idleMs, loadedMs }: { readonly idleMs: readonly number[]; readonly loadedMs: readonly number[] }) {
  return {
    queryP50IdleMs: quantile(idleMs, 0.5),
    queryP95IdleMs: quantile(idleMs, 0.95),
    queryP50LoadedMs: quantile(loadedMs, 0.5),
    queryP95LoadedMs: quantile(loadedMs, 0.95),
  };
}

function quantile(of: readonly number[], share: number): number {
  const sorted = of.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

function report(result: Awaited<ReturnType<typeof measure>>): void {
  const rounded = Object.fromEntries(
    Object.entries(result).map(([name, value]) => [name, value === null ? null : Number(value.toPrecision(4))]),
  );
  if (values.json) process.stdout.write(`${JSON.stringify(rounded)}\n`);
  else console.table(rounded);
}
