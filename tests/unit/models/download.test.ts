import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { type DownloadOptions, download, unfinished, type Wanted } from "../../../daemon/models/download/download.ts";
import { hubAccess } from "../../../daemon/models/download/hub-access.ts";
import { exportedFiles } from "../../../daemon/models/exported-files.ts";
import { type FakeHub, gitId, type HubFiles, sha256, startHub } from "../../helpers/fake-hub.ts";

const REPOSITORY = "org/tiny";
const LARGE = Buffer.alloc(300_000, "0123456789 large ");
const FILES: HubFiles = { "config.json": '{"small":true}', "onnx/vision.onnx": LARGE, "README.md": "not wanted" };

const file = (path: string, isKnown = true) => {
  const bytes = Buffer.from(FILES[path] as Buffer);
  return { path, sizeBytes: isKnown ? bytes.length : null, sha256: isKnown ? sha256(bytes) : null };
};
const WANTED: Wanted = {
  repository: REPOSITORY,
  revision: null,
  files: [file("config.json", false), file("onnx/vision.onnx", false)],
};

async function setUp(t: TestContext) {
  const hub = await startHub(t, { [REPOSITORY]: FILES });
  const home = await mkdtemp(join(tmpdir(), "rememe-models-"));
  t.after(() => rm(home, { recursive: true, force: true }));
  const directory = join(home, "tiny");
  const env: NodeJS.ProcessEnv = { HF_ENDPOINT: hub.url, HF_HOME: join(home, "hf") };
  const progress: [number, number][] = [];
  const get = (options: Partial<DownloadOptions> & { env?: NodeJS.ProcessEnv; wanted?: Wanted } = {}) =>
    download(options.wanted ?? WANTED, {
      directory,
      access: hubAccess({ ...env, ...options.env }),
      signal: t.signal,
      pausesMs: [1, 1, 1],
      onProgress: (...numbers) => progress.push(numbers),
      ...options,
    });
  return { hub, home, directory, env, progress, get };
}

async function assertWhole(directory: string): Promise<void> {
  assert.deepEqual(await readFile(join(directory, "onnx/vision.onnx")), LARGE);
  assert.equal(await readFile(join(directory, "config.json"), "utf8"), FILES["config.json"]);
  assert.equal(existsSync(unfinished(directory)), false);
}

const contentRequests = (hub: FakeHub) => hub.requests.filter(({ path }) => !path.startsWith("/api/"));

test("the wanted files, and no others, are there at the end, with what is written beside them", async (t) => {
  const { hub, directory, progress, get } = await setUp(t);
  await get({ extras: (commit) => ({ "manifest.json": commit }) });
  await assertWhole(directory);
  assert.deepEqual((await readdir(directory)).sort(), ["config.json", "manifest.json", "onnx"]);
  assert.equal(await readFile(join(directory, "manifest.json"), "utf8"), hub.commit);
  assert.deepEqual(progress.at(-1), [LARGE.length + 14, LARGE.length + 14]);
  const asked = hub.requests.length;
  await get();
  assert.equal(hub.requests.length, asked, "what is there is not asked for again");
});

test("what is pinned is fetched without asking what it is", async (t) => {
  const { hub, directory, get } = await setUp(t);
  await get({ wanted: { ...WANTED, revision: hub.commit, files: [file("config.json"), file("onnx/vision.onnx")] } });
  await assertWhole(directory);
  assert.equal(
    hub.requests.some(({ path }) => path.startsWith("/api/")),
    false,
  );
});

test("files can be chosen among those of the repository", async (t) => {
  const { directory, get } = await setUp(t);
  await get({ wanted: { ...WANTED, files: (paths) => paths.filter((path) => path.endsWith(".json")) } });
  assert.deepEqual(await readdir(directory), ["config.json"]);
});

test("a connection that is cut goes on where it ended, without hashing or sending anything twice", async (t) => {
  const { hub, directory, get } = await setUp(t);
  hub.trouble.cuts = { times: 6, afterBytes: 40_000 };
  await get();
  await assertWhole(directory);
  assert.ok(contentRequests(hub).some(({ range }) => range === "bytes=40000-"));
  assert.ok(
    hub.sentBytes() <= LARGE.length + 14,
    "progress between cuts counts: six are more than the pauses allow in a row",
  );
});

test("a download that was stopped goes on in the next life, from the same commit", async (t) => {
  const { hub, directory, get } = await setUp(t);
  hub.trouble.bytesPerSecond = 400_000;
  const stop = new AbortController();
  await assert.rejects(
    get({ signal: stop.signal, onProgress: (bytes) => bytes > 100_000 && stop.abort(new Error("stopped")) }),
    /stopped/,
  );
  assert.equal(existsSync(directory), false);
  delete hub.trouble.bytesPerSecond;
  const before = hub.requests.length;
  await get();
  await assertWhole(directory);
  const later = hub.requests.slice(before);
  assert.equal(
    later.some(({ path }) => path.startsWith("/api/")),
    false,
    "the plan is kept",
  );
  assert.ok(later.every(({ path, range }) => !path.includes("vision") || range !== undefined));
  assert.ok(hub.sentBytes() < LARGE.length + 100_000);
});

