// What can be said of the extension without installing it: its copy of the contract, and what the store asks for.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CONTRACT, CONTRACT_COPY, EXTENSION } from "../../scripts/extension/places.ts";

interface Manifest {
  readonly title: string;
  readonly commands: readonly { readonly name: string; readonly title: string }[];
  readonly tools: readonly { readonly name: string }[];
}

const read = (name: string): string => readFileSync(join(EXTENSION, name), "utf8");
const manifest = JSON.parse(read("package.json")) as Manifest;

test("the extension's copy of the contract is the contract (npm run extension:contract copies it)", () => {
  assert.equal(readFileSync(CONTRACT_COPY, "utf8"), readFileSync(CONTRACT, "utf8"));
});

test("every command and tool of the manifest has its file, and every file its entry", () => {
  const sources = (directory: string): string[] =>
    readdirSync(join(EXTENSION, directory), { withFileTypes: true })
      .filter((entry) => entry.isFile() && /export default/.test(read(join(directory, entry.name))))
      .map((entry) => entry.name.replace(/\.tsx?$/, ""))
      .sort();
  assert.deepEqual(sources("src"), manifest.commands.map(({ name }) => name).sort());
  assert.deepEqual(sources("src/tools"), manifest.tools.map(({ name }) => name).sort());
});

test("the part that talks to the daemon knows nothing of Raycast", () => {
  for (const name of readdirSync(join(EXTENSION, "src/daemon"))) {
    assert.doesNotMatch(read(join("src/daemon", name)), /@raycast/, name);
  }
});

test("the store's papers are in order: changelog, README of every command, icons", () => {
  const [title, , first] = read("CHANGELOG.md").split("\n");
  assert.equal(title, `# ${manifest.title} Changelog`);
  assert.match(first ?? "", /^## \[.+\] - (\{PR_MERGE_DATE\}|\d{4}-\d\d-\d\d)$/);
  const readme = read("README.md");
  for (const command of manifest.commands) assert.ok(readme.includes(command.title), command.title);
  for (const icon of ["icon.png", "icon@dark.png"]) assert.ok(existsSync(join(EXTENSION, "assets", icon)), icon);
});

test("whoever publishes it: the author's name stands in the manifest only", () => {
  const author = (JSON.parse(read("package.json")) as { author: string }).author;
  for (const name of readdirSync(join(EXTENSION, "src"), { recursive: true, encoding: "utf8" })) {
    if (!/\.tsx?$/.test(name)) continue;
    const code = read(join("src", name));
    assert.doesNotMatch(code, new RegExp(`raycast://[^"\\s]*\\b${author}/|ownerOrAuthorName: *"`), name);
  }
});
