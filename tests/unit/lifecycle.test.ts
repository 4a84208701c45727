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
