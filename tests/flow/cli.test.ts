// The command line as a person uses it: the real program, against the real daemon that it started itself.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Folder, SearchAnswer, Status } from "../../shared/api.ts";
import { OFFLINE, until } from "../helpers/daemon.ts";
import { directory, picture, tree } from "../helpers/pictures.ts";

const PROGRAM = new URL("../../bin/rememe.js", import.meta.url).pathname;

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Shell {
  readonly home: string;
  run(...args: readonly string[]): Promise<Ran>;
  json<T>(...args: readonly string[]): Promise<T>;
  /** `start` in a terminal of its own, once it answers. */
  start(...args: readonly string[]): Promise<{ readonly process: ChildProcess; ended(): Promise<Ran> }>;
}

async function shell(t: TestContext): Promise<Shell> {
  const home = await directory(t);
  const env = {
    ...process.env,
    ...OFFLINE,
    REMEME_HOME: home,
    REMEME_PORT: "0",
    NO_COLOR: "1",
    DISPLAY: "",
    WAYLAND_DISPLAY: "",
  };
  const launch = (args: readonly string[]) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
    const text = { out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (data: string) => {
      text.out += data;
    });
    child.stderr.setEncoding("utf8").on("data", (data: string) => {
      text.err += data;
    });
    const closed = once(child, "close");
    return { child, text, ended: async (): Promise<Ran> => ({ code: (await closed)[0] as number | null, ...text }) };
  };
  return {
    home,
    run: (...args) => launch(args).ended(),
    async json(...args) {
      const { code, out, err } = await launch([...args, "--json"]).ended();
      assert.equal(code, 0, `${args.join(" ")}: ${err}`);
      return JSON.parse(out);
    },
    async start(...args) {
      const { child, text, ended } = launch(["start", ...args]);
      t.after(async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill("SIGINT");
        await ended();
      });
      await until("everything can be found", async () => {
        if (child.exitCode !== null) throw new Error(`start ended: ${text.err}`);
        return text.out.includes("http://127.0.0.1:") || text.err.includes("http://127.0.0.1:");
      });
      return { process: child, ended };
    },
  };
}

const idle = ({ json }: Shell) =>
  until("nothing is left to do", async () => {
    const status = await json<Status>("status");
    return status.activity === "idle" && status.counts.pending === 0 ? status : null;
  });

test("start, find, look around, stop", async (t) => {
  const root = await tree(await directory(t), {
    "roses are red.png": await picture({ colour: "red" }),
    "sea/wave.jpg": await picture({ colour: "blue", format: "jpeg" }),
    "broken.png": Buffer.from("this is no picture"),
  });
  const rememe = await shell(t);
  assert.equal((await rememe.run("status")).code, 10);
  const { process: running, ended } = await rememe.start(root);
  const status = await idle(rememe);
  assert.deepEqual([status.counts.images, status.counts.failed], [2, 1]);

  const table = await rememe.run("search", "roses");
  assert.equal(table.code, 0);
  assert.match(table.out, /roses are red\.png/);
  const found = await rememe.json<SearchAnswer>("search", "blue");
  assert.equal(found.hits[0]?.image.name, "wave.jpg");
  const paths = await rememe.run("search", "roses", "-0");
  assert.equal(paths.out.split("\0")[0], join(root, "roses are red.png"));
  assert.equal((await rememe.run("search", "in:nowhere", "xyzzy")).code, 4);
  const similar = await rememe.json<SearchAnswer>("similar", join(root, "sea/wave.jpg"));
  assert.equal(similar.hits[0]?.image.name, "wave.jpg");

  const failures = await rememe.run("failures");
  assert.match(failures.out, /broken\.png/);
  assert.equal((await rememe.run("similar", join(root, "broken.png"))).code, 1);

  assert.equal((await rememe.run("pause")).code, 0);
  assert.equal((await rememe.json<Status>("status")).paused, true);
  assert.equal((await rememe.run("resume")).code, 0);

  const link = await rememe.run("open", "--print");
  const page = await fetch(link.out.trim(), { redirect: "manual" });
  assert.ok(page.headers.get("set-cookie")?.includes("HttpOnly"), `${page.status}`);

  running.kill("SIGINT");
  assert.equal((await ended()).code, 0);
  const after = await rememe.run("search", "roses");
  assert.equal(after.code, 10);
  assert.match(after.err, /not running/);
});

test("folders are added, listed and removed; a second start joins the first", async (t) => {
  const one = await tree(await directory(t), { "1.png": await picture({ colour: "green" }) });
  const two = await tree(await directory(t), { "2.png": await picture({ colour: "yellow" }) });
  const rememe = await shell(t);
  const { ended } = await rememe.start(one);
  const second = await rememe.run("start", two);
  assert.equal(second.code, 0);
  assert.equal((await rememe.run("add", one)).code, 0);
  assert.equal((await rememe.run("add", join(one, "missing"))).code, 1);
  const { folders } = await rememe.json<{ folders: readonly Folder[] }>("folders");
  assert.deepEqual(folders.map(({ path }) => path).toSorted(), [one, two].toSorted());
  await idle(rememe);

  await copyFile(join(two, "2.png"), join(two, "copy.png"));
  assert.equal((await rememe.run("rescan")).code, 0);
  await until("the copy is found", async () => (await rememe.run("search", "copy")).out.includes("copy.png"));
  assert.equal((await rememe.run("remove", two, "--yes")).code, 0);
  assert.equal((await rememe.run("search", "copy")).out.includes("copy.png"), false);
  assert.equal((await rememe.run("remove", two, "--yes")).code, 1);

  assert.equal((await rememe.run("stop")).code, 0);
  assert.equal((await ended()).code, 0);
});

test("killing start ends its daemon too", async (t) => {
  const rememe = await shell(t);
  const { process: running } = await rememe.start(await directory(t));
  assert.equal((await rememe.run("status")).code, 0);
  running.kill("SIGKILL");
  await until("nothing answers any more", async () => (await rememe.run("status")).code === 10);
});

test("what is not understood is said, with exit code 2, and nothing is done", async (t) => {
  const rememe = await shell(t);
  for (const args of [["serach"], ["search", "--colour"], ["similar"], ["start", "--port", "70000"], ["add"]]) {
    const { code, err, out } = await rememe.run(...args);
    assert.equal(code, 2, args.join(" "));
    assert.notEqual(err, "");
    assert.equal(out, "");
  }
  const asJson = await rememe.run("search", "cat", "--json");
  assert.equal(asJson.code, 10);
  assert.equal(JSON.parse(asJson.err).error.code, "not-running");
  assert.equal((await rememe.run("start", "/no/such/folder")).code, 1);
});
