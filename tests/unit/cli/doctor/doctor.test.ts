// doctor with a daemon and without, over broken files, and the report that must not tell anything private.
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { checkFolders } from "../../../../daemon/cli/doctor/folders.ts";
import type { Line } from "../../../../daemon/cli/doctor/line.ts";
import { checkMachine } from "../../../../daemon/cli/doctor/machine.ts";
import { checkProgram } from "../../../../daemon/cli/doctor/program.ts";
import { makeReport } from "../../../../daemon/cli/doctor/report.ts";
import type { Look } from "../../../../daemon/permissions/look.ts";
import { openStore } from "../../../../daemon/store/open.ts";
import type { Folder } from "../../../../shared/api.ts";
import { contextOf, runCli, startCli, writeAddress } from "../cli-fixture.ts";

function setUp(t: TestContext) {
  const home = mkdtempSync(join(tmpdir(), "rememe-doctor-"));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const env = { HOME: home, REMEME_HOME: home, XDG_CONFIG_HOME: join(home, "config"), REMEME_PORT: "0" };
  const look = async () => {
    const { exit, out } = await runCli(home, ["doctor", "--json"], { env });
    const { lines } = JSON.parse(out) as { lines: Line[] };
    return { exit, lines, of: (check: string) => lines.find((line) => line.check === check) };
  };
  return { home, env, look };
}

const FOLDER: Folder = {
  id: 7,
  path: "/Users/maria/Desktop/divorce",
  state: "online",
  permission: null,
  files: 3,
  pending: 0,
  failed: 0,
  addedAtMs: 0,
  lastScanAtMs: 0,
};

test("without a daemon it says so, and looks at the rest", async (t) => {
  const { look, home } = setUp(t);
  const { exit, lines, of } = await look();
  assert.equal(exit, 0, JSON.stringify(lines));
  assert.deepEqual([of("daemon")?.state, of("port")?.state, of("library")?.state], ["warning", "ok", "ok"]);
  for (const check of ["version", "node", "service", "disk", "open-files", "crash"]) assert.ok(of(check), check);
  for (const { state, next } of lines) assert.equal(next === null, state === "ok");
  assert.deepEqual(readdirSync(home), [], "it only looks");
});

test("a sound library passes without a daemon, a damaged one does not", async (t) => {
  const { look, home } = setUp(t);
  const path = join(home, "library.db");
  openStore({ path, thumbnailsDirectory: home }).close();
  assert.equal((await look()).of("library")?.state, "ok");
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 4_096, 40_000);
  writeFileSync(path, bytes);
  const damaged = await look();
  assert.deepEqual([damaged.exit, damaged.of("library")?.state], [1, "problem"]);
  writeFileSync(path, "nonsense");
  assert.equal((await look()).of("library")?.state, "problem");
});

test("broken settings and a port that is taken are problems", async (t) => {
  const { look, home, env } = setUp(t);
  const server = createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  env.REMEME_PORT = String((server.address() as { port: number }).port);
  assert.equal((await look()).of("port")?.state, "problem");
  writeFileSync(join(home, "config.json"), "{");
  assert.equal((await look()).of("settings")?.state, "problem");
});

test("with a daemon it tells the state, the model, every folder and the library", async (t) => {
  const cli = await startCli(t);
  const { exit, out } = await cli.rememe(["doctor", "--json"]);
  const { lines } = JSON.parse(out) as { lines: Line[] };
  assert.ok(exit === 0 || lines.some(({ state }) => state === "problem"));
  const checks = lines.map(({ check }) => check);
  for (const check of ["daemon", "token", "model", "folder", "library"]) assert.ok(checks.includes(check), check);
  chmodSync(join(cli.directory, "token"), 0o644);
  assert.match((await cli.rememe(["doctor"])).out, /problem {2}token .*\n.*→ Run: chmod 600/);
});

test("a daemon of another version is a problem with a way out", async (t) => {
  const cli = await startCli(t, {
    health: () => ({ name: "rememe", version: "9.0.0", apiVersion: 99, pid: process.pid }),
  });
  writeAddress(cli.directory, { port: cli.port });
  const { exit, out } = await cli.rememe(["doctor"]);
  assert.equal(exit, 1);
  assert.match(out, /problem {2}daemon .*9\.0\.0.*\n.*→ Run: rememe restart/);
});

test("a folder that macOS refuses comes with its pane, and its pictures are not gone", async (t) => {
  const { context } = contextOf(setUp(t).home);
  const permission = { advice: "Allow it.", settingsUrl: "x-apple.systempreferences:pane" };
  const look = async (state: Folder["state"], seen: Look = "granted") =>
    (await checkFolders(context, [{ ...FOLDER, state, permission }], async () => seen))[0];
  const denied = await look("denied");
  assert.match(denied?.text ?? "", /does not let rememe read it, although this terminal may; its 3 files stay known/);
  assert.equal(denied?.next, 'Allow it. To get there: open "x-apple.systempreferences:pane"');
  assert.match((await look("undecided"))?.text ?? "", /undecided; its 3 files stay known/);
  assert.match((await look("offline", "unanswered"))?.text ?? "", /no answer/);
  assert.match((await look("offline", "missing"))?.text ?? "", /not connected/);
});

