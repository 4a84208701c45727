// Every other command against the API: what it asks, says and ends with.
import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS } from "../../../daemon/cli/run.ts";
import { AppError } from "../../../daemon/errors.ts";
import { API_VERSION, type ErrorCode, type Failure, type Folder, type ModelUpgrade } from "../../../shared/api.ts";
import { MODELS, STATUS } from "../../contract/api-fixture.ts";
import { runCli, startCli } from "./cli-fixture.ts";

const refusing =
  (refusals: Record<string, ErrorCode>) =>
  async (path: string): Promise<Folder> => {
    const code = refusals[path];
    if (code) throw new AppError(code, `No: ${path}`, { hint: "Because." });
    return {
      id: 2,
      path,
      state: "online",
      permission: null,
      files: 0,
      pending: 0,
      failed: 0,
      addedAtMs: 1,
      lastScanAtMs: null,
    };
  };

test("add watches folders, given relative to where one is", async (t) => {
  const { rememe, calls } = await startCli(t);
  const { exit, out } = await rememe(["add", "memes", "~/b", "/c"], { cwd: "/here" });
  assert.deepEqual([exit, out.split("\n")[0]], [0, "Watching /here/memes (folder 1)."]);
  assert.deepEqual(calls, [
    ["addFolder", "/here/memes"],
    ["addFolder", "/home/me/b"],
    ["addFolder", "/c"],
  ]);
});

test("add does what it can: watched already is fine, some is 3, none is 1", async (t) => {
  const addFolder = refusing({
    "/known": "folder-exists",
    "/inside": "folder-inside",
    "/bad": "folder-forbidden",
    "/no": "folder-missing",
  });
  const { rememe } = await startCli(t, { addFolder });
  const exit = async (...args: string[]) => (await rememe(["add", ...args])).exit;
  assert.deepEqual(
    [await exit("/known", "/inside"), await exit("/good", "/bad"), await exit("/bad", "/no"), await exit("/bad")],
    [0, 3, 1, 1],
  );
  const { out, err } = await rememe(["add", "/good", "/bad", "/known", "--json"]);
  const { added, already, refused } = JSON.parse(out);
  assert.deepEqual(
    [added.length, already[0].path, refused[0].error],
    [1, "/known", { code: "folder-forbidden", message: "No: /bad", hint: "Because." }],
  );
  assert.equal(err, "");
});

test("remove asks first, and takes only yes for a yes", async (t) => {
  const { rememe, calls } = await startCli(t);
  const no = await rememe(["remove", "1"], { answer: "nope" });
  assert.deepEqual([no.exit, no.out, calls], [0, "Nothing was done.\n", []]);
  assert.match(no.err, /Forget \/pictures \(3 pictures\)\? The files on disk stay as they are/);
  assert.equal((await rememe(["remove", "/pictures"], { answer: "y" })).exit, 0);
  assert.equal((await rememe(["remove", "1", "--yes"])).exit, 0);
  assert.deepEqual(calls, [
    ["removeFolder", 1],
    ["removeFolder", 1],
  ]);
});

test("remove does nothing when nobody can be asked", async (t) => {
  const { rememe, calls } = await startCli(t);
  const { exit, err } = await rememe(["remove", "1"]);
  assert.deepEqual([exit, calls], [2, []]);
  assert.match(err, /Add --yes/);
  assert.equal((await rememe(["remove", "9", "--yes"])).exit, 1);
});

