// Every way of watching on real directories: what happens on disk reaches the port.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { chokidarTree } from "../../../daemon/folders/chokidar-tree.ts";
import { createWatchFilter } from "../../../daemon/folders/entry-names.ts";
import type { PathHint } from "../../../daemon/folders/hints.ts";
import type { TreeWatch } from "../../../daemon/folders/tree-watch.ts";
import { watchedDirectories } from "../../../daemon/folders/watched-directories.ts";
import { createWatcher, treeWatchFor } from "../../../daemon/folders/watcher.ts";
import { wholeTree } from "../../../daemon/folders/whole-tree.ts";
import { asNobody, temporary, tree, until, write } from "./disk.ts";
import { liveFolder } from "./live-folder.ts";

/** Like until(), while the test's clock stands still. */
async function soon(what: string, ask: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!ask() && Date.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(ask(), what);
}

function watching(way: TreeWatch) {
  const hints: PathHint[] = [];
  const errors: Error[] = [];
  const troubled: string[] = [];
  const watcher = createWatcher(way, {
    onHint: (hint) => hints.push(hint),
    onError: (path, error) => {
      troubled.push(path);
      errors.push(error);
    },
    shouldIgnore: createWatchFilter("/nonexistent/rememe"),
  });
  return { watcher, hints, errors, troubled };
}

const WAYS: readonly (readonly [string, TreeWatch])[] = [
  ["auto", treeWatchFor("auto", process.platform)],
  ["whole tree", wholeTree],
  ["chokidar", chokidarTree],
];