test("the signature of Node is told as codesign tells it", async (t) => {
  const { context } = contextOf(setUp(t).home);
  const look = async (code: number | null, text: string) => {
    const run = async () => ({ code, text });
    const lines = await checkProgram(context, { platform: "darwin", pollMs: 1, run });
    return lines.find(({ check }) => check === "signature");
  };
  assert.equal((await look(0, "Identifier=node\nSignature=adhoc\nTeamIdentifier=not set"))?.state, "warning");
  assert.equal((await look(0, "Signature size=8986\nTeamIdentifier=HX7739G8FX"))?.text, "signed by team HX7739G8FX");
  assert.equal((await look(1, "code object is not signed at all"))?.state, "warning");
});

test("helpers for pictures and videos, room on the disk, and the extension are told", async (t) => {
  const { home } = setUp(t);
  const { context } = contextOf(home, { env: {} });
  for (const name of ["ffmpeg", "ffprobe"]) writeFileSync(join(home, name), "", { mode: 0o755 });
  const look = async (code: number | null, text: string) => {
    const lines = await checkMachine(
      { ...context, home, env: { PATH: home } },
      { platform: "darwin", pollMs: 1, run: async () => ({ code, text }) },
    );
    return (check: string) => lines.find((line) => line.check === check)?.text ?? "";
  };
  const without = await look(null, "");
  assert.match(without("video"), /ffmpeg does not run/);
  assert.match(without("heic"), /decoded by macOS, or else by rememe itself/);
  assert.match(without("disk"), /free where the library is/);
  assert.match(without("extension"), /Raycast has no extensions/);
  const extensions = join(home, ".config/raycast/extensions");
  for (const [name, text] of Object.entries({ a: "{ broken", b: '{"name": "rememe", "version": "2.3"}' })) {
    mkdirSync(join(extensions, name), { recursive: true });
    writeFileSync(join(extensions, name, "package.json"), text);
  }
  const withAll = await look(0, "ffmpeg version 7.1 Copyright");
  assert.equal(withAll("video"), `videos are read by ${join(home, "ffmpeg")}, 7.1`);
  assert.match(withAll("extension"), /is there \(version 2\.3\)/);
});

test("the report's bytes hold no private name", async (t) => {
  const { home, env } = setUp(t);
  const token = "0123456789abcdef0123456789abcdef";
  writeFileSync(join(home, "token"), `${token}\n`);
  mkdirSync(join(home, "logs"));
  const stack = `Error: open '/Users/maria/Desktop/divorce/us.jpg'\n    at f (file://${home}/x/daemon/store/open.ts:12:3)`;
  const logged = [
    { level: 30, time: 1, msg: `looking at ${FOLDER.path}`, file: "us.jpg", query: "secret words" },
    {
      level: 60,
      time: 2,
      msg: "stopped",
      err: { type: "Error", message: `no us.jpg in ${FOLDER.path} ${token}`, stack },
    },
  ];
  writeFileSync(join(home, "logs/rememe.log"), logged.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const { context } = contextOf(home, { env });
  const lines: Line[] = [
    { check: "folder", state: "problem", text: `${FOLDER.path}: denied`, next: `open ${home}/other name of` },
    { check: "notice", state: "warning", text: "us.jpg is broken", next: "see divorce" },
    { check: "crash", state: "ok", text: "it crashed: us.jpg", next: null },
  ];
  const bytes = makeReport({ ...context, home: "/Users/maria" }, lines, [FOLDER]).toString("latin1");
  for (const secret of ["maria", "divorce", "us.jpg", "secret words", "other", "name of", home, token, hostname()]) {
    assert.ok(!bytes.includes(secret), secret);
  }
  const words = new RegExp(`(?<![\\w-])${userInfo().username}(?![\\w-])`);
  assert.doesNotMatch(bytes, words);
  assert.match(bytes, /<folder 7>: denied/);
  assert.match(bytes, /daemon\/store\/open\.ts:12:3/);
});

test("--report writes a zip that programs can read, for its owner only", async (t) => {
  const { home, env } = setUp(t);
  const { out } = await runCli(home, ["doctor", "--report", "--json"], { env, cwd: home });
  const { report } = JSON.parse(out) as { report: string };
  const bytes = readFileSync(report);
  assert.equal(bytes.readUInt32LE(0), 0x04034b50);
  const end = bytes.length - 22;
  assert.equal(bytes.readUInt16LE(end + 10), 3);
  assert.equal(bytes.readUInt32LE(bytes.readUInt32LE(end + 16)), 0x02014b50);
});
