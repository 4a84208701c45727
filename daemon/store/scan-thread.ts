// A thread that helps to score sketches (scan-kernel.ts). It waits for work without an event loop, and ends when it is told that all is over.
import { workerData } from "node:worker_threads";
import { CONTROL, type KernelExports, type ScanTask, scanShare } from "./scan-share.ts";

const { module, memory, control, share } = workerData as ScanTask;
const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports;
const words = new Int32Array(control);

for (let job = 0; Atomics.load(words, CONTROL.isOver) === 0; job = Atomics.load(words, CONTROL.job)) {
  Atomics.add(words, CONTROL.helping, 1);
  scanShare(kernel, control, share);
  Atomics.sub(words, CONTROL.helping, 1);
  Atomics.notify(words, CONTROL.helping);
  Atomics.wait(words, CONTROL.job, job);
}
