// How fast are searches of large libraries, and how right? npm run bench:search [-- --images 140000] [--json] [--keep DIR] [--requests N]
// Whole requests to the real daemon over HTTP; the text encoder answers at once (synthetic-model.ts). --keep: libraries are built once.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type DaemonSample, measureDaemon } from "./search-requests.ts";
import { exactAnswers } from "./search-truth.ts";
import { buildLibrary } from "./synthetic-library.ts";
import { makeModel } from "./synthetic-model.ts";

const SIZES = [12_000, 140_000, 500_000, 1_000_000];
/** Too small for threads and sketches: what the daemon takes whatever the library. */
const EMPTY = 200;
/** Stand in no text; too short to be corrected. */
const QUERY_WORDS = Array.from({ length: 60 }, (_, at) => `q${String(at).padStart(2, "0")}`);

interface Row {
  readonly images: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly recallAt10: number;
  readonly recallAt50: number;
  /** Of looks with a filter, broad or narrow, among the pictures that it lets through. */
  readonly recallAt10WithFilters: number;
  /** Of the daemon, after all requests. */
  readonly rssBytes: number;
  readonly rssBytesPerImage: number;
  readonly diskBytes: number;
  readonly buildMs: number | null;
  readonly startMs: number;
  /** Of as many other requests right after the start. */
  readonly p95AfterStartMs: number;
  /** While pictures were being indexed. */
  readonly p95WhileIndexingMs: number;
  /** How late the event loop was at most, and how late because something in the daemon blocked it (loop-delay.ts). */
  readonly maxLoopDelayMs: number;
  readonly maxLoopBlockedMs: number;
  readonly maxLoopDelayWhileIndexingMs: number;
  readonly maxLoopBlockedWhileIndexingMs: number;
  /** Plain sqlite-vec, the same vectors, measured in the same run. */
  readonly exactP50Ms: number;
  readonly timesFaster: number;
  readonly kinds: DaemonSample["kinds"];
}

const { values: flags } = parseArgs({
  options: {
    images: { type: "string" },
    json: { type: "boolean", default: false },
    keep: { type: "string" },
    requests: { type: "string", default: "100" },
  },
});
const sizes = flags.images === undefined ? SIZES : flags.images.split(",").map(Number);
if (sizes.some((size) => !Number.isInteger(size) || size < EMPTY)) {
  process.stderr.write(`--images takes whole numbers from ${EMPTY} on.\n`);
  process.exit(2);
}
const requests = Number(flags.requests);
const directory = flags.keep ?? mkdtempSync(join(tmpdir(), "rememe-bench-search-"));

try {
  const model = makeModel(join(directory, "model"), QUERY_WORDS);
  const empty = await measureDaemon(await homeOf(EMPTY), model.setting, QUERY_WORDS, requests);
  const rows: Row[] = [];
  for (const images of sizes) {
    const row = await measure(images, model, empty.rssBytes);
    rows.push(row);
    if (!flags.json) print(row);
  }
  if (flags.json) process.stdout.write(`${JSON.stringify(rows.length === 1 ? rows[0] : rows, null, 2)}\n`);

  async function homeOf(images: number): Promise<string> {
    const home = join(directory, `library-${images}`);
    const path = join(home, "library.db");
    const done = join(home, "build-ms");
    if (!existsSync(done)) {
      rmSync(home, { recursive: true, force: true });
      mkdirSync(home, { recursive: true, mode: 0o700 });
      if (!flags.json) process.stdout.write(`building ${images.toLocaleString("en")} pictures …\n`);
      writeFileSync(done, `${await buildLibrary(path, images, model)}`);
    }
    return home;
  }

  async function measure(images: number, { setting }: { setting: string }, emptyRssBytes: number): Promise<Row> {
    const home = await homeOf(images);
    const sample = await measureDaemon(home, setting, QUERY_WORDS, requests);
    const path = join(home, "library.db");
    const truth = exactAnswers(path, sample.asked);
    const filtered = exactAnswers(path, sample.askedWithFilters);
    const recall = (depth: number, asked = sample.asked, { answers } = truth): number =>
      mean(
        asked.flatMap(({ found }, at) => {
          const expected = answers[at]?.slice(0, depth) ?? [];
          // In a small library some filters let nothing through.
          return expected.length === 0 ? [] : [share(found.slice(0, depth), expected)];
        }),
      );
    return {
      images,
      ...quantiles(sample.times),
      recallAt10: recall(10),
      recallAt50: recall(50),
      recallAt10WithFilters: recall(10, sample.askedWithFilters, filtered),
      rssBytes: sample.rssBytes,
      rssBytesPerImage: Math.round((sample.rssBytes - emptyRssBytes) / images),
      diskBytes: statSync(path).size,
      buildMs: Math.round(Number(readFileSync(join(home, "build-ms"), "utf8"))),
      startMs: sample.startMs,
      p95AfterStartMs: quantiles(sample.firstTimes).p95Ms,
      p95WhileIndexingMs: quantiles(sample.timesWhileIndexing).p95Ms,
      maxLoopDelayMs: sample.loop.delayMs,
      maxLoopBlockedMs: sample.loop.blockedMs,
      maxLoopDelayWhileIndexingMs: sample.loopWhileIndexing.delayMs,
      maxLoopBlockedWhileIndexingMs: sample.loopWhileIndexing.blockedMs,
      exactP50Ms: quantiles(truth.times).p50Ms,
      timesFaster: round(quantiles(truth.times).p50Ms / quantiles(sample.times).p50Ms),
      kinds: sample.kinds,
    };
  }
} finally {
  if (flags.keep === undefined) rmSync(directory, { recursive: true, force: true });
}

function quantiles(times: readonly number[]): Pick<Row, "p50Ms" | "p95Ms" | "p99Ms"> {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number): number =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0);
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
}

function share(found: readonly number[], expected: readonly number[]): number {
  const there = new Set(found);
  return expected.filter((id) => there.has(id)).length / Math.max(1, expected.length);
}

function mean(values: readonly number[]): number {
  return Math.round((values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)) * 10_000) / 10_000;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function print({ kinds, ...row }: Row): void {
  console.table([row]);
  console.table(kinds);
}
