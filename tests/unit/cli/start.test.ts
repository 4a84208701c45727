// start: the daemon's life in the foreground. The daemon here is api-daemon.ts: the real API, started and stopped as a process.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { isAlive } from "../../../daemon/cli/client.ts";
import { type Outcome, type Person, runCli } from "./cli-fixture.ts";

interface Started {
  readonly home: string;
  /** Resolves when start has ended. */
  readonly ended: Promise<Outcome>;
  /** Waits until this was written. */
  shown(text: string): Promise<void>;
  readonly stop: AbortController;
  readonly kill: AbortController;
  /** Process id of the daemon that daemon.json names. */
  pid(): number;
}

interface StartOptions extends Person {
  readonly home?: string;
  /** What is special about the daemon; see api-daemon.ts. */
  readonly daemon?: string;
}

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "rememe-start-"));
  t.after(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

function start(t: TestContext, args: readonly string[], options: StartOptions = {}): Started {
  const { home = directory(t), daemon = "" } = options;
  const stop = new AbortController();
  const kill = new AbortController();
  let text = "";
  const ended = runCli(home, ["start", ...args], {
    ...options,
    env: { ...(options.env ?? process.env), REMEME_HOME: home, TEST_DAEMON: daemon },
    stop: stop.signal,
    kill: kill.signal,
    onText: (written) => {
      text += written;
    },
  });
  let isEnded = false;
  void ended.finally(() => {
    isEnded = true;
  });
  t.after(async () => {
    stop.abort();
    kill.abort();
    await ended;
  });
  return {
    home,
    ended,
    stop,
    kill,
    pid: () => JSON.parse(readFileSync(join(home, "daemon.json"), "utf8")).pid,
    async shown(expected) {
      const deadline = Date.now() + 20_000;
      while (!text.includes(expected)) {
        if (isEnded || Date.now() > deadline) throw new Error(`"${expected}" was not shown, but:\n${text}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}

// Most of each test is the start of a process.
describe("start", { concurrency: 4 }, () => {
  test("start runs the daemon, watches the folders, tells how far it is and how to go on, and stops it on Ctrl-C", async (t) => {
    const folder = directory(t);
    const { home, ended, shown, stop, pid } = start(t, [folder], { daemon: "busy" });
    await shown("30 pictures can be found");
    const daemon = pid();
    assert.ok(isAlive(daemon));
    stop.abort();
    const { exit, out, err } = await ended;
    assert.equal(exit, 0);
    assert.ok(!isAlive(daemon));
    assert.ok(!existsSync(join(home, "daemon.json")));
    assert.match(
      out,
      new RegExp(
        `^Watching ${folder} and everything below it\\.\nThe first pictures can be found; the others follow\\.\n`,
      ),
    );
    assert.match(out, /Ctrl-C stops rememe\.\n\n30 pictures can be found, after \d+\.\d s\.\n$/);
    assert.match(out, /rememe search "WORDS"/);
    assert.match(out, /http:\/\/127\.0\.0\.1:\d+\/open\?code=/);
    assert.match(err, /^starting\nreading pictures: \d+ of 30 · 12\.3 per second · \d+ s left · \/pictures\n/);
    assert.match(readFileSync(join(home, "logs", "rememe.log"), "utf8"), /a message for the log/);
  });

  test("without any folder it watches the samples, and proposes searches that find something there", async (t) => {
    const samples = directory(t);
    const { ended, shown, stop } = start(t, [], { samples });
    await shown("Ctrl-C stops rememe.");
    stop.abort();
    const { out } = await ended;
    assert.match(out, new RegExp(`^Watching ${samples} `));
    for (const words of ["dog fire", "works on my machine", "blue sky"])
      assert.ok(out.includes(`rememe search "${words}"`));
    assert.match(out, /These are sample pictures\. To find your own:\n {2}rememe add/);
  });

  test("with folders of one's own the samples are said to be there, and how to be without them", async (t) => {
    const samples = directory(t);
    const { ended, shown, stop } = start(t, [samples, directory(t)], { samples });
    await shown("Ctrl-C stops rememe.");
    stop.abort();
    const { out } = await ended;
    assert.match(out, /rememe search "WORDS"/);
    assert.match(out, /The sample pictures are searched as well\. To be without them:\n {2}rememe remove 1\n/);
    assert.doesNotMatch(out, /To find your own/);
  });

  test("with --json every line is an event", async (t) => {
    const { ended, shown, stop } = start(t, ["--json", "--port", "0"], { daemon: "busy" });
    await shown('"ready"');
    stop.abort();
    const { out, err } = await ended;
    const events = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const names = events.map(({ event }) => event);
    assert.deepEqual(
      [...new Set(names)],
      ["starting", "running", "searchable", "progress", "ready", "stopping", "stopped"],
    );
    assert.equal(err, "");
    const [searchable, ready] = ["searchable", "ready"].map((name) => events.find(({ event }) => event === name));
    assert.deepEqual([searchable.status.counts.images, typeof searchable.link.url], [10, "string"]);
    assert.deepEqual([ready.status.counts.images, typeof ready.seconds], [30, "number"]);
  });

  test("a folder that does not exist, or is none, is refused before anything is started", async (t) => {
    const home = directory(t);
    const file = join(home, "file");
    writeFileSync(file, "");
    for (const [folder, message] of [
      [join(home, "nowhere\n"), /There is no folder .*nowhere\\n\./],
      [file, /file is not a folder/],
      [join(file, "x"), /There is no folder/],
    ] as const) {
      const { exit, err } = await start(t, [home, folder], { home: join(home, "data") }).ended;
      assert.equal(exit, 1);
      assert.match(err, message);
      assert.ok(!existsSync(join(home, "data")));
    }
  });

  test("a folder that the daemon refuses ends the start with its reason, and the daemon too", async (t) => {
    const folder = join(directory(t), "forbidden");
    mkdirSync(folder);
    const { home, ended } = start(t, [folder]);
    const { exit, err } = await ended;
    assert.equal(exit, 1);
    assert.match(err, /error: Not this one\.\n/);
    assert.ok(!existsSync(join(home, "daemon.json")));
  });

  test("when the daemon cannot start, its own reason and hint are shown", async (t) => {
    const words = await start(t, [], { daemon: "fails" }).ended;
    assert.equal(words.exit, 1);
    assert.match(words.err, /error: Another program has it\.\nTake another\.\n$/);
    const { exit, err } = await start(t, ["--json"], { daemon: "fails" }).ended;
    assert.deepEqual(
      [exit, JSON.parse(err)],
      [1, { error: { code: "port-taken", message: "Another program has it.", hint: "Take another." } }],
    );
  });

  test("when the daemon crashes, at once or later, it says how and where the messages are", async (t) => {
    for (const daemon of ["crashes", "dies"]) {
      const { home, ended } = start(t, [], { daemon });
      const { exit, err } = await ended;
      assert.equal(exit, 1);
      assert.match(err, /error: The daemon ended \(SIG(ABRT|KILL)\)\.\n/);
      assert.ok(err.includes(join(home, "logs", "rememe.log")));
    }
  });

  test("Ctrl-C a second time kills a daemon that does not stop", async (t) => {
    const { ended, shown, stop, kill, pid } = start(t, [], { daemon: "hangs" });
    await shown("Ctrl-C stops rememe.");
    const daemon = pid();
    stop.abort();
    await shown("stopping");
    assert.ok(isAlive(daemon));
    kill.abort();
    assert.equal((await ended).exit, 130);
    assert.ok(!isAlive(daemon));
  });

  test("a second start joins the one that runs, and stop ends it", async (t) => {
    const folder = directory(t);
    const first = start(t, []);
    await first.shown("Ctrl-C stops rememe.");
    const daemon = first.pid();
    const second = await start(t, [folder, "--port", "1"], { home: first.home }).ended;
    assert.equal(second.exit, 0);
    assert.match(
      second.out,
      new RegExp(`^rememe is running already \\(process ${daemon}, port \\d+\\)\\.\nWatching ${folder} `),
    );
    assert.match(second.out, /open\?code=/);
    assert.match(second.err, /It keeps its port/);
    const again = await start(t, [folder, "--open"], { home: first.home, env: {} }).ended;
    assert.equal(again.exit, 0);
    assert.match(again.err, /^Watched already\.\n/);
    if (process.platform === "linux") assert.match(again.err, /There is no display here/);
    assert.ok(isAlive(daemon));
    assert.deepEqual(await runCli(first.home, ["stop"]), { exit: 0, out: "rememe has stopped.\n", err: "" });
    assert.ok(!isAlive(daemon));
    assert.equal((await runCli(first.home, ["stop"])).exit, 10);
    const { exit, err } = await first.ended;
    assert.deepEqual([exit, err.split("\n").at(-2)], [0, "rememe was stopped."]);
  });

  test("start ends well when it is stopped from elsewhere in the middle of the work, however long that takes", async (t) => {
    const { home, ended, shown } = start(t, [], { daemon: "slow" });
    await shown("reading pictures");
    assert.equal((await runCli(home, ["stop"])).exit, 0);
    const { exit, err } = await ended;
    assert.deepEqual([exit, err.split("\n").at(-2)], [0, "rememe was stopped."]);
  });

  test("--quiet leaves nothing but problems", async (t) => {
    const { home, ended, stop } = start(t, ["--quiet"], { isTTY: true });
    const deadline = Date.now() + 20_000;
    while (!existsSync(join(home, "daemon.json")) && Date.now() < deadline)
      await new Promise((done) => setTimeout(done, 20));
    stop.abort();
    assert.deepEqual(await ended, { exit: 0, out: "", err: "" });
  });
});
