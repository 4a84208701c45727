import assert from "node:assert/strict";
import { test } from "node:test";
import { createScope } from "../../daemon/lifecycle.ts";

test("stops in reverse, after aborting the signal, and goes on past a step that fails or hangs", async () => {
  const stopped: string[] = [];
  const reports: string[] = [];
  const scope = createScope((message) => reports.push(message), 20);
  scope.defer("first", () => void stopped.push(`first ${scope.signal.aborted}`));
  scope.defer("failing", () => Promise.reject(new Error("no")));
  scope.defer("hanging", () => new Promise(() => {}));
  scope.defer("last", () => void stopped.push("last"));
  await Promise.all([scope.close(), scope.close()]);
  assert.deepEqual(stopped, ["last", "first true"]);
  assert.deepEqual(reports, ["stopping hanging: took longer than 20 ms", "stopping failing: no"]);
});

test("when the time for all is over, what is left is told to stop, but not waited for", async () => {
  const stopped: string[] = [];
  const reports: string[] = [];
  const scope = createScope((message) => reports.push(message), 10_000, 20);
  scope.defer("lock", () => void stopped.push("lock"));
  scope.defer("slow too", () => new Promise(() => stopped.push("slow too")));
  scope.defer("slow", () => new Promise(() => {}));
  await scope.close();
  assert.deepEqual(stopped, ["slow too", "lock"]);
  assert.match(reports.join(), /^stopping slow: .*stopping slow too: /);
});