for (const [name, way] of WAYS) {
  test(`a picture that is made, changed and deleted (${name})`, async (t) => {
    const root = tree(t, { "a.jpg": "1" });
    const { shows, port } = await liveFolder(t, root, way);
    writeFileSync(join(root, "b.jpg"), "new");
    await shows(["a.jpg", "b.jpg"]);
    writeFileSync(join(root, "a.jpg"), "changed");
    await until("the new size is known", () => port.file(join(root, "a.jpg"))?.sizeBytes === 7);
    rmSync(join(root, "b.jpg"));
    await shows(["a.jpg"]);
  });

  test(`a picture that is being written is known only when it has settled (${name})`, async (t) => {
    const root = tree(t);
    const { shows, port } = await liveFolder(t, root, way);
    const ages: number[] = [];
    const { applyChanges } = port;
    port.applyChanges = (changes) => {
      for (const { modifiedNs } of changes.seen) ages.push(Date.now() - Number(modifiedNs / 1_000_000n));
      applyChanges(changes);
    };
    for (let size = 1; size <= 10; size++) {
      writeFileSync(join(root, "a.jpg"), "x".repeat(size));
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    await shows(["a.jpg"]);
    await until("all of it is known", () => port.file(join(root, "a.jpg"))?.sizeBytes === 10);
    assert.ok(
      ages.every((ageMs) => ageMs >= 300),
      String(ages),
    );
  });

  test(`a download that is renamed in the end, and a file that is saved by replacing it, are one change each (${name})`, async (t) => {
    const root = tree(t, { "a.jpg": "1" });
    const { shows, port } = await liveFolder(t, root, way);
    const changes: string[] = [];
    const { applyChanges } = port;
    port.applyChanges = (found) => {
      changes.push(...found.seen.map((file) => file.name), ...found.gone.map(() => "gone"));
      applyChanges(found);
    };
    for (let size = 1; size <= 5; size++) {
      writeFileSync(join(root, "b.jpg.crdownload"), "x".repeat(size));
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    renameSync(join(root, "b.jpg.crdownload"), join(root, "b.jpg"));
    await shows(["a.jpg", "b.jpg"]);
    writeFileSync(join(root, ".a.jpg.tmp"), "saved anew");
    renameSync(join(root, ".a.jpg.tmp"), join(root, "a.jpg"));
    await until("what was saved is known", () => port.file(join(root, "a.jpg"))?.sizeBytes === 10);
    assert.deepEqual(changes, ["b.jpg", "a.jpg"]);
  });

  test(`a directory that is renamed, moved out and moved in again (${name})`, async (t) => {
    const base = temporary(t);
    const root = write(join(base, "root"), { "old/a.jpg": "1", "old/deep/b.jpg": "2" });
    const { shows } = await liveFolder(t, root, way);
    renameSync(join(root, "old"), join(root, "new"));
    await shows(["new/a.jpg", "new/deep/b.jpg"]);
    renameSync(join(root, "new"), join(base, "out"));
    await shows([]);
    write(base, { "out/deep/c.jpg": "3" });
    renameSync(join(base, "out"), join(root, "old"));
    await shows(["old/a.jpg", "old/deep/b.jpg", "old/deep/c.jpg"]);
  });

  test(`a burst of 300 pictures is found with few scans (${name})`, async (t) => {
    const root = tree(t);
    const { shows, scans } = await liveFolder(t, root, way);
    const names = Array.from({ length: 300 }, (_, i) => `${i}.jpg`);
    write(root, Object.fromEntries(names.map((name) => [name, name])));
    await shows(names);
    assert.ok(scans.length < 30, `${scans.length} scans`);
  });

  test(`a nested new folder whose files arrive at once (${name})`, async (t) => {
    const root = tree(t);
    const { shows } = await liveFolder(t, root, way);
    const files = ["a/b/c/d/1.jpg", "a/b/c/2.jpg", "a/b/3.jpg", "a/4.jpg", "a/b/c/d/e/f/5.jpg"];
    write(root, Object.fromEntries(files.map((name) => [name, name])));
    await shows(files);
  });

  test(`a .rememeignore that comes, changes and goes (${name})`, async (t) => {
    const root = tree(t, { "a.gif": "1", "sub/b.gif": "2", "sub/c.jpg": "3" });
    const { shows } = await liveFolder(t, root, way);
    write(root, { ".rememeignore": "*.gif\n" });
    await shows(["sub/c.jpg"]);
    write(root, { "sub/.rememeignore": "!b.gif\n" });
    await shows(["sub/b.gif", "sub/c.jpg"]);
    write(root, { "sub/.rememeignore": "*\n" });
    await shows([]);
    rmSync(join(root, ".rememeignore"));
    rmSync(join(root, "sub/.rememeignore"));
    await shows(["a.gif", "sub/b.gif", "sub/c.jpg"]);
  });

  test(`hidden files, packages and loops of links are no news (${name})`, async (t) => {
    const root = tree(t, { "sub/a.jpg": "1" });
    const { watcher, hints, errors } = watching(way);
    t.after(() => watcher.close());
    await watcher.watch(root);
    symlinkSync(root, join(root, "sub/loop"));
    write(root, { ".hidden.jpg": "", ".dot/a.jpg": "", "X.app/a.jpg": "", "notes.txt": "", "sub/b.jpg.part": "" });
    write(root, { "last.jpg": "" });
    await until("the last one is seen", () => hints.length > 0);
    assert.deepEqual([...new Set(hints.map(({ path }) => path))], [join(root, "last.jpg")]);
    assert.deepEqual(errors, []);
  });

  test(`strange names reach the scan (${name})`, async (t) => {
    const root = tree(t);
    const { shows } = await liveFolder(t, root, way);
    const files = [
      "🐱/🐱.jpg",
      "line\nbreak/line\nbreak.jpg",
      "back\\slash/back\\slash.jpg",
      "e\u0301.jpg",
      "é.jpg",
      "a'b\"c~.swp.jpg",
    ];
    write(root, Object.fromEntries(files.map((name) => [name, name])));
    await shows(files);
  });

  test(`a root that does not exist yet is watched once it does, also after it went away and came back (${name})`, async (t) => {
    if (way === wholeTree) return t.skip("that a root goes is not told there; the regular probe finds out");
    const root = join(temporary(t), "later/root");
    const { watcher, hints } = watching(way);
    t.after(() => watcher.close());
    await watcher.watch(root);
    for (const name of ["first.jpg", "second.jpg"]) {
      mkdirSync(root, { recursive: true });
      await until("the root is seen", () => hints.some(({ path }) => path === root));
      write(root, { [name]: "" });
      await until(`${name} is seen`, () => hints.some(({ path }) => path.endsWith(name)));
      hints.length = 0;
      rmSync(root, { recursive: true });
      await until("the root is gone", () => hints.some(({ path, directory }) => path === root && directory === true));
      hints.length = 0;
    }
    assert.ok(hints.every(({ path }) => path.startsWith(root)));
  });

  test(`changes deep in a directory that was renamed, moved in or made with all that is in it (${name})`, async (t) => {
    const base = temporary(t);
    const root = write(join(base, "root"), { "old/deep/er/a.jpg": "1" });
    const { shows, known } = await liveFolder(t, root, way);
    renameSync(join(root, "old"), join(root, "new"));
    await shows(["new/deep/er/a.jpg"]);
    write(base, { "out/deep/er/b.jpg": "2" });
    renameSync(join(base, "out"), join(root, "in"));
    await shows([...known(), "in/deep/er/b.jpg"]);
    write(root, { "made/deep/er/c.jpg": "3" });
    await shows([...known(), "made/deep/er/c.jpg"]);
    for (const directory of ["new", "in", "made"]) {
      write(root, { [`${directory}/deep/er/later.jpg`]: "4", [`${directory}/deep/later.jpg`]: "5" });
      await shows([...known(), `${directory}/deep/er/later.jpg`, `${directory}/deep/later.jpg`]);
    }
  });

  test(`a directory that is replaced by another of its name, again and again (${name})`, async (t) => {
    if (way === wholeTree && process.platform === "linux") return t.skip("Node's stand-in for FSEvents misses it");
    const root = tree(t, { "sub/sub/a.jpg": "1" });
    const { shows } = await liveFolder(t, root, way);
    for (const at of ["1", "2", "3"]) {
      rmSync(join(root, "sub"), { recursive: true });
      write(root, { [`sub/sub/${at}.jpg`]: at });
      await shows([`sub/sub/${at}.jpg`]);
      write(root, { [`sub/sub/later ${at}.jpg`]: at });
      await shows([`sub/sub/${at}.jpg`, `sub/sub/later ${at}.jpg`]);
    }
  });

  test(`a root that is replaced by another of its name (${name})`, async (t) => {
    const root = tree(t, { "a.jpg": "1" });
    const { watcher, hints } = watching(way);
    t.after(() => watcher.close());
    await watcher.watch(root);
    rmSync(root, { recursive: true });
    mkdirSync(root);
    await until("the new one is watched", () => {
      writeFileSync(join(root, "b.jpg"), "");
      return hints.some(({ path }) => path.endsWith("b.jpg"));
    });
  });

  test(`a root that may not be read is told, watched again later, and then looked at (${name})`, async (t) => {
    const root = tree(t, { "a.jpg": "1" });
    const { watcher, hints, errors } = watching(way);
    t.after(() => watcher.close());
    await asNobody([root], async () => {
      chmodSync(root, 0);
      await watcher.watch(root);
      assert.match(String(errors[0]), /EACCES/);
      chmodSync(root, 0o700);
      await until("the whole root is hinted at", () =>
        hints.some(({ path, directory }) => path === root && directory === true),
      );
      hints.length = 0;
      writeFileSync(join(root, "b.jpg"), "");
      await until("it is watched", () => hints.some(({ path }) => path.endsWith("b.jpg")));
    });
  });

  test(`the pause between attempts doubles up to five minutes (${name})`, async (t) => {
    const root = tree(t, { "a.jpg": "1" });
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const { watcher, hints, errors } = watching(way);
    t.after(() => watcher.close());
    await asNobody([root], async () => {
      chmodSync(root, 0);
      await watcher.watch(root);
      const pauses = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300];
      for (const [attempts, seconds] of pauses.entries()) {
        assert.equal(errors.length, attempts + 1);
        t.mock.timers.tick(seconds * 1_000 - 1);
        // Time enough for an attempt that comes too early.
        for (let turn = 0; turn < 50; turn++) await lstat(root);
        assert.equal(hints.length, attempts);
        t.mock.timers.tick(1);
        await soon(`attempt ${attempts}`, () => errors.length === attempts + 2 && hints.length === attempts + 1);
      }
      chmodSync(root, 0o700);
      t.mock.timers.tick(300_000);
      await soon("the root is hinted at", () => hints.length === pauses.length + 1);
      assert.deepEqual(hints.at(-1), { root, path: root, directory: true });
    });
  });

  test(`a sub-directory that may not be read is told, and is no reason to begin again (${name})`, async (t) => {
    const root = tree(t, { "shut/a.jpg": "1", "open/b.jpg": "2" });
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const { watcher, hints, errors, troubled } = watching(way);
    t.after(() => watcher.close());
    await asNobody([root, join(root, "shut"), join(root, "open")], async () => {
      chmodSync(join(root, "shut"), 0);
      await watcher.watch(root);
      // One watch for the whole tree asks nobody about what is in it.
      if (way !== wholeTree) assert.match(String(errors[0]), /EACCES/);
      assert.ok(troubled.every((path) => path === join(root, "shut")));
      t.mock.timers.tick(300_000);
      t.mock.timers.reset();
      for (let i = 0; i < 10; i++) {
        writeFileSync(join(root, `open/${i}.jpg`), "");
        await until("the rest is watched", () => hints.some(({ path }) => path.endsWith(`${i}.jpg`)));
      }
      assert.equal(hints.filter(({ path }) => path === root).length, 0);
      chmodSync(join(root, "shut"), 0o700);
    });
  });

  test(`when inotify has no watches left, it is told once, and watched anew when there are (${name})`, async (t) => {
    const root = tree(t, Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`${i}/a.jpg`, ""])));
    const script = new URL("./scarce-watches.ts", import.meta.url).pathname;
    const few = "echo 4 > /proc/sys/user/max_inotify_watches || exit 9";
    const child = spawn("unshare", [
      "-Ur",
      "sh",
      "-c",
      `${few}; exec "$@"`,
      "sh",
      process.execPath,
      script,
      name,
      root,
    ]);
    const failed = new Promise<boolean>((resolve) => child.once("error", () => resolve(true)));
    const exited = new Promise<false>((resolve) => child.once("close", () => resolve(false)));
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), Promise.race([failed, exited])]);
    if (child.exitCode !== 0 && out === "") return t.skip(`no user namespace with its own limit here: ${err.trim()}`);
    assert.deepEqual(out.trim().split("\n"), ["error ENOSPC", "hint for the root", "hint for the last directory"], err);
  });

  test(`8: after unwatch and close nothing is open and nothing is told (${name})`, async (t) => {
    const roots = [tree(t, { "a/b.jpg": "" }), tree(t, { "a/b.jpg": "" })] as const;
    const { watcher, hints } = watching(way);
    const open = (): number => process.getActiveResourcesInfo().filter((name) => /FSEvent|Timeout/.test(name)).length;
    const before = open();
    await Promise.all(roots.map((root) => watcher.watch(root)));
    await watcher.unwatch(roots[0]);
    write(roots[0], { "a/c.jpg": "" });
    write(roots[1], { "a/c.jpg": "" });
    await until("the other root is watched", () => hints.length > 0);
    assert.ok(hints.every(({ root }) => root === roots[1]));
    await watcher.close();
    await until("everything is released", () => open() <= before);
  });

  test(`closing in the middle of opening leaves nothing behind (${name})`, async (t) => {
    const root = tree(t, { "a/b.jpg": "" });
    const { watcher } = watching(way);
    const opened = watcher.watch(root);
    await watcher.close();
    await opened;
  });
}

test("a root that chokidar would take for another is told, not watched", async (t) => {
  const root = write(join(temporary(t), "back\\slash"), { "a.jpg": "" });
  const { watcher, errors } = watching(chokidarTree);
  await watcher.watch(root);
  assert.match(String(errors[0]), /backslash/);
  await watcher.close();
});

test("directories that watching has missed are found by a refresh, and watched from then on", async (t) => {
  const root = tree(t, { "seen/a.jpg": "", "missed/deep/b.jpg": "" });
  const hints: PathHint[] = [];
  let isBlind = true;
  const open = watchedDirectories.open(root, {
    onHint: (hint) => hints.push(hint),
    onError: (error) => assert.fail(error),
    shouldIgnore: (_, path) => isBlind && path.includes("missed"),
  });
  t.after(() => open.close());
  await open.ready;
  isBlind = false;
  await open.refresh?.();
  assert.deepEqual(hints, [{ root, path: join(root, "missed"), directory: true }]);
  hints.length = 0;
  write(root, { "missed/deep/c.jpg": "" });
  await until("it is watched", () => hints.some(({ path }) => path.endsWith("c.jpg")));
});
