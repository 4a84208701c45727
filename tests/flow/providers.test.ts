// The story of CoreML on somebody's machine: it is tried in a process of its own, used when it agrees and is faster, and left again when it
// turns out to be no good. A stand-in plays CoreML; docs/on-a-mac.md has what only the real one can show.
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { startDaemon, until } from "../helpers/daemon.ts";
import { directory, picture, tree } from "../helpers/pictures.ts";

const MODEL = join(import.meta.dirname, "../fixtures/models/siglip-tiny");
const PRELOAD = new URL("../helpers/fake-provider.ts", import.meta.url).href;

async function setUp(t: TestContext, behaviour: string) {
  const names = ["red", "blue", "green"] as const;
  const files = await Promise.all(
    names.map(async (colour, seed) => [`${colour}.png`, await picture({ colour, seed })] as const),
  );
  const root = await tree(await directory(t), Object.fromEntries(files));
  const home = await mkdtemp(join(tmpdir(), "rememe-home-"));
  t.after(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const env = { NODE_OPTIONS: `--import=${PRELOAD}`, TEST_COREML: behaviour, REMEME_MODEL: MODEL, REMEME_OCR: "false" };
  // Named, so that it is tried on every system; "auto" asks for it on Apple Silicon (tests/unit/models/providers.test.ts).
  const start = (more: NodeJS.ProcessEnv = {}) =>
    startDaemon(t, { home, env: { ...env, REMEME_PROVIDER: "coreml", ...more } });
  return { root, home, start };
}

async function indexed(t: TestContext, behaviour: string) {
  const { root, home, start } = await setUp(t, behaviour);
  const daemon = await start();
  await daemon.addFolder(root);
  const status = await until("the provider was tried and all is indexed", async () => {
    const now = await daemon.waitIdle();
    const isOver = now.model.provider !== "cpu" || (now.model.providerReason ?? "being tried").includes("not used");
    return isOver && now.counts.images === 3 ? now : null;
  });
  assert.deepEqual([status.counts.pending, status.counts.failed], [0, 0]);
  return { root, home, start, daemon, ...status.model };
}

test("a provider that agrees is used, and what was found out is remembered", async (t) => {
  const { root, home, start, daemon, provider, providerReason } = await indexed(t, "good");
  assert.deepEqual([provider, providerReason], ["coreml", null]);
  await tree(root, { "late.png": await picture({ colour: "orange", seed: 9 }) });
  await until("it embeds with it", async () => (await daemon.status()).counts.images === 4);
  await daemon.stop();
  const written = JSON.parse(await readFile(join(home, "cache/providers.json"), "utf8")) as object;
  assert.equal(Object.keys(written).length, 1);
  const again = await start({ TEST_COREML: "crashes" });
  assert.equal((await again.status()).model.provider, "coreml", "not tried again");
});

test("one that disagrees is not used, and the status says why", async (t) => {
  const { provider, providerReason } = await indexed(t, "disagrees");
  assert.equal(provider, "cpu");
  assert.match(providerReason ?? "", /coreml is not used: its embeddings differ from the CPU's \(cosine -?0\.\d+\)/);
});

test("one that refuses the network, and one that kills its process, cost nothing but themselves", async (t) => {
  assert.match((await indexed(t, "refuses")).providerReason ?? "", /not used: .*cannot compile this network/);
  assert.match((await indexed(t, "crashes")).providerReason ?? "", /not used: it crashed when it was tried/);
});

test("one that kills the indexing worker later on is left; every picture is indexed, none is blamed", async (t) => {
  const { root, start, home } = await setUp(t, "crashes-in-use");
  const daemon = await start();
  await daemon.addFolder(root);
  let seed = 10;
  const { model, counts } = await until("it was left", async () => {
    const now = await daemon.waitIdle();
    // The first pictures may have been read before it was in use. New ones each time: a file that keeps changing is left alone.
    if (now.model.provider === "coreml")
      await tree(root, { [`more-${seed}.png`]: await picture({ colour: "white", seed: seed++ }) });
    return now.model.providerReason?.includes("not used") && now.counts.images >= 3 ? now : null;
  });
  assert.equal(model.provider, "cpu");
  assert.match(model.providerReason ?? "", /not used: (the worker died under it|it does not start)/);
  assert.equal(counts.failed, 0);
  await daemon.stop();
  assert.deepEqual(await readdir(join(home, "cache/temporary")), [], "children leave no temporary files");
});
