// The story of a first start with a network: the starter model answers at once, a better one is fetched, indexed beside it and takes over,
// whatever happens on the way.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { EmbedAnswer, ErrorBody, ModelList, Status } from "../../shared/api.ts";
import { startDaemon, type TestDaemon, until } from "../helpers/daemon.ts";
import { type FakeHub, type HubFiles, startHub } from "../helpers/fake-hub.ts";
import { directory, picture, tree } from "../helpers/pictures.ts";

const EXPORTED = join(import.meta.dirname, "../fixtures/models/siglip-tiny");
const REPOSITORY = "tiny/siglip";
const JSON_TYPE = { "content-type": "application/json" };
const COLOURS = ["red", "blue", "green", "yellow", "black", "white", "orange", "purple"];

async function exported(): Promise<HubFiles> {
  const names = (await readdir(EXPORTED, { recursive: true })).filter((name) => /\.(json|onnx)$/.test(name));
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(EXPORTED, name))])));
}

async function setUp(t: TestContext, pictures: number) {
  const hub = await startHub(t, { [REPOSITORY]: await exported() });
  const files = await Promise.all(
    Array.from({ length: pictures }, async (_, i) => {
      return [`${i}.png`, await picture({ colour: COLOURS[i % COLOURS.length] ?? "red", seed: i + 1 })] as const;
    }),
  );
  const root = await tree(await directory(t), Object.fromEntries(files));
  const home = await mkdtemp(join(tmpdir(), "rememe-home-"));
  t.after(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const env = { REMEME_AUTO_MODEL: REPOSITORY, HF_ENDPOINT: hub.url, HF_HUB_OFFLINE: "0", REMEME_OCR: "false" };
  const start = (more: NodeJS.ProcessEnv = {}) => startDaemon(t, { home, env: { ...env, ...more } });
  return { hub, root, home, start };
}

const isTiny = ({ model }: Status): boolean => model.id.startsWith("local/tiny");

/** Until the better model answers; at every moment all pictures can be found, and by their looks. */
async function upgraded(daemon: TestDaemon, pictures: number): Promise<Set<string>> {
  const phases = new Set<string>();
  await until("the better model is in use", async () => {
    const status = await daemon.status();
    if (status.upgrade) phases.add(status.upgrade.phase);
    assert.equal(status.counts.images, pictures, "nothing disappears");
    assert.deepEqual(status.notices, []);
    const { hits } = await daemon.search("red", 5);
    if (status.model.id === "palette-1" && !isTiny(await daemon.status())) assert.ok(hits.length > 0);
    return isTiny(status) && status.upgrade === null;
  });
  return phases;
}

test("4: with a network, a first start ends up with the better model, and search works throughout", async (t) => {
  const { hub, root, home, start } = await setUp(t, 24);
  hub.trouble.bytesPerSecond = 400_000;
  hub.trouble.cuts = { times: 3, afterBytes: 60_000 };
  const daemon = await start();
  assert.equal((await daemon.status()).model.id, "palette-1");
  await daemon.addFolder(root);
  await until("all pictures are there", async () => (await daemon.status()).counts.images === 24);
  const phases = await upgraded(daemon, 24);
  assert.ok(phases.has("downloading") || phases.has("indexing"), [...phases].join());
  const { counts, upgrade, model } = await daemon.waitIdle();
  assert.deepEqual([counts.pending, counts.failed, upgrade, model.dimension], [0, 0, null, model.dimension]);
  assert.ok((await daemon.search("red")).visual);
  assert.equal(existsSync(join(home, "models/tiny--siglip/onnx/vision_model.onnx")), true);
  await daemon.stop();

  const asked = hub.requests.length;
  const again = await start();
  assert.ok(isTiny(await again.status()), "it begins with what it ended with");
  assert.equal(hub.requests.length, asked);
});

test("4: killed at any moment, it goes on where it was", async (t) => {
  const { hub, root, start } = await setUp(t, 40);
  hub.trouble.bytesPerSecond = 300_000;
  const first = await start();
  await first.addFolder(root);
  await until("it downloads", async () => {
    const { upgrade } = await first.status();
    return upgrade?.phase === "downloading" && upgrade.done > 50_000;
  });
  await first.kill();
  delete hub.trouble.bytesPerSecond;
  const before = hub.sentBytes();

  const phases = new Set<string>();
  let isOver = false;
  for (let life = 0; life < 20 && !isOver; life++) {
    const daemon = await start();
    // Each lives a little longer than the one before, so that every step is interrupted somewhere.
    const deadline = Date.now() + 150 + 150 * life;
    await until("its time is up", async () => {
      const status = await daemon.status();
      if (status.upgrade) phases.add(status.upgrade.phase);
      isOver = isTiny(status) && status.counts.images === 40;
      return Date.now() > deadline || isOver;
    });
    await daemon.kill();
  }
  const last = await start();
  await until("all is indexed", async () => (await last.status()).counts.images === 40);
  await upgraded(last, 40);
  assert.ok(phases.has("indexing"), [...phases].join());
  const { counts } = await last.waitIdle();
  assert.deepEqual([counts.files, counts.images, counts.pending, counts.failed], [40, 40, 0, 0]);
  assert.ok(hub.sentBytes() > before, "the rest was fetched");
  const { healthy, findings } = await last.post<{ healthy: boolean; findings: unknown[] }>("/v1/check", {});
  assert.ok(healthy, JSON.stringify(findings));
});

test("no network: the starter model stays, the status says what it waits for, nothing sounds like an error", async (t) => {
  const { hub, root, start } = await setUp(t, 3);
  hub.trouble.refusals = { times: 1_000, status: 429, retryAfter: "3600" };
  const daemon = await start();
  await daemon.addFolder(root);
  const waiting = await until("it waits", async () => {
    const status = await daemon.waitIdle();
    return status.upgrade?.phase === "waiting" ? status : null;
  });
  assert.deepEqual([waiting.model.id, waiting.notices, waiting.upgrade?.title], ["palette-1", [], REPOSITORY]);
  assert.match(waiting.upgrade?.problem ?? "", /too many requests/);
  assert.equal((await daemon.search("red")).hits[0]?.image.name, "0.png");
  await daemon.stop();

  const quiet = await start({ REMEME_DOWNLOAD: "false" });
  const { upgrade, notices, model } = await quiet.waitIdle();
  assert.deepEqual([upgrade, notices, model.id], [null, [], "palette-1"]);
});

test("a fetched model that does not work is told, and the one in use stays", async (t) => {
  const { root, start } = await setUp(t, 2);
  const broken = { ...(await exported()), "onnx/vision_model.onnx": Buffer.alloc(5_000, "no model") };
  const hub: FakeHub = await startHub(t, { [REPOSITORY]: broken });
  const daemon = await start({ HF_ENDPOINT: hub.url });
  await daemon.addFolder(root);
  const { notices } = await until("it says so", async () => {
    const status = await daemon.status();
    return status.notices.length > 0 ? status : null;
  });
  assert.match(notices[0] ?? "", /tiny\/siglip cannot be used, so Palette.* stays in use\. .*vision_model\.onnx/);
  const { counts, model } = await daemon.waitIdle();
  assert.deepEqual([counts.images, model.id], [2, "palette-1"]);
});

test("a model is chosen while it runs; back and forth, nothing is read twice and nothing is lost", async (t) => {
  const { hub, root, start } = await setUp(t, 12);
  const daemon = await start({ REMEME_AUTO_MODEL: "palette" });
  await daemon.addFolder(root);
  await daemon.waitIdle();
  const list = () => daemon.get<ModelList>("/v1/models");
  assert.deepEqual([(await list()).models[0]?.index, (await list()).models[0]?.name], ["searched", "palette"]);
  assert.ok((await list()).models.some(({ researchOnly, installed }) => researchOnly && !installed));
  const before = await daemon.post<EmbedAnswer>("/v1/embed", { text: "red" });
  assert.deepEqual([before.model, before.vector?.length], ["palette-1", before.dimension]);
  assert.ok(Math.abs(Math.hypot(...(before.vector ?? [])) - 1) < 1e-5);

  await daemon.post("/v1/model", { name: REPOSITORY });
  await upgraded(daemon, 12);
  const { setting, models } = await list();
  assert.equal(setting, REPOSITORY);
  assert.deepEqual(
    ["palette", REPOSITORY].map((name) => models.find((model) => model.name === name)?.index),
    ["kept", "searched"],
  );
  const after = await daemon.post<EmbedAnswer>("/v1/embed", { path: join(root, "0.png") });
  assert.notEqual(after.model, before.model);
  assert.equal(after.vector?.length, after.dimension);

  const sent = hub.sentBytes();
  await daemon.post("/v1/model", { name: "palette" });
  await until("the starter model is back", async () => (await daemon.status()).model.id === "palette-1");
  await daemon.post("/v1/model", { name: REPOSITORY });
  await upgraded(daemon, 12);
  assert.equal(hub.sentBytes(), sent, "it was not fetched again");

  for (const [name, code] of [
    ["no such model", "model-unknown"],
    ["/nowhere/at/all", "model-invalid"],
  ] as const) {
    const answer = await daemon.api("/v1/model", {
      method: "POST",
      body: JSON.stringify({ name }),
      headers: JSON_TYPE,
    });
    assert.equal(((await answer.json()) as ErrorBody).error.code, code);
  }
  assert.equal((await list()).setting, REPOSITORY);
  await daemon.stop();
  const again = await start({ REMEME_AUTO_MODEL: "palette" });
  assert.ok(isTiny(await again.status()), "the choice is written down");
  assert.deepEqual((await again.waitIdle()).counts.images, 12);
});
