// The memory that sketches are scored in, and the kernel that scores them (scan-kernel.wat): blocks of 32 sketches, in large libraries shared
// out among several threads. Knows no pictures.
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { CONTROL, CONTROL_WORDS, type KernelExports, type ScanShare, type ScanTask, scanShare } from "./scan-share.ts";
import { sizesFor } from "./sketch-form.ts";

export interface ScanKernel {
  /** All of the memory, as bytes and as 16-bit words; anew when there is more room. */
  readonly bytes: Uint8Array;
  readonly words: Int16Array;
  /** Where the first block is, and bytes of one: sketches, 32 reaches, 32 estimates. */
  readonly blocksAt: number;
  readonly blockBytes: number;
  /** Where the lookup table is, and bytes of it. */
  readonly tableBytes: number;
  /** Where two rows of numbers are. */
  readonly rowsAt: readonly [number, number];
  /** Of the last scan: by block, its highest estimate. */
  bests(blocks: number): Int16Array;
  /** Room for so many blocks in all. */
  makeRoom(blocks: number): void;
  /** Estimates for all of the first blocks, by the lookup table: (score × factor - unit) × reach. */
  scan(blocks: number, factor: number, unit: number): void;
  /** Dot product of the two rows. */
  dot(): number;
  /** Ends the threads that help. */
  close(): void;
}

export const BLOCK = 32;

/** Above the number of any block: there is nothing to do. */
const NOTHING_LEFT = 2 ** 30;
/** From so many on (250,000 pictures) a scan takes longer than it takes to wake another thread up, by far. */
const WORTH_HELP = 8_192;
const MOST_HELPERS = 3;
/** They make no objects. */
const HELPER_LIMITS = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 } as const;
/** A thread that helps has a tenth of a millisecond of work left. */
const PATIENCE_MS = 1_000;

const PAGE_BYTES = 65_536;
const MOST_PAGES = 65_536;
const module = new WebAssembly.Module(readFileSync(new URL("./scan-kernel.wasm", import.meta.url)));

/** @param worthHelp the number of blocks from which on other threads help. Only tests change it. */
export function createScanKernel(dimension: number, worthHelp = WORTH_HELP): ScanKernel {
  const { groups, numbers } = sizesFor(dimension);
  const tableBytes = groups * 16;
  const blockBytes = tableBytes + BLOCK * 4;
  const rowBytes = numbers * 2;
  const rowsAt = [tableBytes, tableBytes + rowBytes] as const;
  // For as many blocks as there can be: memory that nobody writes to is none.
  const mostBlocks = Math.floor((MOST_PAGES * PAGE_BYTES) / blockBytes);
  const bestsAt = tableBytes + 2 * rowBytes;
  const blocksAt = Math.ceil((bestsAt + mostBlocks * 2) / PAGE_BYTES) * PAGE_BYTES;
  const memory = new WebAssembly.Memory({ initial: blocksAt / PAGE_BYTES, maximum: MOST_PAGES, shared: true });
  const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports;
  const share: ScanShare = { blocksAt, blockBytes, groups, bestsAt };
  const control = new SharedArrayBuffer(CONTROL_WORDS * 4);
  const words = new Int32Array(control);
  const floats = new Float32Array(control);
  words[CONTROL.nextBlock] = NOTHING_LEFT;
  let bytes = new Uint8Array(memory.buffer);
  let sixteens = new Int16Array(memory.buffer);
  let helpers: readonly Worker[] | null = null;

  function startHelpers(): readonly Worker[] {
    // The same extension as this module: .ts in a source checkout, .js when compiled.
    const entry = new URL(`./scan-thread${extname(import.meta.filename)}`, import.meta.url);
    const workerData: ScanTask = { module, memory, control, share };
    return Array.from({ length: Math.min(MOST_HELPERS, availableParallelism() - 1) }, () => {
      const helper = new Worker(entry, { workerData, resourceLimits: HELPER_LIMITS });
      // Help, not duty: without it a scan takes longer.
      helper.on("error", () => {});
      helper.unref();
      return helper;
    });
  }

  /** False when a thread that helped did not come to an end: its blocks are not scored, perhaps. */
  function helpersAreDone(): boolean {
    const deadline = performance.now() + PATIENCE_MS;
    for (let left = PATIENCE_MS; left > 0; left = deadline - performance.now()) {
      const helping = Atomics.load(words, CONTROL.helping);
      if (helping === 0) return true;
      Atomics.wait(words, CONTROL.helping, helping, left);
    }
    return false;
  }

  function close(): void {
    Atomics.store(words, CONTROL.isOver, 1);
    Atomics.add(words, CONTROL.job, 1);
    Atomics.notify(words, CONTROL.job);
    helpers = [];
  }

  return {
    get bytes() {
      return bytes;
    },
    get words() {
      return sixteens;
    },
    blocksAt,
    blockBytes,
    tableBytes,
    rowsAt,
    bests: (blocks) => sixteens.subarray(bestsAt / 2, bestsAt / 2 + blocks),
    makeRoom(blocks) {
      const pages = Math.ceil((blocksAt + blocks * blockBytes) / PAGE_BYTES);
      memory.grow(Math.max(0, pages - memory.buffer.byteLength / PAGE_BYTES));
      bytes = new Uint8Array(memory.buffer);
      sixteens = new Int16Array(memory.buffer);
    },
    scan(blocks, factor, unit) {
      if (blocks >= worthHelp) helpers ??= startHelpers();
      if (!helpers?.length) {
        kernel.scan(blocksAt, blocks, groups, 0, factor, unit, bestsAt);
        return;
      }
      words[CONTROL.blocks] = blocks;
      floats[CONTROL.factor] = factor;
      floats[CONTROL.unit] = unit;
      // From here on a thread that helps may take blocks, also one that comes late from the scan before.
      Atomics.store(words, CONTROL.nextBlock, 0);
      Atomics.add(words, CONTROL.job, 1);
      Atomics.notify(words, CONTROL.job);
      scanShare(kernel, control, share);
      Atomics.store(words, CONTROL.nextBlock, NOTHING_LEFT);
      if (helpersAreDone()) return;
      close();
      kernel.scan(blocksAt, blocks, groups, 0, factor, unit, bestsAt);
    },
    dot: () => kernel.dot(...rowsAt, numbers / 8),
    close,
  };
}