test("a server that knows no ranges starts again from the beginning", async (t) => {
  const { hub, directory, get } = await setUp(t);
  hub.trouble.ignoresRanges = true;
  hub.trouble.cuts = { times: 2, afterBytes: 90_000 };
  await get();
  await assertWhole(directory);
});

test("wrong bytes are never used, and asked for once more from the start", async (t) => {
  const { hub, directory, get } = await setUp(t);
  hub.trouble.wrong = ["onnx/vision.onnx"];
  await assert.rejects(get(), {
    code: "download-failed",
    message: /vision\.onnx of org\/tiny than the one it should be/,
  });
  assert.equal(existsSync(directory), false);
  assert.equal(hub.requests.filter(({ host }) => host === "cdn").length, 2);
  hub.trouble.wrong = [];
  await get();
  await assertWhole(directory);
});

test("what an earlier try left damaged is fetched again", async (t) => {
  const { directory, get } = await setUp(t);
  const part = join(unfinished(directory), "onnx");
  await mkdir(part, { recursive: true });
  await writeFile(join(part, "vision.onnx.part"), Buffer.alloc(150_000, "damaged"));
  await get();
  await assertWhole(directory);
});

test("a file that is not the one of the catalog is refused before it is fetched", async (t) => {
  const { hub, get } = await setUp(t);
  const other = { ...file("onnx/vision.onnx"), sha256: sha256(Buffer.from("other")) };
  const wanted = { ...WANTED, files: [file("config.json", false), other] };
  await assert.rejects(get({ wanted }), { code: "download-failed", message: /vision\.onnx.*is not the file/ });
  assert.equal(contentRequests(hub).length, 0);
});

test("the token goes to the endpoint and to no host that it redirects to", async (t) => {
  const { hub, directory, get } = await setUp(t);
  hub.trouble.token = "secret";
  await assert.rejects(get(), { code: "download-failed", message: /401/, hint: /HF_TOKEN/ });
  await get({ env: { HF_TOKEN: "secret" } });
  await assertWhole(directory);
  const cdn = hub.requests.filter(({ host }) => host === "cdn");
  assert.ok(cdn.length > 0);
  assert.ok(cdn.every(({ authorization }) => authorization === undefined));
});

for (const [status, words] of [
  [403, /does not give out model org\/tiny \(403\)/],
  [404, /has no model org\/tiny \(404\)/],
] as const) {
  test(`${status} is told at once`, async (t) => {
    const { hub, get } = await setUp(t);
    hub.trouble.refusals = { times: 1, status };
    await assert.rejects(get(), { code: "download-failed", message: words, isPassing: false });
    assert.equal(hub.requests.length, 1);
  });
}

test("a server in trouble, and one that asks for a short pause, are asked again", async (t) => {
  const { hub, directory, get } = await setUp(t);
  hub.trouble.refusals = { times: 2, status: 503 };
  await get();
  await assertWhole(directory);
  await rm(directory, { recursive: true });
  hub.trouble.refusals = { times: 1, status: 429, retryAfter: "0" };
  await get();
  await assertWhole(directory);
});

test("a long pause that is asked for is told to who asked", async (t) => {
  const { hub, get } = await setUp(t);
  hub.trouble.refusals = { times: 9, status: 429, retryAfter: "3600" };
  await assert.rejects(get(), { code: "download-failed", message: /429/, retryAfterMs: 3_600_000, isPassing: true });
  assert.equal(hub.requests.length, 1);
});

test("no network, and a network that says nothing, are told after some tries", async (t) => {
  const { hub, get } = await setUp(t);
  hub.trouble.isSilent = true;
  await assert.rejects(get({ silenceMs: 50 }), { code: "no-network", message: /nothing came/, isPassing: true });
  assert.equal(hub.requests.length, 4);
  await hub.close();
  await assert.rejects(get(), { code: "no-network", message: /cannot be reached/ });
});

test("a disk without room for it is told before anything is fetched", async (t) => {
  const { hub, get } = await setUp(t);
  await assert.rejects(get({ freeBytes: async () => 500e6 + 100 }), {
    code: "disk-full",
    message: "The model needs 500 MB of free disk space, and there are 500 MB.",
  });
  assert.equal(contentRequests(hub).length, 0);
  await get({ freeBytes: async () => 501e6 });
});

