import assert from "node:assert/strict";
import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { AppError } from "../../../daemon/errors.ts";
import { checkNewRoot } from "../../../daemon/folders/root-rules.ts";
import type { Permissions } from "../../../daemon/permissions/permissions.ts";
import { asNobody, tree } from "./disk.ts";

const OWN = "/nonexistent/rememe";
const OPEN: Permissions = { accessTo: async () => "granted", advice: () => null };

/** The code of the refusal, or the path when there is none. */
async function verdict(
  path: string,
  existing: readonly string[] = [],
  own = OWN,
  permissions: Permissions = OPEN,
): Promise<string> {
  try {
    return await checkNewRoot(path, existing, own, permissions);
  } catch (error) {
    assert.ok(error instanceof AppError, String(error));
    return error.code;
  }
}

test("a folder is known by its real path, without links, dots and trailing slash", async (t) => {
  const base = tree(t, { "memes/a.jpg": "" });
  symlinkSync(join(base, "memes"), join(base, "link"));
  for (const path of ["memes", "memes/", "link", "link/.", "memes/../link//"]) {
    assert.equal(await verdict(`${base}/${path}`), join(base, "memes"));
  }
});

test("~ is the home directory, which may be watched itself", async (t) => {
  const home = tree(t, { "memes/a.jpg": "" });
  const { HOME } = process.env;
  process.env.HOME = home;
  t.after(() => {
    process.env.HOME = HOME;
  });
  assert.equal(await verdict("~/memes"), join(home, "memes"));
  assert.equal(await verdict("~"), home);
});

test("what is missing, a file, relative or no path at all is refused by name", async (t) => {
  const base = tree(t, { "a.jpg": "" });
  assert.equal(await verdict(join(base, "nowhere")), "folder-missing");
  assert.equal(await verdict(join(base, "a.jpg")), "folder-not-a-directory");
  assert.equal(await verdict(join(base, "a.jpg/b")), "folder-missing");
  symlinkSync(join(base, "loop"), join(base, "loop"));
  assert.equal(await verdict(join(base, "loop")), "folder-unreadable");
  for (const path of ["relative", "", "./x", "~other/x", `${base}\0`]) assert.equal(await verdict(path), "bad-request");
});

test("a folder that may not be read is refused", async (t) => {
  const base = tree(t, { "shut/deep/a.jpg": "" });
  const shut = join(base, "shut");
  await asNobody([base, shut], async () => {
    chmodSync(shut, 0);
    assert.equal(await verdict(shut), "folder-unreadable");
    assert.equal(await verdict(join(shut, "deep")), "folder-unreadable");
    chmodSync(shut, 0o700);
  });
});

test("the same folder twice, also through links, and a folder inside a watched one", async (t) => {
  const base = tree(t, { "memes/cats/a.jpg": "", "memes2/b.jpg": "" });
  const memes = join(base, "memes");
  symlinkSync(memes, join(base, "link"));
  symlinkSync(join(base, "link/cats"), join(base, "cats"));
  assert.equal(await verdict(memes, [memes]), "folder-exists");
  assert.equal(await verdict(join(base, "link"), [memes]), "folder-exists");
  assert.equal(await verdict(memes, [join(base, "link")]), "folder-exists");
  assert.equal(await verdict(join(base, "cats"), [memes]), "folder-inside");
  assert.equal(await verdict(join(memes, "cats"), [join(base, "link")]), "folder-inside");
  assert.equal(await verdict(join(base, "memes2"), [memes, join(base, "absent")]), join(base, "memes2"));
});

test("a folder around watched ones is fine, and an absent watched one is known by its path", async (t) => {
  const base = tree(t, { "memes/a.jpg": "" });
  assert.equal(await verdict(base, [join(base, "memes"), join(base, "absent")]), base);
});

test("system directories and rememe's own are forbidden, a folder around rememe's own is not", async (t) => {
  for (const path of ["/", "//", "/proc", "/dev", "/sys", "/proc/self/fdinfo"])
    assert.equal(await verdict(path), "folder-forbidden", path);
  const base = tree(t, { "rememe/thumbnails/a.jpg": "" });
  symlinkSync(join(base, "rememe"), join(base, "link"));
  assert.equal(await verdict(join(base, "rememe"), [], join(base, "link")), "folder-forbidden");
  assert.equal(await verdict(join(base, "rememe/thumbnails"), [], join(base, "rememe")), "folder-forbidden");
  assert.equal(await verdict(base, [], join(base, "rememe")), base);
});