test("folders lists them; trouble is named in words", async (t) => {
  const folder = { ...(await refusing({})("/home/me/\u001b[0m")), state: "offline", files: 1_234 } as const;
  const { rememe } = await startCli(t, { folders: () => [folder] });
  const { out } = await rememe(["folders"]);
  assert.match(out, /^id +path +state +files +waiting +failed\n +2 +~\/\\e\[0m +not connected +1,234 +0 +0\n$/);
  const none = await startCli(t, { folders: () => [] });
  assert.match((await none.rememe(["folders"])).err, /rememe add ~\/Pictures/);
});

test("status says what it does, knows and runs on, with the daemon's notices", async (t) => {
  const { rememe, port } = await startCli(t, { status: () => ({ ...STATUS, notices: ["The disk is \u001b full."] }) });
  const { exit, out } = await rememe(["status"]);
  assert.equal(exit, 0);
  for (const part of [
    "up to date · 2 pictures can be found",
    "1 file could not be read: rememe failures",
    "Palette · MIT · runs on cpu",
    `process ${process.pid}, port ${port}`,
    "! The disk is \\e full.",
  ]) {
    assert.ok(out.includes(part), part);
  }
  assert.deepEqual(JSON.parse((await rememe(["status", "--json"])).out).counts, STATUS.counts);
});

test("status --watch reports until nothing is left to do", async (t) => {
  const states = [{ ...STATUS, activity: "indexing" as const }, STATUS];
  const folders = async () => [{ ...(await refusing({})("/p")), lastScanAtMs: 1 }];
  const watched = await folders();
  const { rememe } = await startCli(t, { status: () => states.shift() ?? STATUS, folders: () => watched });
  const { exit, out } = await rememe(["status", "--watch", "--json"]);
  const lines = out.trimEnd().split("\n");
  assert.deepEqual([exit, lines.map((line) => JSON.parse(line).activity)], [0, ["indexing", "idle"]]);
});

test("failures are listed with reason and next try, and tried again", async (t) => {
  const failure: Failure = {
    fileId: 5,
    path: "/p/bad\n.png",
    stage: "decode",
    reason: "truncated",
    message: "It ends too early.",
    attempts: 2,
    lastTryAtMs: 1,
    retryAtMs: null,
  };
  const retried: unknown[] = [];
  const { rememe } = await startCli(t, {
    failures: ({ offset = 0 }) => ({
      failures: offset === 0 ? [failure] : [],
      total: 2,
      nextOffset: offset === 0 ? 1 : null,
    }),
    retryFailures: (ids) => {
      retried.push(ids);
      return 1;
    },
  });
  const listed = await rememe(["failures"]);
  assert.match(listed.out, / 5 +\/p\/bad\\n\.png +It ends too early\. \(decode\) +2 +when it changes\n/);
  assert.match(listed.err, /2 files in all; for the next ones: --offset 1/);
  assert.equal((await rememe(["failures", "--offset", "1"])).err, "No file has failed.\n");
  assert.equal((await rememe(["failures", "--retry"])).exit, 0);
  assert.equal((await rememe(["failures", "--retry", "5", "6"])).exit, 3);
  assert.deepEqual(retried, [undefined, [5, 6]]);
  assert.equal((await rememe(["failures", "5"])).exit, 2);
  assert.equal((await rememe(["failures", "--retry", "five"])).exit, 2);
});

test("rescan, pause and resume ask for just that", async (t) => {
  const { rememe, calls } = await startCli(t);
  for (const args of [["rescan"], ["rescan", "1"], ["rescan", "/pictures"], ["pause"], ["resume"]]) {
    assert.equal((await rememe(args)).exit, 0, args.join(" "));
  }
  assert.deepEqual(calls, [["rescan", undefined], ["rescan", 1], ["rescan", 1], ["pause"], ["resume"]]);
});

test("open prints a link that works, where there is no display or it is asked for", async (t) => {
  const { rememe } = await startCli(t);
  const { out } = await rememe(["open", "--print"], { env: { DISPLAY: ":0" } });
  const answer = await fetch(out.trim(), { redirect: "manual" });
  assert.match(answer.headers.get("set-cookie") ?? "", /HttpOnly/);
  assert.match(JSON.parse((await rememe(["open", "--json"], { env: { DISPLAY: ":0" } })).out).url, /\/open\?code=/);
});

test("help and --help show every command, and every command has help", async () => {
  const all = await runCli("/nowhere", ["--help"]);
  assert.equal(all.exit, 0);
  for (const { name } of COMMANDS) {
    assert.match(all.out, new RegExp(`^ {2}${name}\\b`, "m"));
    const { exit, out } = await runCli("/nowhere", [name, "--help"]);
    assert.deepEqual([exit, name === "help" || out.startsWith(`Usage: rememe ${name}`)], [0, true]);
    assert.equal((await runCli("/nowhere", ["help", name])).exit, 0);
  }
  const data = JSON.parse((await runCli("/nowhere", ["help", "--json"])).out);
  assert.equal(data.commands.length, COMMANDS.length);
});

test("no command, or an unknown one, is a usage error that shows the way", async () => {
  const none = await runCli("/nowhere", []);
  assert.deepEqual([none.exit, none.out], [2, ""]);
  assert.match(none.err, /Usage: rememe COMMAND/);
  const wrong = await runCli("/nowhere", ["serach", "dog"]);
  assert.deepEqual([wrong.exit, wrong.err], [2, 'error: There is no command "serach".\nDid you mean search?\n']);
  assert.equal((await runCli("/nowhere", ["constructor", "dog"])).exit, 2, "a name that every object has");
  const json = await runCli("/nowhere", ["\u001b[2J", "--json"]);
  assert.equal(JSON.parse(json.err).error.code, "usage");
});

test("version is known without a daemon", async () => {
  assert.match((await runCli("/nowhere", ["--version"])).out, /^rememe \d+\.\d+\.\d+\n$/);
  assert.equal(JSON.parse((await runCli("/nowhere", ["version", "--json"])).out).apiVersion, API_VERSION);
});

test("mark adds and takes away tags, and sends only what was asked for", async (t) => {
  const { rememe, calls } = await startCli(t);
  const { exit, out } = await rememe(["mark", "7", "--favourite", "--tag", "fun, work", "--untag", "DOG"]);
  assert.equal(exit, 0);
  assert.deepEqual(calls.at(-1), ["mark", 7, { favourite: true, tags: ["fun", "work"] }]);
  assert.match(out, /^7 {2}\/pictures\/dog\.png {2}favourite, #fun, #work$/m);
  assert.equal((await rememe(["mark", "7"])).out, "7  /pictures/dog.png  #dog\n");
  assert.equal(calls.at(-1)?.[0], "image");
  assert.equal((await rememe(["mark", "7", "--hide", "--unhide"])).exit, 2);
  assert.equal((await rememe(["mark", "dog.png", "--hide"])).exit, 2);
});

test("reveal shows one of a picture's files and tells which", async (t) => {
  const { rememe, calls } = await startCli(t);
  assert.equal((await rememe(["reveal", "7"])).out, "/pictures/dog.png\n");
  assert.deepEqual(calls.at(-1), ["reveal", 7, undefined]);
  const { out } = await rememe(["reveal", "7", "--file", "/pictures/copy.png", "--json"]);
  assert.deepEqual(JSON.parse(out), { path: "/pictures/copy.png" });
  assert.equal((await rememe(["reveal"])).exit, 2);
});

test("trash asks first, tells what was not moved, and moves back the last", async (t) => {
  const { rememe, calls } = await startCli(t);
  assert.equal((await rememe(["trash", "7"], { answer: "no" })).out, "Nothing was done.\n");
  assert.equal((await rememe(["trash", "7"])).exit, 2, "nobody can be asked");
  assert.ok(!calls.some(([name]) => name === "trash"));
  assert.match((await rememe(["trash", "7", "--yes"])).out, /Moved to the Trash: \/pictures\/old\.png/);
  assert.deepEqual(calls.at(-1), ["trash", 7, undefined]);
  assert.equal((await rememe(["trash", "--undo"])).out, "Moved back: /pictures/old.png\n");
  assert.deepEqual(calls.at(-1), ["restore", 5]);
});

test("duplicates, random and forget-uses print what the API answers", async (t) => {
  const { rememe, calls } = await startCli(t);
  const { exit, out } = await rememe(["duplicates", "--limit", "5"]);
  assert.deepEqual([exit, calls.at(-1)], [0, ["duplicates", { limit: 5, offset: 0 }]]);
  assert.match(out, /1 {3}7 .*dog\.png .*640 × 480/);
  assert.equal((await rememe(["random", "--favourite"])).out, "/pictures/dog.png\n");
  assert.deepEqual(calls.at(-1), ["random", { only: "favourite" }]);
  assert.equal((await rememe(["forget-uses"])).out, "3 uses forgotten.\n");
});

test("models shows what is here of each, and which is chosen", async (t) => {
  const { rememe } = await startCli(t);
  const { exit, out } = await rememe(["models"]);
  assert.equal(exit, 0);
  assert.match(out, /^palette +in use +included +en +48 +MIT +Palette$/m);
  assert.match(out, /^mobileclip-s1 +300 MB +en +256 +research +MobileCLIP S1$/m);
  assert.match(
    out,
    /The setting is auto, which ends up with siglip2-base-patch16-224\. Another one: rememe model use NAME/,
  );
  assert.deepEqual(JSON.parse((await rememe(["models", "--json"])).out), MODELS);
});

test("model use takes names as they are and makes directories absolute; what comes of it is said", async (t) => {
  let setting = "auto";
  const { rememe, calls } = await startCli(t, {
    async useModel(name) {
      setting = name;
    },
    models: () => ({ ...MODELS, setting }),
  });
  const fetched = await rememe(["model", "use", "mobileclip-s1"]);
  assert.match(fetched.out, /Its licence allows research only: research\./);
  assert.match(
    fetched.out,
    /MobileCLIP S1 is fetched \(300 MB\), then indexes every picture and takes over\. Until then Palette answers\./,
  );
  assert.equal((await rememe(["model", "use", "palette"])).out, "Palette is in use.\n");
  await rememe(["model", "use", "./mine"], { cwd: "/here" });
  assert.equal(setting, "/here/mine");
  await rememe(["model", "use", "~/mine"]);
  assert.equal(setting, "/home/me/mine");
  await rememe(["model", "use", "owner/name"]);
  assert.equal(setting, "owner/name");
  const misspelt = await rememe(["model", "take", "palette"]);
  assert.deepEqual([misspelt.exit, calls.length], [2, 0]);
});

test("model use: a model that cannot be used is the daemon's error, with its next step", async (t) => {
  const useModel = async () => {
    throw new AppError("model-unknown", 'There is no model "x".', { hint: "`rememe models` lists them." });
  };
  const { rememe } = await startCli(t, { useModel });
  const { exit, err } = await rememe(["model", "use", "x"]);
  assert.deepEqual([exit, err], [1, 'error: There is no model "x".\n`rememe models` lists them.\n']);
  const { err: typed } = await rememe(["model", "use", "x"], { program: "npm run -s rememe --" });
  assert.match(typed, /`npm run -s rememe -- models` lists them/);
});

test("embed prints a vector of words or of a picture, and nothing for words without meaning", async (t) => {
  const { rememe, calls } = await startCli(t);
  assert.equal((await rememe(["embed", "dog", "on fire"])).out, "[0.6,0.8]\n");
  assert.deepEqual(JSON.parse((await rememe(["embed", "-p", "cat.png", "--json"], { cwd: "/here" })).out), {
    model: "palette",
    dimension: 2,
    vector: [0.6, 0.8],
  });
  assert.deepEqual(calls, [
    ["embed", { text: "dog on fire" }],
    ["embed", { path: "/here/cat.png" }],
  ]);
  for (const args of [[], ["words", "--picture", "cat.png"]]) assert.equal((await rememe(["embed", ...args])).exit, 2);
  const dumb = await startCli(t, { embed: async () => ({ model: "palette", dimension: 2, vector: null }) });
  const { exit, out } = await dumb.rememe(["embed", "xyzzy"]);
  assert.deepEqual([exit, out], [4, ""]);
});

test("status says how far another model is", async (t) => {
  const upgrade = { title: "SigLIP 2", done: 12_300, total: 140_000, secondsLeft: 2_460, problem: null } as const;
  const said = async (more: Partial<ModelUpgrade>) => {
    const { rememe } = await startCli(t, {
      status: () => ({ ...STATUS, upgrade: { ...upgrade, phase: "indexing", ...more } }),
    });
    return (await rememe(["status"])).out;
  };
  assert.match(await said({}), /upgrading to SigLIP 2: 12,300 of 140,000, 41 min left/);
  assert.match(
    await said({ phase: "downloading", done: 1e6, total: 784e6 }),
    /SigLIP 2: 1\.0 MB of 784 MB fetched, 41 min left/,
  );
  assert.match(await said({ phase: "checking" }), /SigLIP 2: trying it on this machine/);
  assert.match(await said({ phase: "waiting", problem: "No network." }), /SigLIP 2: waiting\. No network\./);
});
