// Every state the daemon can be in has its screen, with the one action that fixes it: no dead end, ever.
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { chmod, rename } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  ADDRESS_FILE,
  API_VERSION,
  type DaemonAddress,
  type Folder,
  type FolderList,
  TOKEN_FILE,
} from "../../shared/api.ts";
import { startDaemon, type TestDaemon } from "../helpers/daemon.ts";
import { directory, manyPictures, picture, tree } from "../helpers/pictures.ts";
import { setEnvironment, withoutRootsRights } from "./host/environment.ts";
import { eventually, type Screen, startRaycast, type View } from "./host/raycast.ts";
import { all } from "./host/renderer.ts";

const env = { REMEME_OCR: "false" };

const screenOf = (view: View, title: string): Promise<Screen> =>
  eventually(
    () => `“${title}”, not ${JSON.stringify(view.screen())}`,
    () => (view.screen()?.title === title ? view.screen() : null),
  );

test("not installed: how to install it, with the command to copy", async (t) => {
  const raycast = startRaycast(t, await directory(t));
  raycast.state.clipboard = { text: "", file: process.execPath };
  const views = [
    "search-memes",
    "library",
    "add-clipboard-picture",
    "find-similar-to-file",
    "find-similar-to-clipboard",
  ];
  for (const command of views) {
    const view = raycast.open(command);
    const { description, actions } = await screenOf(view, "Rememe Is Not Installed");
    assert.match(description, /npm ci && npm run -s rememe -- install/);
    assert.equal(actions[0], "Copy Install Command");
  }
});

test("installed but stopped: Enter starts it, and the pictures are there", async (t) => {
  const daemon = await startDaemon(t, { folders: [await manyPictures(t, 3)], env });
  await daemon.waitIdle();
  await daemon.stop();
  setEnvironment(t, { ...env, REMEME_PORT: "0" });
  const view = startRaycast(t, daemon.home).open("search-memes");
  const { actions } = await screenOf(view, "Rememe Is Not Running");
  assert.equal(actions[0], "Start Rememe");
  const menu = startRaycast(t, daemon.home).open("indexing-status");
  await eventually("Start in the menu bar", () =>
    all(menu.node, "MenuBarExtra.Item").some(({ props }) => props.title === "Start Rememe"),
  );
  const started = view.run("Start Rememe");
  try {
    await screenOf(view, "Starting Rememe");
    await started;
    await eventually("the pictures", () => view.names().length === 3);
  } finally {
    await started;
    killDaemonOf(daemon.home);
  }
});

test("a start that fails says why, and is tried again", async (t) => {
  const daemon = await startDaemon(t, { env });
  await daemon.stop();
  const config = join(daemon.home, "config.json");
  writeFileSync(config, "{ no json");
  setEnvironment(t, { ...env, REMEME_PORT: "0" });
  const raycast = startRaycast(t, daemon.home);
  const view = raycast.open("search-memes");
  await screenOf(view, "Rememe Is Not Running");
  await view.run("Start Rememe");
  const { description, actions } = await screenOf(view, "Rememe Did Not Start");
  assert.match(description, /config\.json/);
  assert.deepEqual(actions, ["Start Again", "Open Log", "Copy Error Details"]);
  assert.deepEqual(raycast.toasts(), []);
  assert.match(readFileSync(join(daemon.home, "logs/rememe.log"), "utf8"), /config-invalid/);
  rmSync(config);
  try {
    await view.run("Start Again");
    await screenOf(view, "Where Are Your Pictures?");
  } finally {
    killDaemonOf(daemon.home);
  }
});

test("another daemon is starting already: Start waits for that one", async (t) => {
  const daemon = await startDaemon(t, { folders: [await manyPictures(t, 2)], env });
  await daemon.waitIdle();
  const address = join(daemon.home, ADDRESS_FILE);
  await rename(address, `${address}.later`);
  setEnvironment(t, { ...env, REMEME_PORT: "0" });
  const view = startRaycast(t, daemon.home).open("search-memes");
  await screenOf(view, "Rememe Is Not Running");
  const started = view.run("Start Rememe");
  const log = join(daemon.home, "logs/rememe.log");
  await eventually(
    "the second one gave up",
    () => existsSync(log) && /already-running/.test(readFileSync(log, "utf8")),
  );
  await screenOf(view, "Starting Rememe");
  await rename(`${address}.later`, address);
  await started;
  await eventually("the pictures", () => view.names().length === 2);
});

