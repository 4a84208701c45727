// What a daemon and its largest child take of memory: resident set sizes from ps, their peaks from /proc (Linux only).
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** Bytes. */
export interface Memory {
  readonly daemonBytes: number;
  readonly daemonPeakBytes: number;
  /** The largest child; 0 when there is none. */
  readonly workerBytes: number;
  readonly workerPeakBytes: number;
}

export const NO_MEMORY: Memory = { daemonBytes: 0, daemonPeakBytes: 0, workerBytes: 0, workerPeakBytes: 0 };

/** What they take now, and the most that was seen of each. */
export function processMemory(pid: number, before: Memory): Memory {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss="], { encoding: "utf8" }).trim().split("\n");
  const all = rows.map((row) => row.trim().split(/\s+/).map(Number) as [pid: number, parent: number, kB: number]);
  const bytesOf = (kB = 0): number => kB * 1_024;
  const daemonBytes = bytesOf(all.find(([each]) => each === pid)?.[2]);
  const children = all.filter(([, parent]) => parent === pid);
  const workerBytes = Math.max(0, ...children.map(([, , kB]) => bytesOf(kB)));
  return {
    daemonBytes,
    daemonPeakBytes: Math.max(before.daemonPeakBytes, daemonBytes, peakOf(pid)),
    workerBytes,
    workerPeakBytes: Math.max(before.workerPeakBytes, workerBytes, ...children.map(([each]) => peakOf(each))),
  };
}

function peakOf(pid: number): number {
  const path = `/proc/${pid}/status`;
  const kB = existsSync(path) ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(path, "utf8"))?.[1] : undefined;
  return Number(kB ?? 0) * 1_024;
}
