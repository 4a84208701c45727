// The story of rememe as a service: installed, upgraded, taken back, removed. The service manager is played (tests/helpers/fake-launchctl.ts);
// the copy, its Node, the daemon and the library are real.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { appendFile, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { connect } from "../../daemon/cli/client.ts";
import type { Context } from "../../daemon/cli/command.ts";
import { install, uninstall } from "../../daemon/cli/service/install.ts";
import type { System } from "../../daemon/cli/service/service.ts";
import type { ProgramFile } from "../../shared/api.ts";
import { OFFLINE, startDaemon, until } from "../helpers/daemon.ts";
import { fakeLaunchctl, readPlist } from "../helpers/fake-launchctl.ts";
import { directory, picture, tree } from "../helpers/pictures.ts";
import { contextOf } from "../unit/cli/cli-fixture.ts";

const ROOT = join(import.meta.dirname, "../..");

async function setUp(t: TestContext) {
  const home = await mkdtemp(join(tmpdir(), "rememe home Zoë-"));
  t.after(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const data = join(home, "data");
  const env = { HOME: home, REMEME_HOME: data, REMEME_PORT: "0", ...OFFLINE, HF_TOKEN: "secret" };
  const { context } = contextOf(data, { env });
  const fake = fakeLaunchctl(t);
  const system: System = { platform: "darwin", run: fake.run, pollMs: 20 };
  const said: string[] = [];
  const installed = (root = ROOT) => install({ ...context, root }, (text) => said.push(text), system);
  return { home, data, context: { ...context, root: ROOT } satisfies Context, fake, system, said, installed };
}

/** A package that is complete, with this as its daemon. */
async function packageOf(t: TestContext, main: string): Promise<string> {
  const root = await directory(t);
  await writeFile(join(root, "package.json"), JSON.stringify({ name: "rememe", type: "module", dependencies: {} }));
  await mkdir(join(root, "dist/daemon"), { recursive: true });
  await writeFile(join(root, "dist/daemon/launch.js"), main);
  return root;
}

test("installed, found, upgraded over, and gone without a trace but the library", async (t) => {
  const { home, data, context, fake, system, installed } = await setUp(t);
  const client = await installed();
  const plist = join(home, "Library/LaunchAgents/dev.rememe.daemon.plist");
  assert.equal((await stat(plist)).mode & 0o777, 0o644);
  const text = readFileSync(plist, "utf8");
  assert.doesNotMatch(text, /secret/);
  const { program } = readPlist(text);
  assert.deepEqual(program.slice(0, 2), [
    join(data, "runtime/bin/node"),
    join(data, "program/current/dist/daemon/launch.js"),
  ]);

  const root = await tree(await directory(t), { "red.png": await picture({ colour: "red", seed: 1 }) });
  await client.addFolder(root);
  await until("the copy indexes and searches", async () => (await client.search({ q: "red" })).hits.length === 1);
  const written = JSON.parse(readFileSync(join(data, "program.json"), "utf8")) as ProgramFile;
  assert.deepEqual(written.command, [program[0], join(data, "program/current/bin/rememe.js"), "start"]);
  assert.ok(existsSync(join(data, "logs/rememe.log")), "its log is its own");

  const { mtimeMs } = await stat(plist);
  const again = await installed();
  assert.notEqual(again.address.pid, client.address.pid);
  assert.equal((await again.search({ q: "red" })).hits.length, 1);
  assert.equal(
    (await stat(plist)).mtimeMs,
    mtimeMs,
    "a file that stays the same is not written: macOS would tell the user",
  );
  assert.deepEqual(await readdir(join(data, "program")), ["current"]);

  assert.equal(await uninstall(context, false, system), true);
  assert.equal(existsSync(plist), false);
  assert.deepEqual(
    (await readdir(data)).filter((name) => /^program|runtime|before-upgrade|daemon\.json/.test(name)),
    [],
  );
  assert.ok(existsSync(join(data, "library.db")));
  assert.equal(fake.calls.at(-1)?.startsWith("bootout"), true);
  const started = await startDaemon(t, { home: data });
  assert.equal(await uninstall(context, false, system), false);
  assert.equal((await connect(context)).address.pid, started.process.pid, "what somebody started runs on");
  assert.equal(await uninstall(context, true, system), false);
  await assert.rejects(connect(context), { code: "not-running" });
});

test("a new version that does not come up is taken back, and the one before runs again with its library", async (t) => {
  const { data, context, said, system, installed } = await setUp(t);
  const client = await installed();
  const root = await tree(await directory(t), { "red.png": await picture({ colour: "red", seed: 1 }) });
  await client.addFolder(root);
  await until("it is found", async () => (await client.search({ q: "red" })).hits.length === 1);

  // Node runs with something behind its end, too: so it can be told which one is there.
  const node = join(data, "runtime/bin/node");
  await copyFile(node, `${node}.marked`);
  await appendFile(`${node}.marked`, "the one before");
  await rename(`${node}.marked`, node);
  const broken = await packageOf(
    t,
    `import { writeFileSync } from "node:fs"; writeFileSync(${JSON.stringify(join(data, "library.db"))}, "spoilt"); process.exit(1);`,
  );
  await assert.rejects(
    install({ ...context, root: broken }, (text) => said.push(text), system, 2_000),
    /was started by launchd, but does not answer/,
  );
  const back = await until("the one before answers", () => connect(context).catch(() => null));
  assert.deepEqual(
    (await back.search({ q: "red" })).hits.map(({ image }) => image.name),
    ["red.png"],
  );
  assert.ok(said.some((text) => /going back/.test(text)));
  assert.match((await readFile(node)).subarray(-20).toString("latin1"), /the one before$/);
  assert.deepEqual(await readdir(join(data, "runtime/bin")), ["node"]);
});

test("a new version that leaves somebody with the library in hand: nothing is put below it", async (t) => {
  // Before the directory goes, which is the first to be cleaned up once it is made.
  let endHolder = (): void => {};
  t.after(() => endHolder());
  const { data, context, said, system, installed } = await setUp(t);
  await installed();
  const sqlite = import.meta.resolve("better-sqlite3");
  const holder = `import Database from ${JSON.stringify(sqlite)};
    const lock = new Database(${JSON.stringify(join(data, "daemon.lock"))}); lock.exec("BEGIN EXCLUSIVE");
    setInterval(() => lock, 1000);`;
  const pidFile = join(data, "holder.pid");
  const leaving = await packageOf(
    t,
    `import { spawn } from "node:child_process"; import { writeFileSync } from "node:fs";
    const args = ["--input-type=module", "-e", ${JSON.stringify(holder)}];
    const { pid } = spawn(process.execPath, args, { detached: true, stdio: "ignore" });
    writeFileSync(${JSON.stringify(pidFile)}, String(pid));
    setInterval(() => {}, 1000);`,
  );
  endHolder = () => void (existsSync(pidFile) && process.kill(Number(readFileSync(pidFile, "utf8")), "SIGKILL"));
  await assert.rejects(
    install({ ...context, root: leaving }, (text) => said.push(text), system, 2_000),
    /does not answer/,
  );
  assert.ok(said.some((text) => /running already.*library\.db\.before-upgrade/.test(text)));
  assert.ok(existsSync(join(data, "library.db.before-upgrade")));
});

test("over a daemon that hangs: it is ended, and the new one runs", async (t) => {
  const { installed } = await setUp(t);
  const hung = await installed();
  process.kill(hung.address.pid, "SIGSTOP");
  const client = await installed();
  assert.notEqual(client.address.pid, hung.address.pid);
  assert.equal((await client.status()).counts.failed, 0);
});

test("what somebody started runs on where there is no service manager, and is spoken of when the manager refuses", async (t) => {
  const { data, context, system, said } = await setUp(t);
  const started = await startDaemon(t, { home: data });
  const say = (text: string): void => void said.push(text);
  const run: System["run"] = async () => ({ code: 1, text: "Failed to connect to bus: No medium found" });
  await assert.rejects(install(context, say, { ...system, platform: "linux", run }), { code: "no-service" });
  assert.equal((await connect(context)).address.pid, started.process.pid);
  assert.deepEqual(said, []);
  const refuses: System["run"] = async (_, [verb]) => ({
    code: verb === "bootstrap" ? 125 : verb === "print" ? 113 : 0,
    text: "",
  });
  await assert.rejects(install(context, say, { ...system, run: refuses }), { code: "service-failed" });
  await assert.rejects(connect(context), { code: "not-running" });
  assert.match(said.at(-1) ?? "", /has been stopped\. `.* start` starts it again/);
});

test("an upgrade that is interrupted while the old version stops leaves the old version running", async (t) => {
  const { context, system, installed } = await setUp(t);
  const client = await installed();
  const stop = new AbortController();
  t.after(() => {
    try {
      process.kill(client.address.pid, "SIGKILL");
    } catch {}
  });
  const upgrade = install(
    { ...context, stop: stop.signal },
    (text) => {
      if (!text.startsWith("Stopping")) return;
      process.kill(client.address.pid, "SIGSTOP");
      setTimeout(() => stop.abort(), 500);
    },
    system,
  );
  await assert.rejects(upgrade, { code: "interrupted" });
  const back = await until("the old version answers", () => connect(context).catch(() => null), 30_000);
  assert.equal(back.address.version, client.address.version);
});

test("when the library cannot be kept aside, the one that ran is started again as it was", async (t) => {
  const { data, context, installed, system } = await setUp(t);
  const client = await installed();
  // In the way of the copy.
  await mkdir(join(data, "library.db.before-upgrade"));
  await assert.rejects(installed(), /before-upgrade/);
  const back = await until("the one before answers", () => connect(context).catch(() => null), 10_000);
  assert.notEqual(back.address.pid, client.address.pid);
  await rm(join(data, "library.db.before-upgrade"), { recursive: true });
  assert.equal(await uninstall(context, false, system), true);
});
