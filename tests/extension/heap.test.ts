// What a long session keeps in memory: Raycast ends commands that take too much, without saying how much that is.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { startDaemon } from "../helpers/daemon.ts";
import { manyPictures } from "../helpers/pictures.ts";

const SESSION = new URL("session.ts", import.meta.url).pathname;
/** One author of an extension reports an end at some 20 MB (raycast/extensions#21919): the pictures may take less than half of that. */
const LIMIT_BYTES = 8_000_000;

interface Session {
  readonly pictures: number;
  readonly heapBytes: number;
  readonly firstPaintMs: number;
  readonly nextPaintMs: number;
}

test("a session that has shown a thousand pictures stays small", async (t) => {
  const root = await manyPictures(t, 1_000);
  const daemon = await startDaemon(t, { folders: [root], env: { REMEME_OCR: "false" } });
  await daemon.waitIdle(100_000);
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", SESSION, daemon.home, "1000"], {
    env: { ...process.env, NODE_ENV: "production" },
  });
  const { pictures, heapBytes, firstPaintMs, nextPaintMs } = JSON.parse(stdout) as Session;
  t.diagnostic(`${(heapBytes / 1e6).toFixed(1)} MB for ${pictures} pictures`);
  t.diagnostic(`first pictures after ${firstPaintMs} ms, opened again after ${nextPaintMs} ms`);
  assert.equal(pictures, 1_000);
  assert.ok(heapBytes < LIMIT_BYTES, `${heapBytes} bytes`);
});
