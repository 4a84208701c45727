import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { type Look, lookInto, photosStatus } from "../../../daemon/permissions/look.ts";
import { createPermissions, type PermissionsDeps } from "../../../daemon/permissions/permissions.ts";
import { tree } from "../folders/disk.ts";

const DESKTOP = "/Users/mia/Desktop";
const PHOTOS = "/Users/mia/P.photoslibrary";

function onAMac(options: Partial<PermissionsDeps>): {
  permissions: ReturnType<typeof createPermissions>;
  asked: string[];
} {
  const asked: string[] = [];
  const { look = async () => "granted" } = options;
  const permissions = createPermissions({
    place: { platform: "darwin", home: "/Users/mia", program: "/Users/mia/node" },
    signal: new AbortController().signal,
    log: { warn: () => {} },
    waitMs: 20,
    ...options,
    look: (path, signal) => {
      asked.push(path);
      return look(path, signal);
    },
  });
  return { permissions, asked };
}

test("what macOS does not guard is not asked about", async () => {
  const { permissions, asked } = onAMac({});
  assert.equal(await permissions.accessTo("/Users/mia/Pictures"), "granted");
  assert.deepEqual(asked, []);
});

test("a dialog that nobody answers is undecided, is asked once, and its answer counts when it comes", async () => {
  const answers: ((look: Look) => void)[] = [];
  const { permissions, asked } = onAMac({ look: () => new Promise((resolve) => void answers.push(resolve)) });
  assert.deepEqual(await Promise.all([permissions.accessTo(DESKTOP), permissions.accessTo(DESKTOP)]), [
    "undecided",
    "undecided",
  ]);
  assert.equal(await permissions.accessTo(DESKTOP), "undecided");
  assert.equal(asked.length, 1);
  answers[0]?.("granted");
  assert.equal(await permissions.accessTo(DESKTOP), "granted");
  assert.equal(asked.length, 1);
});

test("a refusal is looked at again after a while, a yes is not", async () => {
  let now: Look = "denied";
  const { permissions, asked } = onAMac({ look: async () => now, askAgainMs: 0 });
  assert.equal(await permissions.accessTo(DESKTOP), "denied");
  now = "granted";
  assert.equal(await permissions.accessTo(DESKTOP), "granted");
  assert.equal(await permissions.accessTo(DESKTOP), "granted");
  assert.equal(asked.length, 2);
  const patient = onAMac({ look: async () => "denied" });
  await patient.permissions.accessTo(DESKTOP);
  await patient.permissions.accessTo(DESKTOP);
  assert.equal(patient.asked.length, 1);
});

test("a folder that is not there is no question of permission; when it is back, the system is asked", async () => {
  let now: Look = "missing";
  const { permissions } = onAMac({ look: async () => now });
  assert.equal(await permissions.accessTo("/Volumes/Stick"), "granted");
  now = "denied";
  assert.equal(await permissions.accessTo("/Volumes/Stick"), "denied");
});

test("a Photos library is undecided until somebody has decided", async () => {
  const look = async (): Promise<Look> => "denied";
  for (const [status, access] of [
    ["not determined", "undecided"],
    ["denied", "denied"],
    [null, "denied"],
  ] as const) {
    assert.equal(await onAMac({ look, photos: async () => status }).permissions.accessTo(PHOTOS), access);
  }
});

test("a look from a child tells granted, denied and missing apart, and does not wait for ever", async (t) => {
  const home = tree(t, { "a.jpg": "" });
  const closed = join(home, "closed");
  mkdirSync(closed);
  const soon = (): AbortSignal => AbortSignal.timeout(30_000);
  assert.equal(await lookInto(home, soon()), "granted");
  assert.equal(await lookInto(join(home, "nothing"), soon()), "missing");
  assert.equal(await lookInto(home, AbortSignal.timeout(1)), "unanswered");
  chmodSync(closed, 0o000);
  if (process.getuid?.() !== 0) assert.equal(await lookInto(closed, soon()), "denied");
});

test("a look keeps a process alive that has nothing else to wait for, as the doctor's has", (t) => {
  const look = new URL("../../../daemon/permissions/look.ts", import.meta.url).href;
  const program = `import { lookInto } from ${JSON.stringify(look)};
    console.log(await lookInto(process.argv[1], AbortSignal.timeout(30_000)));`;
  const args = ["--input-type=module", "-e", program, "--", tree(t, { "a.jpg": "" })];
  assert.equal(execFileSync(process.execPath, args, { encoding: "utf8" }), "granted\n");
});

test("the status of Photos comes from the module in a child; one that crashes, or is not there, says nothing", async (t) => {
  const directory = tree(t, { "a.jpg": "" });
  const said: string[] = [];
  const say = (why: string): void => void said.push(why);
  const ask = (source: string): Promise<string | null> => {
    const file = join(directory, `${said.length}-${source.length}.mjs`);
    writeFileSync(file, source);
    return photosStatus(pathToFileURL(file).href, say);
  };
  const works = 'export default { getAuthStatus: (type) => (type === "photos-read-write" ? "not determined" : "") };';
  assert.equal(await ask(works), "not determined");
  assert.deepEqual(said, []);
  assert.equal(await ask("process.abort();"), null);
  assert.equal(said.length, 1);
  assert.equal(await photosStatus(null, say), null);
  assert.equal(said.length, 1);
});
