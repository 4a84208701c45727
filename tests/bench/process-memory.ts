// What a daemon and its children take of memory. Linux: resident set sizes from /proc; elsewhere from ps.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

export interface Memory {
  /** Most that the daemon's own process held, in bytes. */
  readonly daemonPeakBytes: number;
  /** Most that its largest child held, in bytes. */
  readonly workerPeakBytes: number;
}

/** The memory now, or what it was before where that was more. */
export function processMemory(pid: number, before: Memory): Memory {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss="], { encoding: "utf8" }).trim().split("\n");
  const all = rows.map((row) => row.trim().split(/\s+/).map(Number) as [pid: number, parent: number, kB: number]);
  const own = all.find(([each]) => each === pid);
  const children = all.filter(([, parent]) => parent === pid).map(([each, , kB]) => peakOf(each) ?? kB * 1_024);
  return {
    daemonPeakBytes: Math.max(before.daemonPeakBytes, peakOf(pid) ?? (own?.[2] ?? 0) * 1_024),
    workerPeakBytes: Math.max(before.workerPeakBytes, ...children),
  };
}

function peakOf(pid: number): number | null {
  const path = `/proc/${pid}/status`;
  if (!existsSync(path)) return null;
  const kB = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(path, "utf8"))?.[1];
  return kB === undefined ? null : Number(kB) * 1_024;
}
