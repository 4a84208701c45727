import assert from "node:assert/strict";
import { test } from "node:test";
import { CliError } from "../../../../daemon/cli/failure.ts";
import type { Finished } from "../../../../daemon/cli/service/run-program.ts";
import { createSystemd } from "../../../../daemon/cli/service/systemd.ts";

function setUp(answer: (args: string) => Partial<Finished> = () => ({})) {
  const calls: string[] = [];
  const service = createSystemd({
    file: "/home/me/.config/systemd/user/rememe.service",
    workingDirectory: "/home/me",
    platform: "linux",
    pollMs: 1,
    async run(program, args) {
      calls.push([program, ...args].join(" "));
      return { code: 0, text: "", ...answer(args.slice(1).join(" ")) };
    },
  });
  return { service, calls };
}

test("registering reads the unit anew, enables it, and starts it over one that runs", async () => {
  const { service, calls } = setUp();
  await service.register();
  assert.deepEqual(
    calls.map((call) => call.replace("systemctl --user ", "")),
    ["daemon-reload", "enable rememe.service", "restart rememe.service"],
  );
});

test("without a session of systemd's, what to do is said", async () => {
  for (const text of [
    "Failed to connect to bus: No medium found",
    "System has not been booted with systemd as init system (PID 1). Can't operate.",
  ]) {
    const { service } = setUp(() => ({ code: 1, text }));
    await assert.rejects(service.register(), (error: unknown) => {
      assert.ok(error instanceof CliError && error.code === "no-service");
      return /sudo/.test(error.hint ?? "");
    });
    await assert.rejects(service.check(), { code: "no-service" });
    await service.unregister();
  }
  const missing = setUp(() => ({ code: null, text: "spawn systemctl ENOENT" }));
  await assert.rejects(missing.service.start(), { code: "no-service" });
});

test("other refusals are passed on, with where to look; nothing to remove is no trouble", async () => {
  const { service } = setUp((args) => (args.startsWith("restart") ? { code: 1, text: "Job failed.\nmore" } : {}));
  await assert.rejects(service.register(), /systemctl restart failed \(1: Job failed\.\)/);
  await setUp(() => ({ code: 1, text: "Unit file rememe.service does not exist." })).service.unregister();
  await assert.rejects(setUp(() => ({ code: 1, text: "Access denied" })).service.unregister(), /Access denied/);
});

test("why it does not come up", async () => {
  const failing = setUp(() => ({ text: "ActiveState=failed\nResult=exit-code\nExecMainStatus=203" }));
  assert.equal(await failing.service.trouble(), "systemd says: exit-code, exit status 203.");
  assert.equal(await setUp(() => ({ text: "ActiveState=active\nResult=success" })).service.trouble(), null);
});
