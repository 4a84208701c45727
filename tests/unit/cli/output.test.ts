import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, duration, fit, printable, shortPath, table, toJson } from "../../../daemon/cli/output.ts";
import type { Terminal } from "../../../daemon/cli/terminal.ts";

const terminal = (columns: number, isTTY = true): Terminal => ({
  isTTY,
  isErrorTTY: isTTY,
  canAsk: false,
  columns,
  out: () => {},
  err: () => {},
  paint: (_style, text) => text,
  paintError: (_style, text) => text,
  ask: () => Promise.reject(new Error("nobody to ask")),
});

const HOSTILE = "a\u001b[2Jb\u009b31mc\r\nd\u202egnp.exe\u200b\u0007\ud800";

test("nothing that could control a terminal is left in printable text, and everything else is", () => {
  assert.equal(printable(HOSTILE), "a\\e[2Jb\\x9b31mc\\r\\nd\\u{202e}gnp.exe\\u{200b}\\x07\\u{d800}");
  const fine = "Ærøskøbing 日本語 👩‍🚀 “quotes” \\n ~";
  assert.equal(printable(fine), fine);
});

test("JSON says the same without characters that could control a terminal", () => {
  const text = toJson({ name: HOSTILE });
  assert.deepEqual(JSON.parse(text), { name: HOSTILE });
  assert.match(text, /^[\x20-\x7e\n]*$/);
});

test("text is cut by what it takes in the terminal, never inside a character", () => {
  assert.equal(fit("abcdef", 6), "abcdef");
  assert.equal(fit("abcdef", 4), "abc…");
  assert.equal(fit("abcdef", 4, "start"), "…def");
  assert.equal(fit("日本語", 4), "日…");
  assert.equal(fit("👩‍🚀👩‍🚀👩‍🚀", 3), "👩‍🚀…");
  assert.equal(fit("abc", 1), "…");
  assert.equal(fit("abc", 0), "");
});

const columns = [
  { title: "n", align: "right" as const, text: (row: readonly string[]) => row[0] ?? "" },
  { title: "name", minWidth: 6, text: (row: readonly string[]) => row[1] ?? "" },
  { title: "path", minWidth: 8, cut: "start" as const, text: (row: readonly string[]) => row[2] ?? "" },
];
const rows = [
  ["1", "日本語.png", "/a/very/long/way/to/go"],
  ["10", "x", "/short"],
];

test("columns line up whatever the width of the characters", () => {
  assert.equal(
    table(terminal(80), columns, rows),
    [" n  name        path", " 1  日本語.png  /a/very/long/way/to/go", "10  x           /short", ""].join("\n"),
  );
});

test("a table fits the terminal, and is not shortened in a pipe", () => {
  const narrow = table(terminal(26), columns, rows);
  assert.equal(narrow, [" n  name       path", " 1  日本語.p…  …/way/to/go", "10  x          /short", ""].join("\n"));
  assert.match(table(terminal(26, false), columns, rows), /\/a\/very\/long\/way\/to\/go/);
  assert.match(table(terminal(3), columns, rows), /\n 1 {2}日本… +…y\/to\/go\n/);
});

test("the home directory is ~, and only the home directory", () => {
  assert.equal(shortPath("/home/me/a\n", "/home/me"), "~/a\\n");
  assert.equal(shortPath("/home/me", "/home/me"), "~");
  assert.equal(shortPath("/home/meadow", "/home/me"), "/home/meadow");
  assert.equal(shortPath("/a", "/"), "/a");
});

test("sizes and durations are said the way people say them", () => {
  assert.deepEqual([0, 999, 1_234, 45_678_901, 2e12].map(bytes), ["0 bytes", "999 bytes", "1.2 kB", "46 MB", "2.0 TB"]);
  assert.deepEqual([0.2, 89, 600, 12_000, 400_000].map(duration), ["1 s", "89 s", "10 min", "3 h 20 min", "5 days"]);
});
