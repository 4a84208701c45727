// The story of models that do not work: whatever is wrong with one, the library goes on with the model it was made with.
import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { PALETTE_DIRECTORY } from "../../daemon/models/catalog.ts";
import { createGraph } from "../../scripts/palette/onnx.ts";
import { startDaemon, until } from "../helpers/daemon.ts";
import { directory, picture, tree } from "../helpers/pictures.ts";

const EXPORTED = join(import.meta.dirname, "../fixtures/models/siglip-tiny");

test("4: a model that cannot be used is told with the file's name, and the index in use stays in use", async (t) => {
  const root = await tree(await directory(t), {
    "red.png": await picture({ colour: "red", seed: 1 }),
    "blue.png": await picture({ colour: "blue", seed: 2 }),
  });
  const home = await mkdtemp(join(tmpdir(), "rememe-home-"));
  t.after(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const first = await startDaemon(t, { home, folders: [root] });
  await first.waitIdle();
  await first.stop();
  const made = await directory(t);

  async function meets(model: string, notice: RegExp): Promise<void> {
    const daemon = await startDaemon(t, { home, env: { REMEME_MODEL: model } });
    await until(`it says ${notice}`, async () => (await daemon.status()).notices.some((said) => notice.test(said)));
    const { model: used, counts } = await daemon.status();
    assert.deepEqual([used.id, counts.images, counts.failed], ["palette-1", 2, 0]);
    const { hits, visual } = await daemon.search("red");
    assert.ok(visual);
    assert.equal(hits[0]?.image.name, "red.png");
    await daemon.stop();
  }

  const missing = join(made, "missing");
  await meets(missing, /palette.* stays in use\. .*missing\/manifest\.json cannot be read/i);

  const cut = join(made, "cut");
  await cp(EXPORTED, cut, { recursive: true });
  await truncate(join(cut, "onnx/vision_model.onnx"), 100_000);
  await meets(cut, /stays in use\. .*vision_model\.onnx is cut off/);

  // These are found out by trying them: no file of theirs looks wrong from outside.
  const unloadable = join(made, "unloadable");
  await cp(PALETTE_DIRECTORY, unloadable, { recursive: true });
  const manifest = JSON.parse(await readFile(join(unloadable, "manifest.json"), "utf8")) as object;
  await writeFile(join(unloadable, "manifest.json"), JSON.stringify({ ...manifest, id: "unloadable-1" }));
  await truncate(join(unloadable, "image.onnx"), 30_000);
  await meets(unloadable, /stays in use\. .*image\.onnx cannot be loaded/);

  const noNumbers = join(made, "no-numbers");
  await cp(EXPORTED, noNumbers, { recursive: true });
  await writeFile(join(noNumbers, "onnx/vision_model.onnx"), squareRootsOfLess());
  await meets(noNumbers, /stays in use\. .*vision_model\.onnx answers with values that are not finite/);

  const last = await startDaemon(t, { home });
  const { counts, notices, model } = await last.waitIdle();
  assert.deepEqual([counts.images, counts.failed, notices, model.id], [2, 0, [], "palette-1"]);
});

test("a first start with a model that cannot be used ends with the reason", async (t) => {
  const missing = join(await directory(t), "missing");
  await assert.rejects(
    startDaemon(t, { env: { REMEME_MODEL: missing } }),
    /model-invalid.*missing\/manifest\.json cannot be read/s,
  );
});

/** 40 numbers per picture, none of them one. */
function squareRootsOfLess(): Uint8Array {
  const graph = createGraph();
  const mean = graph.node("Flatten", [graph.node("GlobalAveragePool", ["pixel_values"])], { axis: 1 });
  const squares = graph.node("Mul", [mean, mean]);
  const negative = graph.node("MatMul", [squares, graph.floats([3, 40], Array<number>(120).fill(-1))]);
  graph.node("Sqrt", [negative], {}, "pooler_output");
  return graph.encode(
    "nothing",
    [{ name: "pixel_values", type: "float32", shape: ["batch", 3, "height", "width"] }],
    [{ name: "pooler_output", type: "float32", shape: ["batch", 40] }],
  );
}
