// Near-duplicates, told to the real daemon: found, collapsed in answers, listed, and apart when they say different things.
import assert from "node:assert/strict";
import { test } from "node:test";
import sharp from "sharp";
import type { DuplicateList, Image, SearchAnswer } from "../../shared/api.ts";
import { startDaemon, type TestDaemon, until } from "../helpers/daemon.ts";
import { directory, tree } from "../helpers/pictures.ts";

/** A scene with enough in it to be told from another one. */
async function scene(seed: number, width = 480): Promise<Buffer> {
  const shapes = Array.from({ length: 24 }, (_, index) => {
    const [x, y, r] = [
      (seed * 131 + index * 97) % 480,
      (seed * 71 + index * 53) % 360,
      20 + ((seed * 31 + index * 17) % 60),
    ];
    const colour = `hsl(${(seed * 47 + index * 83) % 360} 70% ${20 + ((seed * 13 + index * 29) % 60)}%)`;
    return `<circle cx="${x}" cy="${y}" r="${r}" fill="${colour}"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="360"><rect width="480" height="360" fill="#678"/>${shapes.join("")}</svg>`;
  return sharp(Buffer.from(svg)).resize(width).png().toBuffer();
}

test("resized, recompressed, mirrored, cropped and framed pictures are one group; the best of it is shown", async (t) => {
  const party = await scene(1);
  const crop = { left: 24, top: 18, width: 432, height: 324 };
  const root = await tree(await directory(t), {
    "party.png": party,
    "party small.png": await scene(1, 160),
    "party mail.jpg": await sharp(party).jpeg({ quality: 20 }).toBuffer(),
    "party mirrored.png": await sharp(party).flop().resize(320).png().toBuffer(),
    "party cropped.png": await sharp(party).extract(crop).png().toBuffer(),
    "party framed.png": await sharp(party)
      .extend({ top: 70, bottom: 70, background: "black" })
      .resize(300)
      .png()
      .toBuffer(),
    "party other.png": await scene(2),
    "flat red.png": await sharp({ create: { width: 99, height: 99, channels: 3, background: "red" } })
      .png()
      .toBuffer(),
    "flat blue.png": await sharp({ create: { width: 99, height: 99, channels: 3, background: "blue" } })
      .png()
      .toBuffer(),
  });
  const daemon = await startDaemon(t, { folders: [root], env: { REMEME_OCR: "false" } });
  await daemon.waitIdle();
  const list = () => daemon.get<DuplicateList>("/v1/duplicates");
  await until("the group is complete", async () => (await list()).groups[0]?.images.length === 6);
  const { groups, total } = await list();
  assert.equal(total, 1);
  assert.equal(groups[0]?.images[0]?.name, "party.png", "the largest first");
  const { hits } = await daemon.search("party");
  assert.deepEqual(
    hits
      .filter(({ why }) => why.some(({ kind }) => kind === "text"))
      .map(({ image, similarCopies }) => [image.name, similarCopies])
      .sort(),
    [
      ["party other.png", 0],
      ["party.png", 5],
    ],
  );
  const all = await daemon.get<SearchAnswer>("/v1/search?q=party&duplicates=show");
  assert.ok(all.hits.length >= 7);
  await similarShowsOneOfThem(daemon, groups[0]?.images ?? []);
});

async function similarShowsOneOfThem(daemon: TestDaemon, group: readonly Image[]): Promise<void> {
  const members = new Set(group.map(({ id }) => id));
  const path = `/v1/images/${group[0]?.id}/similar`;
  const shown = async (query: string): Promise<number> => {
    const { hits } = await daemon.get<SearchAnswer>(`${path}?${query}`);
    return hits.filter(({ image }) => members.has(image.id)).length;
  };
  assert.equal(await shown(""), 1, "one for the five others");
  assert.equal(await shown("duplicates=show"), 5);
}
