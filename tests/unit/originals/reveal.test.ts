import assert from "node:assert/strict";
import { rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { systemFileManager } from "../../../daemon/originals/file-manager.ts";
import { createOriginals, type OriginalsDeps } from "../../../daemon/originals/originals.ts";
import type { ImageDetails } from "../../../shared/api.ts";
import { directory } from "../../helpers/pictures.ts";

const DESKTOP = { DISPLAY: ":0" };

test("Finder selects the file on macOS; elsewhere the file manager does, or shows its folder", async () => {
  const ran: string[][] = [];
  let isThere = true;
  const run = async (program: string, args: readonly string[]): Promise<void> => {
    ran.push([program, ...args]);
    if (program === "gdbus" && !isThere) throw new Error("The name is not activatable");
  };
  await systemFileManager({}, "darwin", run).show("/p/-a b.png");
  assert.deepEqual(ran.pop(), ["/usr/bin/open", "-R", "/p/-a b.png"]);
  const linux = systemFileManager(DESKTOP, "linux", run);
  await linux.show('/p/it\'s "ä", [b].png');
  const [program, ...args] = ran.pop() ?? [];
  assert.deepEqual([program, args.at(-1), ran], ["gdbus", "", []]);
  assert.deepEqual(JSON.parse(args.at(-2) ?? ""), ["file:///p/it's%20%22%C3%A4%22,%20%5Bb%5D.png"]);
  isThere = false;
  await linux.show("/p/a.png");
  assert.deepEqual(ran.at(-1), ["xdg-open", "/p"]);
  ran.length = 0;
  await assert.rejects(systemFileManager({}, "linux", run).show("/p/a.png"), /no display/);
  assert.deepEqual(ran, []);
});

test("the file that is there is shown, or the one that was asked for; never one of another picture", async (t) => {
  const root = await directory(t);
  const [gone, offline, here, copy] = ["gone", "offline", "here", "copy"].map((name) => join(root, `${name}.png`));
  for (const path of [here, copy]) await writeFile(path ?? "", "png");
  const file = (path: string | undefined, online = true) => ({
    fileId: 1,
    folderId: 1,
    path: path ?? "",
    sizeBytes: 3,
    modifiedNs: 1n,
    online,
  });
  let files = [file(gone), file(offline, false), file(here), file(copy)];
  const shown: string[] = [];
  let problem: Error | null = null;
  const originals = createOriginals({
    library: { filesOf: () => files },
    fileManager: {
      async show(path: string) {
        if (problem) throw problem;
        shown.push(path);
      },
    },
  } as unknown as OriginalsDeps);
  const image = { id: 7, path: here } as unknown as ImageDetails;
  assert.deepEqual(await originals.reveal(image, undefined), { path: here });
  assert.deepEqual(await originals.reveal(image, copy), { path: copy });
  assert.deepEqual(shown, [here, copy]);
  await assert.rejects(originals.reveal(image, "/etc/passwd"), { code: "bad-request" });
  await assert.rejects(originals.reveal(image, gone), { code: "file-missing" });
  await assert.rejects(originals.reveal(image, offline), { code: "folder-offline" });
  problem = new Error("there is no display");
  await assert.rejects(originals.reveal(image, here), { code: "reveal-failed", message: /no display/ });
  problem = null;
  await rm(copy ?? "");
  files = [file(copy)];
  await assert.rejects(originals.reveal(image, undefined), { code: "file-missing" });
  assert.equal(shown.length, 2);
  assert.ok((await stat(here ?? "")).isFile());
});
