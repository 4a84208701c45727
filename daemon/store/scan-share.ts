// What the threads of one scan have in common: the words by which they share out the blocks, and the work itself. Loads nothing else, for the
// sake of the threads that only help.

/** What the kernel exports. */
export interface KernelExports {
  scan(
    sketches: number,
    blocks: number,
    groups: number,
    table: number,
    factor: number,
    unit: number,
    best: number,
  ): void;
  dot(a: number, b: number, eights: number): number;
}

/** What a helping thread is started with. */
export interface ScanTask {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: SharedArrayBuffer;
  readonly share: ScanShare;
}

/** What of the memory a scan works on; the same for all scans. */
export interface ScanShare {
  readonly blocksAt: number;
  readonly blockBytes: number;
  readonly groups: number;
  readonly bestsAt: number;
}

/** Places in the control words, which all threads share. */
export const CONTROL = { job: 0, nextBlock: 1, blocks: 2, helping: 3, isOver: 4, factor: 5, unit: 6 } as const;
export const CONTROL_WORDS = 8;
/** Taken by a thread at a time: a tenth of a millisecond. */
const BLOCKS_AT_ONCE = 512;

/** Works on blocks until none is left; whichever thread calls it. */
export function scanShare(kernel: KernelExports, control: SharedArrayBuffer, share: ScanShare): void {
  const words = new Int32Array(control);
  const floats = new Float32Array(control);
  const { blocksAt, blockBytes, groups, bestsAt } = share;
  for (;;) {
    const from = Atomics.add(words, CONTROL.nextBlock, BLOCKS_AT_ONCE);
    const blocks = Math.min(BLOCKS_AT_ONCE, (words[CONTROL.blocks] ?? 0) - from);
    if (blocks <= 0) return;
    const [factor, unit] = [floats[CONTROL.factor] ?? 0, floats[CONTROL.unit] ?? 0];
    kernel.scan(blocksAt + from * blockBytes, blocks, groups, 0, factor, unit, bestsAt + from * 2);
  }
}