test("a daemon of another version: which side to renew is said", async (t) => {
  const newer = await otherProgram(t, {
    name: "rememe",
    version: "9.9.9",
    apiVersion: API_VERSION + 1,
    pid: process.pid,
  });
  const view = startRaycast(t, newer.home).open("search-memes");
  const { description } = await screenOf(view, "Update This Extension");
  assert.match(description, /9\.9\.9/);
  assert.equal(view.actionProps("Open Store").target, "raycast://extensions/whoever-published-it/rememe");
  const older = await otherProgram(t, { name: "rememe", version: "0.0.1", apiVersion: 0, pid: process.pid });
  const second = startRaycast(t, older.home).open("library");
  const { actions } = await screenOf(second, "Update Rememe");
  assert.equal(actions[0], "Copy Update Command");
});

test("9: the token is not shown to another program that listens where a daemon was", async (t) => {
  for (const health of [{}, null, { name: "rememe", version: "9", apiVersion: API_VERSION, pid: process.pid + 1 }]) {
    const other = await otherProgram(t, health);
    const view = startRaycast(t, other.home).open("search-memes");
    await screenOf(view, "Rememe Is Not Installed");
    await view.close();
    assert.ok(other.asked.length > 0);
    assert.ok(other.asked.every(({ authorization }) => authorization === undefined));
  }
});

test("a daemon that hangs: it is said after seconds, and that is over when it answers again", async (t) => {
  const daemon = await startDaemon(t, { folders: [await manyPictures(t, 2)], env });
  await daemon.waitIdle();
  daemon.process.kill("SIGSTOP");
  t.after(() => daemon.process.kill("SIGCONT"));
  const view = startRaycast(t, daemon.home).open("search-memes");
  const { actions } = await screenOf(view, "Rememe runs but does not answer.");
  assert.deepEqual(actions.slice(0, 2), ["Try Again", "Open Log"]);
  daemon.process.kill("SIGCONT");
  await eventually("the pictures", () => view.names().length === 2);
});

test("no folders yet: one is chosen, and its pictures come without anything else to do", async (t) => {
  const daemon = await startDaemon(t, { env });
  const raycast = startRaycast(t, daemon.home);
  const view = raycast.open("search-memes");
  const { actions } = await screenOf(view, "Where Are Your Pictures?");
  assert.equal(actions[0], "Choose Folder");
  await view.run("Choose Folder");
  await eventually("the form", () => view.depth() === 2);
  await view.submit({ folders: [await manyPictures(t, 3)] });
  await eventually("back, with pictures", () => view.depth() === 1 && view.names().length === 3);
  assert.match(raycast.toasts()[0] ?? "", /^Watching/);
});

test("a folder that cannot be watched: the form stays, with the reason and what to do", async (t) => {
  const daemon = await startDaemon(t, { env });
  const raycast = startRaycast(t, daemon.home);
  const view = raycast.open("search-memes");
  await screenOf(view, "Where Are Your Pictures?");
  await view.run("Choose Folder");
  await eventually("the form", () => view.depth() === 2);
  await view.submit({ folders: [join(daemon.home, "nowhere")] });
  assert.match(raycast.toasts()[0] ?? "", /nowhere/);
  await view.submit({ folders: [] });
  assert.match(raycast.toasts()[1] ?? "", /Choose a folder first/);
  assert.equal(view.depth(), 2);
});

