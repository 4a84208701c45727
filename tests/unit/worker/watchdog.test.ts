import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";

const STUCK = new URL("../../fixtures/stuck-child.ts", import.meta.url).pathname;

test("a child that is stuck ends when its daemon is killed", async (t) => {
  // The shell is the daemon. Its output stays open for as long as the child lives.
  const daemon = spawn("sh", ["-c", '"$0" "$1" & echo $!; wait', process.execPath, STUCK], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = await once(daemon.stdout.setEncoding("utf8"), "data");
  const pid = Number(line);
  t.after(() => {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended, as it should.
    }
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  daemon.kill("SIGKILL");
  await once(daemon.stdout, "close", { signal: AbortSignal.timeout(30_000) });
  assert.ok(pid > 0);
});
