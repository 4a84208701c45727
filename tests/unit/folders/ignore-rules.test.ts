import assert from "node:assert/strict";
import { chmodSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { type IgnoreRules, ignoreTest, NO_RULES, readRules } from "../../../daemon/folders/ignore-rules.ts";
import { asNobody, tree } from "./disk.ts";

/** The rules in a directory, read from the root down as a scan does. */
async function rulesAt(
  root: string,
  directory: string,
  warn: (error: Error) => void = assert.fail,
): Promise<IgnoreRules> {
  const parent = directory === root ? NO_RULES : await rulesAt(root, dirname(directory), warn);
  return readRules(parent, root, directory, (_, error) => warn(error));
}

/** Which of the paths the rules leave out; one that ends in a slash is a directory. */
async function ignored(root: string, paths: readonly string[]): Promise<string[]> {
  const verdicts = paths.map(async (path) => {
    const full = join(root, path.replace(/\/$/, ""));
    const test = ignoreTest(await rulesAt(root, dirname(full)), root);
    return test(full, path.endsWith("/") ? "directory" : "file");
  });
  const all = await Promise.all(verdicts);
  return paths.filter((_, i) => all[i]);
}

test("rules have gitignore syntax: comments, anchors, directories, globs, negation", async (t) => {
  const root = tree(t, {
    ".rememeignore": "\uFEFF# private\r\n\r\n*.gif\n!keep.gif\n/top.jpg\nbuild/\na/**/z.jpg\n\\#odd.jpg\n",
  });
  const paths = [
    "x.gif",
    "keep.gif",
    "top.jpg",
    "sub/top.jpg",
    "build/",
    "build.jpg",
    "a/b/c/z.jpg",
    "#odd.jpg",
    "b/z.jpg",
  ];
  for (const path of paths) mkdirSync(dirname(join(root, path)), { recursive: true });
  assert.deepEqual(await ignored(root, paths), ["x.gif", "top.jpg", "build/", "a/b/c/z.jpg", "#odd.jpg"]);
});

test("rules in a sub-directory are relative to it and beat those above, also to take back", async (t) => {
  const root = tree(t, {
    ".rememeignore": "*.gif\nprivate/\n",
    "sub/.rememeignore": "!*.gif\n!private/\n/anchored.jpg\nin/here.jpg\n",
    "sub/deep/.rememeignore": "*.gif\n",
    "sub/deep/private/x": "",
    "sub/in/x": "",
  });
  const paths = ["a.gif", "private/", "sub/a.gif", "sub/private/", "sub/anchored.jpg", "sub/deep/anchored.jpg"];
  assert.deepEqual(
    await ignored(root, [...paths, "anchored.jpg", "sub/in/here.jpg", "sub/deep/a.gif", "sub/deep/private/a.png"]),
    [...["a.gif", "private/", "sub/anchored.jpg", "sub/in/here.jpg", "sub/deep/a.gif"]],
  );
});

test("what a directory that was taken back holds is judged by itself", async (t) => {
  const root = tree(t, { ".rememeignore": "build/\n*.gif\n", "sub/.rememeignore": "!build/\n", "sub/build/x": "" });
  assert.deepEqual(await ignored(root, ["sub/build/", "sub/build/a.jpg", "sub/build/a.gif"]), ["sub/build/a.gif"]);
});

test("rules work in directories with glob characters, spaces and line breaks in their names", async (t) => {
  for (const name of [
    "[a-c]*?",
    "!bang",
    "#hash",
    "sp ace ",
    "line\nbreak",
    "back\\slash",
    "🐱 'q' \"d\"",
    "cafe\u0301",
  ]) {
    const root = tree(t, { [`${name}/.rememeignore`]: "*.gif\n/one.jpg\n", "b/x": "" });
    const paths = [`${name}/a.gif`, `${name}/one.jpg`, `${name}/two.jpg`, "a.gif", "b/a.gif"];
    assert.deepEqual(await ignored(root, paths), [`${name}/a.gif`, `${name}/one.jpg`], JSON.stringify(name));
  }
});

test("a rules file that cannot be used is told and holds no rules", async (t) => {
  const root = tree(t, { "big/.rememeignore": `${"*.jpg\n".repeat(200_000)}`, "binary/.rememeignore": "*.jpg\0" });
  mkdirSync(join(root, "directory/.rememeignore"), { recursive: true });
  for (const [name, reason] of [
    ["big", /larger than 1 MB/],
    ["binary", /not a text file/],
    ["directory", /not a file/],
  ] as const) {
    const warnings: string[] = [];
    const rules = await rulesAt(root, join(root, name), (error) => warnings.push(error.message));
    assert.deepEqual(rules, NO_RULES);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", reason);
  }
});

test("an unreadable rules file is told and holds no rules", async (t) => {
  const root = tree(t, { ".rememeignore": "*.jpg" });
  chmodSync(join(root, ".rememeignore"), 0);
  const warnings: Error[] = [];
  const rules = await asNobody([root, join(root, ".rememeignore")], () =>
    rulesAt(root, root, (error) => warnings.push(error)),
  );
  assert.deepEqual(rules, NO_RULES);
  assert.match(warnings[0]?.message ?? "", /EACCES/);
});

test("a pattern without meaning does not spoil the others", async (t) => {
  const root = tree(t, { ".rememeignore": "[z-a].png\n[\n\\\n!\n/\n*.gif\n" });
  const rules = await rulesAt(root, root);
  assert.equal(ignoreTest(rules, root)(join(root, "a.gif"), "file"), true);
});

test("lines that are too long, or too many, are told and left out; the others hold", async (t) => {
  const root = tree(t, {
    ".rememeignore": `*.gif\n${"a".repeat(100_000)}\n`,
    "many/.rememeignore": Array.from({ length: 2_000 }, (_, i) => `${i}.png`).join("\n"),
  });
  const warnings: string[] = [];
  const rules = await rulesAt(root, join(root, "many"), (error) => warnings.push(error.message));
  const test = ignoreTest(rules, root);
  assert.deepEqual(
    ["many/a.gif", "many/0.png", "many/1999.png"].map((path) => test(join(root, path), "file")),
    [true, true, false],
  );
  assert.match(warnings.join(), /1 of its lines.*1001 of its lines/);
});