test("first indexing: paused, resumed, progress, and a search over what is there", async (t) => {
  const daemon = await startDaemon(t, { env });
  await daemon.post("/v1/pause");
  await daemon.addFolder(await manyPictures(t, 120));
  const view = startRaycast(t, daemon.home).open("search-memes");
  const paused = await screenOf(view, "Reading Pictures Is Paused");
  assert.match(paused.description, /Paused: 0 of 120 pictures/);
  await view.run("Resume");
  const { description, actions } = await screenOf(view, "Getting to Know Your Pictures");
  assert.equal(actions[0], "Show Progress");
  assert.match(description, /Reading pictures: \d+ of 120|Looking through/);
  const shown = await eventually("the first ones", () =>
    view.names().length > 0 ? view.sectionSubtitles().join() : null,
  );
  assert.match(shown, /Reading pictures: [\d,]+ of 120|^$/);
  await daemon.post("/v1/pause");
  const { pending } = (await daemon.status()).counts;
  view.type("in:nowhere");
  const expected = pending > 0 ? /Paused: \d+ of 120 pictures/ : /other words/;
  await eventually("that it may still come", () => expected.test(view.screen()?.description ?? ""));
});

test("one refused folder among others: named where nothing is found", async (t) => {
  const through = withoutRootsRights();
  if (!through) return t.skip("root reads everything, and there is no setpriv");
  const secret = await tree(await directory(t), { "secret/cat.png": await picture() });
  const folders = [await manyPictures(t, 2), join(secret, "secret")];
  const daemon = await startDaemon(t, { env, through, folders });
  await daemon.waitIdle();
  await chmod(join(secret, "secret"), 0);
  t.after(() => chmod(join(secret, "secret"), 0o700).catch(() => {}));
  await daemon.post("/v1/rescan");
  const view = startRaycast(t, daemon.home).open("search-memes", { fallbackText: "in:nowhere" });
  await eventually("the folder is named", () => view.screen()?.description.includes("Rememe may not read secret"));
});

test("folders that the system refuses, or that are not connected: said so", async (t) => {
  const through = withoutRootsRights();
  if (!through) return t.skip("root reads everything, and there is no setpriv");
  const base = await directory(t);
  const root = await tree(join(base, "root"), { "cat.png": await picture() });
  const daemon = await startDaemon(t, { env, through });
  await daemon.post("/v1/pause");
  await daemon.addFolder(root);
  await chmod(root, 0);
  t.after(() => chmod(root, 0o700).catch(() => {}));
  await daemon.post("/v1/rescan");
  const view = startRaycast(t, daemon.home).open("search-memes");
  const { description, actions } = await screenOf(view, "Rememe May Not Read Your Folders");
  assert.match(description, /Give yourself the right to read it/);
  assert.equal(actions[0], "Try Again");
  await chmod(root, 0o700);
  await rename(root, join(base, "away"));
  await daemon.post("/v1/rescan");
  await screenOf(view, "Your Folders Are Not Connected");
});

test("a folder that macOS asks about: what to do, and the pane that the daemon names", async (t) => {
  const daemon = await startDaemon(t, { env, folders: [await directory(t)] });
  await daemon.waitIdle();
  const settingsUrl = "x-apple.systempreferences:com.apple.preference.security?Privacy_Photos";
  const permission: Folder["permission"] = { advice: "Answer its dialog.", settingsUrl };
  const home = await asIfOnAMac(t, daemon, { state: "undecided", permission });
  const view = startRaycast(t, home).open("search-memes");
  const { description, actions } = await screenOf(view, "Rememe May Not Read Your Folders");
  assert.equal(description, "Answer its dialog.");
  assert.equal(actions[0], "Open Privacy Settings");
  assert.equal(view.actionProps("Open Privacy Settings").target, settingsUrl);
});

test("a picture that is saved while the newest are shown comes first by itself", async (t) => {
  const root = await manyPictures(t, 3);
  const daemon = await startDaemon(t, { folders: [root], env });
  await daemon.waitIdle();
  const view = startRaycast(t, daemon.home).open("search-memes");
  await eventually("the pictures", () => view.names().length === 3);
  await tree(root, { "new.png": await picture({ colour: "green", seed: 99 }) });
  await eventually("the new one", () => view.names()[0] === "new.png");
});

