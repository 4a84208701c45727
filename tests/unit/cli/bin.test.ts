// bin/rememe.js: the right Node, the right entry, and signals and exit codes that pass through.
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { asTyped, programName, userDirectory } from "../../../daemon/cli/program-name.ts";
import { OFFLINE } from "../../helpers/daemon.ts";

const root = new URL("../../..", import.meta.url).pathname;
const bin = join(root, "bin", "rememe.js");

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function runWith(node: string, script: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(node, [script, ...args], { env: { ...process.env, ...env } }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

/** A Node of the system that is too old for rememe, or null. */
function oldNode(): string | null {
  for (const path of ["/usr/bin/node", "/usr/local/bin/node", "/opt/homebrew/bin/node"]) {
    if (!existsSync(path)) continue;
    const [major = 0] = execFileSync(path, ["--version"], { encoding: "utf8" }).slice(1).split(".").map(Number);
    if (major >= 18 && major < 24) return path;
  }
  return null;
}

/** An installation with this program as its compiled command line. */
function installation(t: TestContext, program: string | null): string {
  const path = mkdtempSync(join(tmpdir(), "rememe-bin-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  mkdirSync(join(path, "bin"));
  cpSync(bin, join(path, "bin", "rememe.js"));
  cpSync(join(root, "package.json"), join(path, "package.json"));
  if (program !== null) {
    mkdirSync(join(path, "dist/daemon/cli"), { recursive: true });
    writeFileSync(join(path, "dist/daemon/cli/main.js"), program);
  }
  return join(path, "bin", "rememe.js");
}

test("a checkout runs its sources, and exit codes pass through", async () => {
  const version = await runWith(process.execPath, bin, ["version"]);
  assert.match(version.out, /^rememe \d/);
  assert.equal((await runWith(process.execPath, bin, ["nonsense"])).code, 2);
  const home = join(tmpdir(), "rememe-bin-test-nowhere");
  assert.equal((await runWith(process.execPath, bin, ["status"], { REMEME_HOME: home })).code, 10);
});

test("a package runs what was compiled", async (t) => {
  const script = installation(t, "process.stdout.write('compiled ' + process.argv.slice(2)); process.exitCode = 3;");
  assert.deepEqual(await runWith(process.execPath, script, ["a", "--b"]), { code: 3, out: "compiled a,--b", err: "" });
});

test("an incomplete installation says what is missing", async (t) => {
  const empty = await runWith(process.execPath, installation(t, null), []);
  assert.equal(empty.code, 1);
  assert.match(empty.err, /^error: This installation is not complete/);
  const bare = await runWith(process.execPath, installation(t, 'import "a-package-that-is-not-there";'), []);
  assert.equal(bare.code, 1);
  assert.match(bare.err, /a-package-that-is-not-there.*\nRun `npm install` in /s);
});

const old = oldNode();
const needsOldNode = { skip: old === null && "there is no Node from 18 to 23 on this machine" };

test("an old Node hands over to the one that npm installed", needsOldNode, async (t) => {
  const version = await runWith(old ?? "", bin, ["version", "--json"]);
  assert.equal(
    JSON.parse(version.out).node,
    execFileSync(process.execPath, ["--version"], { encoding: "utf8" }).trim(),
  );
  const script = installation(t, "process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 10_000);");
  symlinkSync(join(root, "node_modules"), join(script, "../../node_modules"));
  assert.equal((await runWith(old ?? "", script, [])).code, 143);
});

test("signals reach the program behind an old Node", needsOldNode, async (t) => {
  const script = installation(
    t,
    "process.on('SIGINT', () => { console.log('heard'); process.exit(7); }); setInterval(() => {}, 1000); console.log('ready');",
  );
  symlinkSync(join(root, "node_modules"), join(script, "../../node_modules"));
  const child = execFile(old ?? "", [script]);
  let out = "";
  child.stdout?.on("data", (text: string) => {
    out += text;
    if (out === "ready\n") child.kill("SIGINT");
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  assert.deepEqual([code, out], [7, "ready\nheard\n"]);
});

test("an old Node with nothing to hand over to says what to do", needsOldNode, async (t) => {
  const { code, err } = await runWith(old ?? "", installation(t, ""), []);
  assert.equal(code, 1);
  assert.match(err, /^error: rememe needs Node 24\.15 or newer; this is v\d+.*npm rebuild node/);
});

test("Ctrl-C that arrives twice, as from a terminal through npm, stops the real daemon in good order", async (t) => {
  const home = mkdtempSync(join(tmpdir(), "rememe-bin-home-"));
  t.after(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  const pictures = join(home, "pictures");
  mkdirSync(pictures);
  const env = { ...process.env, ...OFFLINE, REMEME_HOME: join(home, "data"), REMEME_PORT: "0" };
  const child = execFile(old ?? process.execPath, [bin, "start", pictures, "--json"], { env });
  t.after(() => child.kill("SIGKILL"));
  let out = "";
  let isReady = false;
  child.stdout?.on("data", (text: string) => {
    out += text;
    if (isReady || !out.includes('"event":"ready"')) return;
    isReady = true;
    child.kill("SIGINT");
    child.kill("SIGTERM");
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  assert.equal(code, 0, out);
  assert.match(out, /"event":"stopped"/);
  assert.ok(!existsSync(join(home, "data", "daemon.json")));
});

test("relative paths count from where npm was called", () => {
  assert.equal(userDirectory({}, "/src"), "/src");
  assert.equal(userDirectory({ INIT_CWD: "/left/over" }, "/src"), "/src");
  assert.equal(userDirectory({ npm_lifecycle_event: "rememe", INIT_CWD: "/src/samples" }, "/src"), "/src/samples");
});

test("hints name the program the way it was started", () => {
  assert.equal(programName({}, "/usr/local/bin/rememe", "/home/me"), "rememe");
  assert.equal(programName({}, "/src/rememe/bin/rememe.js", "/src/rememe"), "node bin/rememe.js");
  assert.equal(programName({}, "/src/rememe/bin/rememe.js", "/home/me"), "node /src/rememe/bin/rememe.js");
  assert.equal(programName({ npm_lifecycle_event: "start" }, "/src/bin/rememe.js", "/src"), "npm run -s rememe --");
  assert.equal(programName({ npm_command: "exec" }, "/cache/.bin/rememe", "/src"), "npx rememe");
  const said = "rememe stopped: `rememe resume` goes on, `rememe doctor --report` says why.";
  assert.equal(
    asTyped(said, "node $&/x.js"),
    "rememe stopped: `node $&/x.js resume` goes on, `node $&/x.js doctor --report` says why.",
  );
  assert.equal(asTyped(said, "rememe"), said);
});
