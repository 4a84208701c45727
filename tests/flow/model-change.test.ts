// The story of a model that is replaced while people go on searching.
import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import { load as loadVectorSearch } from "sqlite-vec";
import { PALETTE_DIRECTORY } from "../../daemon/models/catalog.ts";
import { startDaemon, until } from "../helpers/daemon.ts";
import { directory, picture, tree } from "../helpers/pictures.ts";

test("4: another model's index is built beside the old one, search works throughout, then it takes its place", async (t) => {
  const colours = ["red", "blue", "green", "yellow", "black", "white", "orange", "purple"];
  const files = await Promise.all(
    Array.from({ length: 40 }, async (_, i) => {
      const colour = colours[i % colours.length] ?? "red";
      return [`${i}-picture.png`, await picture({ colour, seed: i + 1 })] as const;
    }),
  );
  const root = await tree(await directory(t), Object.fromEntries(files));
  const home = await mkdtemp(join(tmpdir(), "rememe-home-"));
  t.after(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const first = await startDaemon(t, { home, folders: [root] });
  await first.waitIdle();
  await first.stop();

  const other = join(await directory(t), "other");
  await cp(PALETTE_DIRECTORY, other, { recursive: true });
  const manifest = JSON.parse(await readFile(join(other, "manifest.json"), "utf8"));
  await writeFile(join(other, "manifest.json"), JSON.stringify({ ...manifest, id: "other-1", title: "Other" }));

  const second = await startDaemon(t, { home, env: { REMEME_MODEL: other } });
  const models = new Set<string>();
  await until("the other model is in use", async () => {
    const { model, counts } = await second.status();
    models.add(model.id);
    assert.equal(counts.images, 40, "nothing disappears");
    const { hits, visual } = await second.search("red", 5);
    assert.ok(visual, "the visual half answers throughout");
    assert.equal(Number.parseInt(hits[0]?.image.name ?? "", 10) % colours.length, 0, "a red picture comes first");
    return model.id === "other-1";
  });
  assert.ok(models.has("palette-1"), "the old model answered until the swap");
  const { counts } = await second.waitIdle();
  assert.deepEqual([counts.pending, counts.failed, counts.images], [0, 0, 40]);
});

test("a crash before all pictures are queued for their model: the next start queues the rest", async (t) => {
  const root = await tree(await directory(t), { "red.png": await picture({ colour: "red" }) });
  const first = await startDaemon(t, { folders: [root] });
  await first.waitIdle();
  await first.stop();
  const library = new Database(join(first.home, "library.db"));
  loadVectorSearch(library);
  library.exec("DELETE FROM vectors_1; UPDATE library SET unqueued_from = 1");
  library.close();

  const second = await startDaemon(t, { home: first.home });
  await until("the picture is found by its looks", async () => {
    const [hit] = (await second.search("red")).hits;
    return hit?.why.some(({ kind }) => kind === "visual") ?? false;
  });
});
