// Loaded into the daemon (`node --import`): writes its longest event loop delay so far, in milliseconds, into a file ten times a second;
// begins anew when that file is gone.
import { existsSync, writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

const path = process.env.REMEME_BENCH_LOOP_DELAY;
if (path && isMainThread && /main|launch/.test(process.argv[1] ?? "") && !process.send) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  setInterval(() => {
    if (!existsSync(path)) delay.reset();
    writeFileSync(path, `${delay.max / 1e6}`);
  }, 100).unref();
}
