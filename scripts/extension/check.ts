// npm run extension:check: the folder alone, as the store takes it, must install, build and pass Raycast's linter. It
// must also be one that Vicinae, which runs such extensions on Linux, takes and builds.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { lint } from "./lint.ts";
import { EXTENSION, TESTS } from "./places.ts";
import { run } from "./run.ts";

const alone = mkdtempSync(join(tmpdir(), "rememe-extension-"));
try {
  for (const file of filesOfTheStore()) {
    mkdirSync(dirname(join(alone, file)), { recursive: true });
    cpSync(join(EXTENSION, file), join(alone, file));
  }
  await run(alone, "npm", ["ci", "--no-audit", "--no-fund"]);
  await run(alone, "npm", ["run", "--silent", "build"]);
  await lint(alone);
  const vici = join(TESTS, "node_modules/.bin/vici");
  await run(alone, vici, ["lint"]);
  await run(alone, vici, ["build", "--out", join(alone, "dist-vicinae")]);
  process.stdout.write(
    "The extension installs, builds and lints alone. Not checked here: the author's name (needs raycast.com).\n",
  );
} finally {
  rmSync(alone, { recursive: true, force: true });
}

/** What git has or would have. */
function filesOfTheStore(): readonly string[] {
  const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: EXTENSION,
  });
  return list
    .toString("utf8")
    .split("\0")
    .filter((file) => file !== "");
}
