import assert from "node:assert/strict";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import sharp, { type Sharp } from "sharp";
import { resolveModel } from "../../../daemon/models/catalog.ts";
import { decode } from "../../../daemon/worker/decode.ts";
import { pixelHashOf } from "../../../daemon/worker/pixel-hash.ts";
import type { Knowledge, ReadPictureAnswer } from "../../../daemon/worker/protocol.ts";
import { readPicture } from "../../../daemon/worker/read-picture.ts";
import { pdf } from "../../helpers/pdf.ts";
import { clip, directory, picture } from "../../helpers/pictures.ts";

interface World {
  readonly runs: { embedded: number; read: number };
  readonly asked: (readonly [string, string | null])[];
  read(bytes: Uint8Array): Promise<ReadPictureAnswer>;
}

/** The real journey with networks that only count; `knowledge` plays the library. */
async function world(t: TestContext, knowledge: (pixelHash: string | null) => Knowledge): Promise<World> {
  const path = join(await directory(t), "picture");
  const runs = { embedded: 0, read: 0 };
  const asked: [string, string | null][] = [];
  const triple = (value: number): [number, number, number] => [value, value, value];
  const spec = {
    ...{ file: "", input: "", output: "", size: 32 },
    ...({ resize: "squash", kernel: "linear" } as const),
    ...{ mean: triple(0), deviation: triple(1) },
  };
  return {
    runs,
    asked,
    async read(bytes) {
      await writeFile(path, bytes);
      const { size, mtimeNs } = await stat(path, { bigint: true });
      const file = { path, sizeBytes: Number(size), modifiedNs: mtimeNs };
      const question = {
        ask: "read-picture",
        indexId: 1,
        model: resolveModel("auto"),
        provider: "cpu",
        ...file,
      } as const;
      return readPicture(question, {
        options: {
          ocr: true,
          threads: 1,
          thumbnails: join(path, "../thumbnails"),
          maxPixels: 1e8,
          maxFileBytes: 1e8,
          video: null,
          maxMemoryBytes: 1e9,
        },
        encoder: { spec, encode: async () => [new Float32Array([++runs.embedded])] },
        readText: async () => ({ text: `read ${++runs.read}`, words: [] }),
        knowledge: async (contentHash, pixelHash) => {
          asked.push([contentHash, pixelHash]);
          return knowledge(pixelHash);
        },
      });
    },
  };
}

const tagged = (image: Sharp, words: string): Sharp => image.withExif({ IFD0: { ImageDescription: words } });
const hashOf = async (bytes: Buffer): Promise<string | null> => pixelHashOf(await decode(bytes, 1e8), bytes);

test("a picture whose pixels the library has is not given to the networks", async (t) => {
  const known = await hashOf(await picture({ colour: "green", seed: 1 }));
  const { read, runs, asked } = await world(t, (pixelHash) => (pixelHash === known ? "whole" : "unknown"));
  const answer = await read(
    await tagged(sharp(await picture({ colour: "green", seed: 1 })).png(), "edited").toBuffer(),
  );
  assert.ok(answer.outcome === "known");
  assert.equal(answer.pixelHash, known);
  assert.deepEqual(
    asked.map(([, pixelHash]) => pixelHash),
    [null, known],
  );
  assert.deepEqual(runs, { embedded: 0, read: 0 });
  assert.equal((await read(await picture({ colour: "green", seed: 2 }))).outcome, "indexed");
  assert.deepEqual(runs, { embedded: 1, read: 1 });
});

test("a picture known by its pixels that lacks its embedding is embedded, and nothing else", async (t) => {
  const { read, runs } = await world(t, (pixelHash) => (pixelHash === null ? "unknown" : "lacks-embedding"));
  const answer = await read(await picture({ colour: "green", seed: 1 }));
  assert.equal(answer.outcome, "embedded");
  assert.deepEqual(runs, { embedded: 1, read: 0 });
});

test("the scenes of a clip are embedded with it, each with a thumbnail of its own; for another model only embedded", async (t) => {
  const bytes = await clip(["black", "red", "blue"]);
  const answer = await (await world(t, () => "unknown")).read(bytes);
  assert.ok(answer.outcome === "indexed");
  const { scenes, thumbnail } = answer.picture;
  assert.deepEqual(
    scenes.map(({ frame, atMs }) => [frame, atMs]),
    [
      [1, 100],
      [2, 200],
    ],
  );
  assert.equal(new Set([thumbnail, ...scenes.map((scene) => scene.thumbnail)]).size, 3);

  const again = await (await world(t, () => "lacks-embedding")).read(bytes);
  assert.ok(again.outcome === "embedded");
  assert.equal(again.embeddings.length, 3);
});

test("a text that the file itself holds is not read from the pixels", async (t) => {
  const { read, runs } = await world(t, () => "unknown");
  const answer = await read(pdf({ lines: ["Ducks are yellow", "and they float"] }));
  assert.ok(answer.outcome === "indexed");
  assert.equal(answer.picture.text, "Ducks are yellow\nand they float");
  assert.equal(answer.picture.words.length, 6);
  assert.equal(answer.picture.pixelHash, null);
  assert.deepEqual(runs, { embedded: 1, read: 0 });
  await read(pdf({ drawing: "1 0 0 rg 0 0 150 200 re f" }));
  assert.deepEqual(runs, { embedded: 2, read: 1 });
});

test("bytes that are known are not even decoded", async (t) => {
  const { read, asked } = await world(t, () => "whole");
  assert.equal((await read(Buffer.from("this would be no picture"))).outcome, "known");
  assert.equal(asked.length, 1);
});

test("metadata changes no pixel hash; pixels, orientation and format do", async () => {
  const jpeg = await picture({ colour: "green", seed: 1, format: "jpeg" });
  // The same compressed pixels with another comment before them, as tools that edit metadata write it.
  const comment = Buffer.from([0xff, 0xfe, 0, 7, ...Buffer.from("hello")]);
  const edited = Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]);
  const first = await hashOf(jpeg);
  assert.match(String(first), /^[0-9a-f]{32}$/);
  assert.equal(await hashOf(edited), first);
  assert.notEqual(await hashOf(await picture({ colour: "green", seed: 2, format: "jpeg" })), first);

  const png = await picture({ colour: "green", seed: 1 });
  const plain = await hashOf(png);
  assert.notEqual(plain, first);
  assert.equal(await hashOf(await tagged(sharp(png).png(), "words").toBuffer()), plain);
  assert.notEqual(await hashOf(await sharp(png).withMetadata({ orientation: 6 }).png().toBuffer()), plain);
  assert.notEqual(await hashOf(await sharp(png).webp({ lossless: true }).toBuffer()), plain);
});

test("what may hold more than was decoded has no pixel hash: animations, pages, drawings", async () => {
  const png = await picture({ colour: "green", seed: 1 });
  const frames = [png, await picture({ colour: "red", seed: 2 })];
  const moving = sharp(frames, { join: { animated: true } });
  assert.equal(await hashOf(await moving.clone().gif().toBuffer()), null);
  assert.equal(await hashOf(await moving.clone().webp().toBuffer()), null);
  assert.equal(await hashOf(await sharp(png).tiff().toBuffer()), null);
  assert.equal(await hashOf(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')), null);
  const header = png.indexOf("IDAT") - 4;
  const animation = Buffer.from("000000086163544c0000000200000000f38d9370", "hex");
  const apng = Buffer.concat([png.subarray(0, header), animation, png.subarray(header)]);
  assert.equal(await hashOf(apng), null);
});
