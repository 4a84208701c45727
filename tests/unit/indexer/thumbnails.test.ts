import assert from "node:assert/strict";
import { existsSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { removeThumbnails } from "../../../daemon/indexer/thumbnails.ts";
import { createLog } from "../../../daemon/log.ts";
import { directory, tree } from "../../helpers/pictures.ts";

test("thumbnails that nobody needs are removed; those that were made anew, or are needed again, stay", async (t) => {
  const root = await tree(await directory(t), { "aa/old.jpg": "x", "aa/needed.jpg": "x", "bb/fresh.jpg": "x" });
  const before = new Date(Date.now() - 5_000);
  for (const name of ["aa/old.jpg", "aa/needed.jpg"]) utimesSync(join(root, name), before, before);
  const names = ["aa/old.jpg", "aa/needed.jpg", "bb/fresh.jpg", "cc/missing.jpg"];
  await removeThumbnails(root, names, (name) => name === "aa/needed.jpg", createLog("silent"));
  assert.deepEqual(
    names.map((name) => existsSync(join(root, name))),
    [false, true, true, false],
  );
});
