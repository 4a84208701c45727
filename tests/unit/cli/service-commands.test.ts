// install, restart and logs, as far as they go without a service manager.
import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { askForFolders } from "../../../daemon/cli/commands/install.ts";
import type { Folder } from "../../../shared/api.ts";
import { until } from "../../helpers/daemon.ts";
import { contextOf, runCli } from "./cli-fixture.ts";

function setUp(t: TestContext) {
  const home = mkdtempSync(join(tmpdir(), "rememe-service-"));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  return { home, env: { HOME: home, REMEME_HOME: home, HF_TOKEN: "secret", HTTPS_PROXY: "http://me:pass@proxy" } };
}

test("install --dry-run shows what would be done, and does nothing", async (t) => {
  const { home, env } = setUp(t);
  const { exit, out } = await runCli(home, ["install", "--dry-run"], { env });
  if (process.platform === "win32") return t.skip("no service manager");
  assert.equal(exit, 0);
  assert.match(out, /1\. copy the program.*\n2\. write .*rememe.*\n3\. start it by (launchd|systemd)/);
  assert.match(out, /REMEME_HOME/);
  assert.doesNotMatch(out, /secret|pass@/);
  assert.deepEqual(readdirSync(home), []);
  const { isUpgrade, isChanged } = JSON.parse((await runCli(home, ["install", "--dry-run", "--json"], { env })).out);
  assert.deepEqual([isUpgrade, isChanged], [false, true]);
});

test("install asks a person for the first folder, when none is watched", async (t) => {
  const { home } = setUp(t);
  const watching = (...paths: string[]) => ({ folders: async () => paths.map((path) => ({ path }) as Folder) });
  const ask = (answer: string | undefined, ...watched: string[]) => {
    const { context, written } = contextOf(home, answer === undefined ? {} : { answer });
    return askForFolders(context, watching(...watched)).then((folders) => ({ folders, asked: written.err }));
  };
  const answered = await ask(" memes ");
  assert.deepEqual(answered.folders, ["/somewhere/memes"]);
  assert.match(answered.asked, /Which folder of pictures.*~\/Pictures/);
  assert.deepEqual((await ask("")).folders, []);
  assert.deepEqual(await ask("memes", "/watched"), { folders: [], asked: "" });
  assert.deepEqual(await ask(undefined), { folders: [], asked: "" });
});

test("restart says when there is nothing to restart", async (t) => {
  const { home, env } = setUp(t);
  const { exit, err } = await runCli(home, ["restart"], { env });
  assert.deepEqual([exit, err.split("\n")[0]], [1, "error: rememe is not installed as a service."]);
});

test("uninstall --purge asks, and wants the whole word", async (t) => {
  const { home, env } = setUp(t);
  const { exit, out, err } = await runCli(home, ["uninstall", "--purge"], { env, answer: "y" });
  assert.deepEqual([exit, out], [0, "Nothing was done.\n"]);
  assert.match(err, /for good, with all favourites and tags\?/);
  assert.equal((await runCli(home, ["uninstall", "--purge"], { env })).exit, 2);
});

test("logs shows the last lines, readable or as they are, and follows through a log that was put aside", async (t) => {
  const { home, env } = setUp(t);
  assert.match((await runCli(home, ["logs"], { env })).err, /There is no log yet/);
  mkdirSync(join(home, "logs"));
  const path = join(home, "logs/rememe.log");
  const line = (msg: string) => `${JSON.stringify({ level: 30, time: 0, msg })}\n`;
  writeFileSync(
    path,
    `${line("first")}${line("second \u009b31m red")}not json \u001b[31m\n${line("half").slice(0, 5)}`,
  );
  assert.equal((await runCli(home, ["logs", "--json", "-n", "1"], { env })).out, "not json \u001b[31m\n");
  const { out } = await runCli(home, ["logs"], { env });
  assert.match(out, /INFO.*: first\n.*INFO.*: second \?31m red\nnot json \\e\[31m\n$/);

  const stop = new AbortController();
  let seen = "";
  const onText = (text: string): void => {
    seen += text;
  };
  const person = { env, stop: stop.signal, onText };
  const following = runCli(home, ["logs", "-f", "--json", "-n", "0"], person);
  await until("it follows", async () => {
    if (!seen.includes("third")) appendFileSync(path, `\n${line("third")}`);
    return seen.includes("third");
  });
  renameSync(path, `${path}.1`);
  writeFileSync(path, line("fourth"));
  await until("it goes on in the new one", async () => seen.includes("fourth"));
  stop.abort();
  assert.equal((await following).exit, 0);
});
