// launchctl's answers, as they were met: each leads on, or ends with what to do.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { CliError } from "../../../../daemon/cli/failure.ts";
import { createLaunchd } from "../../../../daemon/cli/service/launchd.ts";
import { fakeLaunchctl } from "../../../helpers/fake-launchctl.ts";

function setUp(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), "rememe-launchd-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const fake = fakeLaunchctl(t);
  const file = join(directory, "x.plist");
  const service = createLaunchd({
    file,
    userId: 501,
    workingDirectory: directory,
    crashLog: join(directory, "crash.log"),
    platform: "darwin",
    run: fake.run,
    pollMs: 1,
  });
  writeFileSync(file, service.describe([process.execPath, "-e", "setInterval(() => {}, 1000)"], {}));
  return { fake, file, service, verbs: () => fake.calls.map((call) => call.split(" ")[0]).join(" ") };
}

const refused = (message: RegExp, hint: RegExp) => (error: unknown) => {
  assert.ok(error instanceof CliError);
  assert.match(error.message, message);
  assert.match(error.hint ?? "", hint);
  return error.code === "service-failed";
};

test("a first installation: enable, bootstrap, and nothing that would start it twice", async (t) => {
  const { fake, file, service } = setUp(t);
  await service.register();
  assert.deepEqual(fake.calls, ["enable gui/501/dev.rememe.daemon", `bootstrap gui/501 ${file}`]);
});

test("over one that runs: bootout is waited for, also while it is under way (36)", async (t) => {
  const { fake, service, verbs } = setUp(t);
  await service.register();
  fake.drainsFor = 6;
  fake.calls.length = 0;
  await service.register();
  assert.match(verbs(), /^bootout( bootout)+ enable bootstrap$/);
});

test("bootstrap 5: the label is still taken; it is tried again", async (t) => {
  const { fake, service, verbs } = setUp(t);
  fake.fails.bootstrap = [5, 5];
  await service.register();
  assert.equal(verbs(), "enable bootstrap bootstrap bootstrap");
});

test("bootstrap 5 for ever: the file is to be looked at", async (t) => {
  const { fake, service } = setUp(t);
  fake.fails.bootstrap = [5, 5, 5, 5];
  await assert.rejects(service.register(), refused(/bootstrap failed \(5: /, /plutil -lint ".*x\.plist"/));
});

test("bootstrap 37: loading already; 130: loaded already, so it is only started", async (t) => {
  const first = setUp(t);
  first.fake.fails.bootstrap = [37];
  await first.service.register();
  assert.equal(first.verbs(), "enable bootstrap");
  const second = setUp(t);
  await second.service.register();
  second.fake.calls.length = 0;
  second.fake.fails.kickstart = [113];
  await second.service.start();
  assert.equal(second.verbs(), "kickstart enable bootstrap kickstart");
});

test("bootstrap 119: disabled; it is enabled once more, and else the switch is named", async (t) => {
  const { fake, service, verbs } = setUp(t);
  fake.fails.bootstrap = [119];
  await service.register();
  assert.equal(verbs(), "enable bootstrap enable bootstrap");
  const stubborn = setUp(t);
  stubborn.fake.fails.bootstrap = [119, 119, 119];
  await assert.rejects(stubborn.service.register(), refused(/119/, /Login Items/));
});

test("bootstrap 125: no desktop session", async (t) => {
  const { fake, service } = setUp(t);
  fake.fails.bootstrap = [125];
  await assert.rejects(service.register(), refused(/125/, /log in at the Mac itself.*sudo/));
});

test("start: kickstart when it is loaded, bootstrap when it is not (113)", async (t) => {
  const { fake, service, verbs } = setUp(t);
  await service.start();
  assert.equal(verbs(), "kickstart enable bootstrap");
  fake.calls.length = 0;
  await service.start();
  assert.equal(verbs(), "kickstart");
});

test("unregister: what is not there is no trouble (3, 113), twice neither", async (t) => {
  const { fake, service } = setUp(t);
  await service.unregister();
  await service.register();
  fake.fails.bootout = [3];
  await service.unregister();
  await service.unregister();
});

test("an unknown number is passed on with where to look it up; a missing launchctl is told", async (t) => {
  const { fake, service } = setUp(t);
  fake.fails.enable = [22];
  await assert.rejects(service.register(), refused(/enable failed \(22/, /launchctl error 22/));
  const none = createLaunchd({
    file: "/x",
    userId: 1,
    workingDirectory: "/",
    crashLog: "/c",
    platform: "darwin",
    pollMs: 1,
    run: async () => ({ code: null, text: "spawn launchctl ENOENT" }),
  });
  await assert.rejects(none.start(), refused(/could not be run/, /belongs to macOS/));
});

test("why it does not come up: 78 is a path, a negative number a signal", async (t) => {
  const { fake, service } = setUp(t);
  assert.match((await service.trouble()) ?? "", /does not know/);
  await service.register();
  assert.equal(await service.trouble(), null);
  fake.lastExit = 78;
  assert.match(
    (await service.trouble()) ?? "",
    /\(78\): a path in .*x\.plist is wrong, or .*crash\.log cannot be written/,
  );
  fake.lastExit = -9;
  assert.match((await service.trouble()) ?? "", /signal 9/);
  fake.lastExit = 3;
  assert.match((await service.trouble()) ?? "", /code 3/);
});
