import assert from "node:assert/strict";
import { test } from "node:test";
import type { Client } from "../../../daemon/cli/client.ts";
import { createLiveLine, describeActivity, follow, isSettled } from "../../../daemon/cli/progress.ts";
import type { Folder, Status } from "../../../shared/api.ts";
import { STATUS } from "../../contract/api-fixture.ts";

const FOLDER: Folder = {
  id: 1,
  path: "/p",
  state: "online",
  permission: null,
  files: 1,
  pending: 0,
  failed: 0,
  addedAtMs: 1,
  lastScanAtMs: 2,
};
const INDEXING: Status = {
  ...STATUS,
  activity: "indexing",
  counts: { folders: 1, files: 5_000, images: 1_000, pending: 3_766, failed: 0, inCloud: 0 },
  filesPerSecond: 12.34,
  secondsLeft: 305,
  currentDirectory: "/home/me/Pictures/\u001b[2J",
};

test("progress tells how many of how many, how fast, how long still, and where", () => {
  assert.equal(
    describeActivity(INDEXING, "/home/me"),
    "reading pictures: 1,234 of 5,000 · 12.3 per second · 5 min left · ~/Pictures/\\e[2J",
  );
  const unsure = { ...INDEXING, filesPerSecond: 0, secondsLeft: null, currentDirectory: null };
  assert.equal(describeActivity(unsure, "/home/me"), "reading pictures: 1,234 of 5,000");
  assert.equal(describeActivity({ ...INDEXING, activity: "paused" }, "/"), "paused · 3,766 pictures waiting");
});

test("all is found only when every folder that can be reached was looked through", () => {
  const isDone = (...folders: Partial<Folder>[]) =>
    isSettled(
      STATUS,
      folders.map((folder) => ({ ...FOLDER, ...folder })),
    );
  assert.equal(isDone({}, { state: "offline", lastScanAtMs: null }, { state: "denied", lastScanAtMs: null }), true);
  assert.equal(isDone({}, { lastScanAtMs: null }), false);
  assert.equal(isDone({ state: "scanning" }), false);
  assert.equal(isSettled(INDEXING, [FOLDER]), false);
});

test("following reports until all is found, and ends at once when it is to stop", async () => {
  const answers = [INDEXING, INDEXING, STATUS];
  const client = { status: async () => answers.shift() ?? STATUS, folders: async () => [FOLDER] } as unknown as Client;
  const seen: Status[] = [];
  const stop = new AbortController();
  const last = await follow(client, { stop: stop.signal, onStatus: (status) => void seen.push(status) });
  assert.deepEqual([seen.length, last], [2, STATUS]);
  answers.push(INDEXING);
  const onStatus = () => stop.abort();
  await assert.rejects(follow(client, { stop: stop.signal, onStatus }), { code: "interrupted" });
});

test("a live line is replaced in a terminal and never wider than it", () => {
  const written: string[] = [];
  const line = createLiveLine({ isTTY: true, columns: () => 10, write: (text) => written.push(text) });
  line.clear();
  line.show("short");
  line.show("a longer one than fits");
  line.clear();
  line.clear();
  assert.deepEqual(written, ["\r\u001b[2Kshort", "\r\u001b[2Ka longer…", "\r\u001b[2K"]);
});

test("outside a terminal there is a line when something else begins, not for every change", () => {
  const written: string[] = [];
  const line = createLiveLine({ isTTY: false, columns: () => 10, write: (text) => written.push(text) });
  for (const text of ["starting", "reading 1 of 3", "reading 2 of 3", "paused · 1"]) line.show(text);
  line.clear();
  assert.deepEqual(written, ["starting\n", "reading 1 of 3\n", "paused · 1\n"]);
});
