// Does memory grow? Indexes many pictures of mixed shapes and formats and writes down what the daemon and its worker hold meanwhile.
// node tests/bench/memory.ts [--json] [--pictures N] [--model DIR]
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import sharp, { type Sharp } from "sharp";
import { startDaemon } from "../helpers/daemon.ts";
import { type Memory, NO_MEMORY, processMemory } from "./process-memory.ts";

const { values } = parseArgs({
  options: { json: { type: "boolean" }, pictures: { type: "string", default: "10000" }, model: { type: "string" } },
});
const PICTURES = Number(values.pictures);
const POINTS = 20;
const SHAPES = [
  [16, 16],
  [320, 240],
  [600, 600],
  [1080, 1920],
  [2400, 300],
  [200, 3000],
  [1600, 1200],
  [4000, 3000],
] as const;
const FORMATS = ["jpeg", "png", "webp", "gif"] as const;
const BATCH = 500;

const work = await mkdtemp(join(tmpdir(), "rememe-bench-"));
const cleanup: (() => unknown)[] = [];
try {
  const folder = join(work, "pictures");
  await mkdir(folder);
  await writePictures(folder);
  const env = {
    REMEME_OCR: "false",
    REMEME_LOG_LEVEL: "error",
    ...(values.model ? { REMEME_MODEL: values.model } : {}),
  };
  const daemon = await startDaemon(
    { after: (fn) => void cleanup.push(fn as () => unknown) },
    { home: join(work, "home"), env },
  );
  await daemon.addFolder(folder);
  const curve: (Memory & { readonly pictures: number })[] = [];
  let memory = NO_MEMORY;
  for (let images = 0; images < PICTURES; ) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { counts } = await daemon.status();
    if (counts.failed > 0) throw new Error(`${counts.failed} pictures could not be read`);
    images = counts.images;
    memory = processMemory(daemon.process.pid ?? 0, memory);
    if (images >= ((curve.length + 1) * PICTURES) / POINTS) curve.push({ pictures: images, ...memory });
  }
  await daemon.stop();
  report(curve);
} finally {
  for (const fn of cleanup) await fn();
  await rm(work, { recursive: true, force: true, maxRetries: 5 });
}

/** Some dozen pictures, each many times in other colours: all are different. */
async function writePictures(folder: string): Promise<void> {
  const originals: { readonly pixels: Sharp; readonly format: (typeof FORMATS)[number] }[] = [];
  for (const [width, height] of SHAPES) {
    const noise = { type: "gaussian", mean: 128, sigma: 30 } as const;
    const picture = sharp({ create: { width, height, channels: 3, background: "teal", noise } }).blur(3);
    const pixels = sharp(await picture.raw().toBuffer(), { raw: { width, height, channels: 3 } });
    for (const format of FORMATS) originals.push({ pixels, format });
  }
  for (let start = 0; start < PICTURES; start += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, PICTURES - start) }, (_, at) => start + at);
    await Promise.all(
      numbers.map(async (number) => {
        const original = originals[number % originals.length];
        if (!original) return;
        const { pixels, format } = original;
        const shift = [number % 32, (number >> 5) % 32, (number >> 10) % 32];
        await pixels
          .clone()
          .linear([1, 1, 1], shift)
          .toFormat(format)
          .toFile(join(folder, `${number}.${format}`));
      }),
    );
  }
}

function report(curve: readonly (Memory & { readonly pictures: number })[]): void {
  if (values.json) process.stdout.write(`${JSON.stringify(curve)}\n`);
  else {
    const mb = (bytes: number): number => Math.round(bytes / 1e6);
    console.table(
      curve.map(({ pictures, daemonBytes, workerBytes }) => ({
        pictures,
        daemonMB: mb(daemonBytes),
        workerMB: mb(workerBytes),
      })),
    );
  }
}
