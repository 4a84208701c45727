import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { acquireLock } from "../../../daemon/store/lock.ts";
import { temporaryDirectory } from "./library.ts";

const MODULE = new URL("../../../daemon/store/lock.ts", import.meta.url).href;

/** Another process that holds the lock until it is killed; it keeps no reference to it, and collects its garbage. */
async function holder(t: TestContext, path: string) {
  const program = `
    import { acquireLock } from ${JSON.stringify(MODULE)};
    acquireLock(${JSON.stringify(path)});
    for (let round = 0; round < 5; round++) globalThis.gc();
    console.log("held");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--expose-gc", "--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  const [output] = await once(child.stdout, "data");
  assert.equal(String(output).trim(), "held");
  return child;
}

test("one process at a time holds the lock, and a killed one leaves it free", async (t) => {
  const path = join(temporaryDirectory(t), "daemon.lock");
  const child = await holder(t, path);
  for (let attempt = 0; attempt < 2; attempt++) {
    assert.throws(() => acquireLock(path), { name: "AppError", code: "already-running" });
  }
  child.kill("SIGKILL");
  await once(child, "exit");
  const lock = acquireLock(path);
  lock.release();
});

test("a released lock can be taken again, and releasing twice is harmless", (t) => {
  const path = join(temporaryDirectory(t), "daemon.lock");
  const first = acquireLock(path);
  assert.throws(() => acquireLock(path), { code: "already-running" });
  first.release();
  first.release();
  acquireLock(path).release();
});

test("a lock file that cannot be one is an error with the way out, not a running daemon", (t) => {
  const directory = temporaryDirectory(t);
  mkdirSync(join(directory, "a"));
  assert.throws(() => acquireLock(join(directory, "a")), { name: "AppError", code: "database-unusable" });
  writeFileSync(join(directory, "b"), "something else".repeat(100));
  assert.throws(() => acquireLock(join(directory, "b")), { name: "AppError", code: "database-corrupt" });
});
