// Stories of odd, broken and hostile files: every one of them is found or listed with a reason, and the daemon does not notice.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Failure, FailureList, ImageDetails, SearchAnswer } from "../../shared/api.ts";
import { startDaemon, type TestDaemon } from "../helpers/daemon.ts";
import { directory } from "../helpers/pictures.ts";
import { type TortureSet, tortureSet } from "../helpers/torture.ts";

/** 692 files of every format that others collected; they are not part of this repository. */
const COLLECTED = fileURLToPath(new URL("../../../shared/data/torture", import.meta.url));

interface Fate {
  readonly found: ReadonlySet<string>;
  readonly failures: ReadonlyMap<string, Failure>;
}

/** What became of every file, by its path below the folder. */
async function fateOf(daemon: TestDaemon, root: string): Promise<Fate> {
  const found = new Set<string>();
  const failures = new Map<string, Failure>();
  for (let offset: number | null = 0; offset !== null; ) {
    const answer: SearchAnswer = await daemon.get(`/v1/search?q=&limit=60&offset=${offset}`);
    for (const { image } of answer.hits) {
      const { paths } = await daemon.get<ImageDetails>(`/v1/images/${image.id}`);
      for (const path of paths) found.add(path.slice(root.length + 1));
    }
    offset = answer.nextOffset;
  }
  for (let offset: number | null = 0; offset !== null; ) {
    const answer: FailureList = await daemon.get(`/v1/failures?limit=60&offset=${offset}`);
    for (const failure of answer.failures) failures.set(failure.path.slice(root.length + 1), failure);
    offset = answer.nextOffset;
  }
  return { found, failures };
}

/** A decoder that hangs is ended after half of it, twice; on a busy machine nothing else takes so long. */
const TIMEOUT_SECONDS = "40";

async function indexAll(t: TestContext, root: string, mayHang = 0): Promise<Fate> {
  const env = { REMEME_OCR: "false", REMEME_PICTURE_TIMEOUT_SECONDS: TIMEOUT_SECONDS };
  const daemon = await startDaemon(t, { folders: [root], env });
  const { counts } = await daemon.waitIdle(110_000);
  const fate = await fateOf(daemon, root);
  assert.equal(await daemon.stop(), 0, "it was the same daemon all the time");
  assert.equal(counts.files, fate.found.size + fate.failures.size, "every file is accounted for");
  const stages = [...fate.failures.values()].map(({ stage }) => stage);
  assert.ok(!stages.includes("crash"), "none of them kills a worker");
  assert.ok(stages.filter((stage) => stage === "timeout").length <= mayHang, "none hangs that is not known to");
  return fate;
}

async function write(root: string, set: TortureSet): Promise<void> {
  await mkdir(root, { recursive: true });
  for (const [name, { bytes }] of Object.entries(set)) await writeFile(join(root, name), bytes);
}

test("made torture: cut, flipped, lying, exploding; what a viewer shows is found, the rest has its reason", async (t) => {
  const root = await directory(t);
  const set = await tortureSet();
  await write(root, set);
  const { found, failures } = await indexAll(t, root);
  const wrong = Object.entries(set).flatMap(([name, { expected }]) => {
    const became = found.has(name) ? true : failures.get(name)?.reason;
    if (became === undefined) return [`${name} is nowhere`];
    return expected === null || expected === became ? [] : [`${name}: ${became}, not ${expected}`];
  });
  assert.deepEqual(wrong, []);
});

test("collected torture: every file of every format is found or has its reason", async (t) => {
  if (!existsSync(COLLECTED)) return t.skip(`${COLLECTED} is not here`);
  const root = await directory(t);
  await cp(COLLECTED, root, { recursive: true });
  // The same once more under names that all get as far as the decoder.
  for (const [i, entry] of (await readdir(COLLECTED, { recursive: true, withFileTypes: true })).entries()) {
    if (entry.isFile() && !/\.(png|jpe?g|gif|webp|avif|tiff?)$/i.test(entry.name)) {
      await cp(join(entry.parentPath, entry.name), join(root, `${i}-${entry.name.slice(0, 100)}.png`));
    }
  }
  // One of the fuzzers' JPEG XL files keeps its decoder busy for good; a large photo may take too long on a busy machine.
  const { found, failures } = await indexAll(t, root, 3);
  assert.ok(found.size > 350 && failures.size > 0, `${found.size} found, ${failures.size} failed`);
});