test("nothing found shows how the query was read; an empty folder is told apart", async (t) => {
  const daemon = await startDaemon(t, { folders: [await manyPictures(t, 2)], env });
  await daemon.waitIdle();
  const view = startRaycast(t, daemon.home).open("search-memes");
  await eventually("the pictures", () => view.names().length === 2);
  view.type("cat type:gif in:nowhere");
  const { description } = await screenOf(view, "Nothing Found");
  assert.match(description, /“type:gif”: .+\n“in:nowhere”: /);

  const empty = await startDaemon(t, { folders: [await directory(t)], env });
  await empty.waitIdle();
  await screenOf(startRaycast(t, empty.home).open("search-memes"), "No Pictures in Your Folders");
});

test("an error of the daemon is shown with its words and its next step", async (t) => {
  const daemon = await startDaemon(t, { folders: [await manyPictures(t, 1)], env });
  await daemon.waitIdle();
  const view = startRaycast(t, daemon.home).open("search-memes");
  await eventually("the picture", () => view.names().length === 1);
  view.type("x".repeat(10_001));
  const screen = await eventually("the error", () => view.screen());
  assert.match(screen.title, /10,?000|long|characters/);
  assert.deepEqual(screen.actions, ["Try Again", "Open Log", "Copy Error Details"]);
  view.type("");
  await eventually("the picture again", () => view.names().length === 1);
});

test("the daemon dies in mid-search and comes back: the view follows by itself", async (t) => {
  const root = await manyPictures(t, 4);
  const daemon = await startDaemon(t, { folders: [root], env });
  await daemon.waitIdle();
  const raycast = startRaycast(t, daemon.home);
  const view = raycast.open("search-memes");
  await eventually("the pictures", () => view.names().length === 4);
  daemon.process.kill("SIGSTOP");
  view.type("red");
  await eventually("it is being searched", () => view.isLoading());
  await daemon.kill();
  await screenOf(view, "Rememe Is Not Running");
  const second = await startDaemon(t, { home: daemon.home, env });
  await eventually("the pictures", () => view.names().length === 4 && view.screen() === null);
  await second.kill();
  await screenOf(view, "Rememe Is Not Running");
  assert.deepEqual(raycast.toasts(), [], "no noise on top of the screens");
});

/** A program that answers where a daemon was, with a token beside it. */
async function otherProgram(t: TestContext, health: object | null) {
  const home = await directory(t);
  const asked: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers);
    response.setHeader("content-type", "application/json").end(JSON.stringify(health));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const address: DaemonAddress = { pid: process.pid, port, apiVersion: API_VERSION, version: "1", startedAtMs: 1 };
  writeFileSync(join(home, ADDRESS_FILE), JSON.stringify(address));
  writeFileSync(join(home, TOKEN_FILE), "secret");
  return { home, asked };
}

/** The daemon that a command started has no test of its own to end it. */
function killDaemonOf(home: string): void {
  const { pid } = JSON.parse(readFileSync(join(home, ADDRESS_FILE), "utf8")) as DaemonAddress;
  process.kill(pid, "SIGKILL");
}

/** The home of the real daemon as it would answer where macOS decides about folders. */
async function asIfOnAMac(t: TestContext, daemon: TestDaemon, folder: Partial<Folder>): Promise<string> {
  const server = createServer(async (request, response) => {
    const answer = await daemon.api(request.url ?? "/");
    const body = await answer.text();
    const { pathname } = new URL(request.url ?? "/", daemon.url);
    response.writeHead(answer.status, { "content-type": "application/json" });
    if (pathname !== "/v1/folders") return response.end(body);
    const { folders } = JSON.parse(body) as FolderList;
    response.end(JSON.stringify({ folders: folders.map((each) => ({ ...each, ...folder })) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const home = await directory(t);
  const { port } = server.address() as AddressInfo;
  const address = JSON.parse(readFileSync(join(daemon.home, ADDRESS_FILE), "utf8")) as DaemonAddress;
  writeFileSync(join(home, ADDRESS_FILE), JSON.stringify({ ...address, port }));
  writeFileSync(join(home, TOKEN_FILE), daemon.token);
  return home;
}
