// The story of a laptop that leaves its desk, runs low and comes back: what is indexed when, and what the status says of it.
import assert from "node:assert/strict";
import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { startDaemon, type TestDaemon, until } from "../helpers/daemon.ts";
import { directory, picture } from "../helpers/pictures.ts";
import { playPower } from "../helpers/played-power.ts";

const COUNT = 8;
const YESTERDAY = Date.now() / 1_000 - 86_400;

/** A folder of pictures that have been there for long, each large enough to take a while. */
async function folderOf(t: TestContext, name: string, colour: string): Promise<string> {
  const root = await directory(t);
  for (let number = 0; number < COUNT; number++) {
    const path = join(root, `${name} ${number}.png`);
    await writeFile(path, await picture({ colour, seed: number + 1, width: 1_600, height: 1_200 }));
    await utimes(path, YESTERDAY, YESTERDAY);
  }
  return root;
}

const isSaid = async (daemon: TestDaemon, what: RegExp): Promise<boolean> =>
  (await daemon.status()).notices.some((notice) => what.test(notice));

async function assertFound(daemon: TestDaemon, words: string, name: string): Promise<void> {
  const { hits, visual } = await daemon.search(words);
  assert.ok(visual, "the query encoder answers");
  assert.ok(
    hits.some(({ image }) => image.name.startsWith(name)),
    `${words}: ${hits.map(({ image }) => image.name)}`,
  );
}

test("on battery pictures are read slowly, in low power mode only new ones; on mains all of them; searches answer throughout", async (t) => {
  const power = await playPower(await directory(t), { source: "battery", percent: 80 });
  const trip = await folderOf(t, "sea", "blue");
  const daemon = await startDaemon(t, { env: power.env, folders: [trip] });
  await until("the status says why it is slow", () => isSaid(daemon, /^On battery: pictures are read slowly/));
  assert.match(daemon.log(), /"speed":"slow"/);
  await until("some pictures are found", async () => (await daemon.status()).counts.images > 0);
  await assertFound(daemon, "blue", "sea");
  const { counts } = await daemon.waitIdle();
  assert.equal(counts.images, COUNT, "slowly, but to the end");

  await power.set({ source: "battery", percent: 80, lowPowerMode: true });
  const archive = await folderOf(t, "rose", "red");
  await daemon.addFolder(archive);
  await until("the status says that the others wait", () =>
    isSaid(daemon, /^Low power mode: only new pictures are read, the others wait/),
  );
  // What was begun before that is ended.
  const { pending } = await until("nothing is read", async () => {
    const { activity, counts } = await daemon.status();
    return activity === "idle" ? counts : null;
  });
  assert.ok(pending > 0, "the backlog waits");
  await writeFile(join(trip, "meadow.png"), await picture({ colour: "green" }));
  await until("the new picture is found", async () => (await daemon.names("green"))[0] === "meadow.png");
  await assertFound(daemon, "blue", "sea");
  const waiting = await daemon.status();
  assert.deepEqual([waiting.counts.pending, waiting.secondsLeft], [pending, null], "the backlog waits still");

  await power.set({ source: "mains", percent: 60 });
  await writeFile(join(trip, "sun.png"), await picture({ colour: "yellow" }));
  const done = await daemon.waitIdle();
  assert.deepEqual([done.counts.images, done.counts.pending], [2 * COUNT + 2, 0]);
  assert.equal(await isSaid(daemon, /battery|power/i), false);
  await assertFound(daemon, "red", "rose");
});