test("a page of the network's own in place of the answer is no plan", async (t) => {
  const server = createServer((_request, response) => response.end("<html>please log in</html>"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const { get } = await setUp(t);
  const env = { HF_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  await assert.rejects(get({ env }), { code: "download-failed", hint: /login page/ });
});

test("a proxy is used, unless NO_PROXY names the host", async (t) => {
  const { hub, directory, get } = await setUp(t);
  const seen: string[] = [];
  const proxy = createServer((request, response) => {
    seen.push(request.url ?? "");
    const to = new URL(request.url ?? "", hub.url);
    const answer =
      to.host === "hub.test" ? fetch(hub.url + to.pathname + to.search, { redirect: "manual" }) : fetch(to);
    void answer.then(async (got) => {
      const location = got.headers.get("location");
      response.writeHead(got.status, location === null ? {} : { location });
      response.end(Buffer.from(await got.arrayBuffer()));
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  t.after(() => proxy.close());
  const HTTP_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  await get({ env: { HF_ENDPOINT: "http://hub.test", HTTP_PROXY, NO_PROXY: "127.0.0.1" } });
  await assertWhole(directory);
  assert.ok(seen.length > 0 && seen.every((url) => url.startsWith("http://hub.test/")));
});

test("what the shared cache has is not fetched, and only used when it is right", async (t) => {
  const { hub, home, directory, get } = await setUp(t);
  const cached = join(home, "hf/hub/models--org--tiny");
  await mkdir(join(cached, "blobs"), { recursive: true });
  await mkdir(join(cached, "snapshots", hub.commit, "onnx"), { recursive: true });
  await writeFile(join(cached, "blobs", sha256(LARGE)), LARGE);
  await symlink(`../../../blobs/${sha256(LARGE)}`, join(cached, "snapshots", hub.commit, "onnx/vision.onnx"));
  await get();
  await assertWhole(directory);
  assert.equal(
    hub.requests.some(({ host }) => host === "cdn"),
    false,
  );
  const [own, shared] = await Promise.all([
    stat(join(directory, "onnx/vision.onnx")),
    stat(join(cached, "blobs", sha256(LARGE))),
  ]);
  assert.equal(own.ino, shared.ino, "one more name, no more space");

  await rm(directory, { recursive: true });
  await writeFile(join(cached, "blobs", sha256(LARGE)), Buffer.alloc(LARGE.length, "damaged"));
  await get();
  await assertWhole(directory);
});

test("offline, a whole model in the shared cache is used; nothing is ever asked", async (t) => {
  const { hub, home, directory, get } = await setUp(t);
  const env = { HF_HUB_OFFLINE: "1" };
  await assert.rejects(get({ env }), { code: "no-network", hint: /HF_HUB_OFFLINE/ });
  const cached = join(home, "hf/hub/models--org--tiny");
  for (const path of ["config.json", "onnx/vision.onnx"]) {
    const bytes = Buffer.from(FILES[path] as Buffer);
    const blob = join(cached, "blobs", bytes.length < 1_000 ? gitId(bytes) : sha256(bytes));
    const name = join(cached, "snapshots", hub.commit, path);
    for (const each of [blob, name]) await mkdir(dirname(each), { recursive: true });
    await writeFile(blob, bytes);
    await symlink(blob, name);
  }
  await mkdir(join(cached, "refs"), { recursive: true });
  await writeFile(join(cached, "refs/main"), hub.commit);
  await get({ env });
  await assertWhole(directory);
  assert.equal(hub.requests.length, 0);
});

test("the environment is read as the hub's own tools read it", () => {
  const of = (env: NodeJS.ProcessEnv) => hubAccess(env);
  assert.equal(of({ HOME: "/h" }).endpoint, "https://huggingface.co");
  assert.equal(of({ HF_ENDPOINT: "https://mirror.test/hf/" }).endpoint, "https://mirror.test/hf");
  assert.equal(of({ HOME: "/h" }).cache, "/h/.cache/huggingface/hub");
  assert.equal(of({ HOME: "/h", XDG_CACHE_HOME: "/x" }).cache, "/x/huggingface/hub");
  assert.equal(of({ HF_HOME: "/hf" }).cache, "/hf/hub");
  assert.equal(of({ HF_HOME: "/hf", HF_HUB_CACHE: "/c" }).cache, "/c");
  assert.equal(of({ HF_HUB_OFFLINE: "1" }).isOffline, true);
  assert.equal(of({ HF_HUB_OFFLINE: "0" }).isOffline, false);
  assert.equal(hubAccess({}, false).isOffline, true);
});

test("a repository whose file names lead elsewhere writes nothing there", async (t) => {
  const { home, directory, env } = await setUp(t);
  const hostile = [
    "../outside.json",
    "onnx/../../outside.json",
    "/outside.json",
    "onnx\\..\\outside.json",
    "a//b.json",
  ];
  const names = { "config.json": "{}", ...Object.fromEntries(hostile.map((name) => [name, "evil"])) };
  const hub = await startHub(t, { "evil/model": names });
  await download(
    { repository: "evil/model", revision: null, files: (paths) => paths },
    { directory, access: hubAccess({ ...env, HF_ENDPOINT: hub.url }), signal: t.signal, pausesMs: [1] },
  );
  assert.deepEqual(await readdir(directory), ["config.json"]);
  assert.deepEqual(await readdir(home), ["tiny"]);
  const tower = "onnx/model.onnx";
  const others = ["config.json", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json"];
  const beside = [`${tower}_data`, `${tower}_data_1`, `${tower}.data`, `${tower}_data/../../x`, `${tower}_database`];
  assert.deepEqual(exportedFiles("evil/model", [...others, tower, ...beside]), [
    ...others,
    tower,
    ...beside.slice(0, 3),
  ]);
});
