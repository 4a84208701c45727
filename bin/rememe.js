#!/usr/bin/env node
// Starts the command line with a Node that is new enough: this one, or the one that npm installed with rememe.
// Plain JavaScript that Node 18 can run, for that is what many systems have.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const self = fileURLToPath(import.meta.url);
const root = join(dirname(self), "..");
const needed = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  .engines.node.match(/\d+/g)
  .map(Number);

/** @param {string} version such as "v24.15.0" */
function isNewEnough(version) {
  const [major = 0, minor = 0] = (version.match(/\d+/g) || []).map(Number);
  return major > needed[0] || (major === needed[0] && minor >= needed[1]);
}

/** @returns {string | null} path of the Node binary from the npm package "node" */
function findPinnedNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve("node/package.json");
    const binary = join(dirname(manifest), JSON.parse(readFileSync(manifest, "utf8")).bin.node);
    return existsSync(binary) ? binary : null;
  } catch {
    return null;
  }
}

/** @param {string} message @returns {never} */
function fail(message) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(1);
}

/** Runs this script again with another Node, and ends the way that one ends. @param {string} node */
function runWith(node) {
  const child = spawn(node, [process.argv[1] || self, ...process.argv.slice(2)], { stdio: "inherit" });
  /** @type {NodeJS.Signals[]} */
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(`${node} cannot be run: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)));
}

async function runHere() {
  // A checkout runs its sources; a package has only what was compiled from them.
  const entries = ["daemon/cli/main.ts", "dist/daemon/cli/main.js"].map(
    (path) => new URL(path, new URL("../", import.meta.url)),
  );
  const entry = entries.find((url) => existsSync(url));
  if (!entry)
    return fail(`This installation is not complete: ${root} has neither daemon/ nor dist/. Install rememe again.`);
  try {
    await import(entry.href);
  } catch (error) {
    if (error?.code !== "ERR_MODULE_NOT_FOUND") throw error;
    fail(`${error.message}\nRun \`npm install\` in ${root}.`);
  }
}

if (isNewEnough(process.version)) await runHere();
else {
  const node = findPinnedNode();
  const want = `rememe needs Node ${needed.slice(0, 2).join(".")} or newer; this is ${process.version}`;
  if (node === null)
    fail(
      `${want}, and the one that comes with rememe is missing. Run \`npm rebuild node\` in ${root}, or install a newer Node.`,
    );
  else if (node === process.execPath) fail(`${want}.`);
  else runWith(node);
}
