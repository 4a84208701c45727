// search and similar: what is asked, what is shown, and what is done with it.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Reason, SearchAnswer } from "../../../shared/api.ts";
import { ANSWER } from "../../contract/api-fixture.ts";
import { hit, startCli } from "./cli-fixture.ts";

const TEXT = {
  kind: "text",
  field: "ocr",
  rank: 1,
  words: ["fine"],
  snippet: "this is\nfine",
  marks: [{ word: "fine", start: 8, end: 12 }],
  boxes: [],
} as const satisfies Reason;
const LOOKS: Reason = { kind: "visual", rank: 1, similarity: 0.9312 };
const EVIL = "\u001b]0;owned\u0007\nrm.png";

const answer = (hits: SearchAnswer["hits"], rest: Partial<SearchAnswer> = {}): SearchAnswer => ({
  ...ANSWER,
  hits,
  ...rest,
});

test("hits are a table of rank, name, reason and place", async (t) => {
  const { rememe, calls } = await startCli(t, {});
  const { exit, out, err } = await rememe(["search", "this", "is", "fine"]);
  assert.deepEqual([exit, err], [0, ""]);
  const reasons = "text “this is fine” · looks like it";
  assert.equal(out, `#  name     ${"why".padEnd(reasons.length)}  in\n1  dog.png  ${reasons}  /pictures\n`);
  assert.deepEqual(calls, [["search", { q: "this is fine", offset: 0, limit: 20 }]]);
});

test("favourites and pictures that stand for others are marked", async (t) => {
  const hits = [{ ...hit({ favourite: true }, [LOOKS]), similarCopies: 2 }];
  const { rememe } = await startCli(t, { search: async () => ({ ...ANSWER, hits }) });
  assert.match((await rememe(["search", "x"])).out, /^1 {2}★ dog\.png \(2 more alike\) +looks like it/m);
});

test("a moving picture says where it was found", async (t) => {
  const hits = [
    { ...hit({}, [LOOKS]), scene: { frame: 34, atMs: 72_900 } },
    { ...hit({}, [LOOKS]), scene: { frame: 34, atMs: null } },
  ];
  const { rememe } = await startCli(t, { search: async () => answer(hits) });
  const { out } = await rememe(["search", "x"]);
  assert.match(out, /^1 {2}dog\.png \(at 1:12\)/m);
  assert.match(out, /^2 {2}dog\.png \(frame 35\)/m);
});

test("ranks go on after --offset, and copies and absent disks are marked", async (t) => {
  const hits = [hit({ copies: 3 }, [LOOKS]), hit({ offline: true, path: "/home/me/p/x.png", name: "x.png" }, [TEXT])];
  const { rememe } = await startCli(t, { search: async () => answer(hits) });
  const { out } = await rememe(["search", "x", "--offset", "8"]);
  const [, first = "", second = ""] = out.split("\n");
  assert.match(first, /^ 9 {2}dog\.png \(3 copies\) +looks like it +\/pictures$/);
  assert.match(second, /^10 {2}x\.png \(disk not connected\) +text “this is fine” +~\/p$/);
});

test("the words that matched are marked, and seen even when the text around them is long", async (t) => {
  const snippet = "a long text that says a great many things before it says Fîne (at last)";
  const marks = ["Fîne", "at l"].map((text) => {
    const start = snippet.indexOf(text);
    return { word: "fine", start, end: start + text.length };
  });
  const { rememe } = await startCli(t, { search: async () => answer([hit({}, [{ ...TEXT, snippet, marks }])]) });
  const { out } = await rememe(["search", "fine"], { isTTY: true, columns: 60, showsStyles: true });
  assert.match(out, /text “…before it says <yellow>Fîne<\/yellow> \(<yellow>at l<\/yellow>/);
});

test("file names and text cannot control the terminal; programs get them as they are", async (t) => {
  const image = { name: EVIL, path: `/p/${EVIL}` };
  const hits = [hit(image, [{ ...TEXT, snippet: "\u009b2J fine", marks: [{ word: "fine", start: 4, end: 8 }] }])];
  const { rememe } = await startCli(t, { search: async () => answer(hits, { notices: ["a\u001bb"] }) });
  const table = await rememe(["search", "x"], { isTTY: true });
  assert.match(table.out, /\\e\]0;owned\\x07\\nrm\.png/);
  assert.match(table.out + table.err, /^[\n\P{Cc}]*$/u);
  const raw = await rememe(["search", "x", "-0"], { isTTY: true });
  assert.equal(raw.out, `/p/${EVIL}\0`);
  assert.equal((await rememe(["search", "x", "--paths"])).out, `/p/${EVIL}\n`);
  assert.equal((await rememe(["search", "x", "--paths"], { isTTY: true })).out, "/p/\\e]0;owned\\x07\\nrm.png\n");
  const json = await rememe(["search", "x", "--json"], { isTTY: true });
  assert.match(json.out, /^[\n\P{Cc}]*$/u);
  assert.deepEqual(JSON.parse(json.out).hits, hits);
});

test("more than one page is fetched when more is asked for", async (t) => {
  const asked: unknown[] = [];
  const { rememe } = await startCli(t, {
    search: async ({ offset = 0, limit = 30 }) => {
      asked.push([offset, limit]);
      const hits = Array.from({ length: limit }, (_, i) => hit({ path: `/p/${offset + i}` }));
      return answer(hits, { nextOffset: offset + limit < 150 ? offset + limit : null });
    },
  });
  const { out } = await rememe(["search", "x", "--limit", "130", "--offset", "5", "--paths"]);
  assert.deepEqual(asked, [
    [5, 60],
    [65, 60],
    [125, 10],
  ]);
  assert.deepEqual(
    out.trim().split("\n"),
    Array.from({ length: 130 }, (_, i) => `/p/${i + 5}`),
  );
  const few = await rememe(["search", "x", "--limit", "2"], { isTTY: true });
  assert.equal(few.err, "There is more: --offset 2\n");
});

test("nothing found is exit code 4, with the daemon's notices", async (t) => {
  const { rememe } = await startCli(t, { search: async () => answer([], { notices: ["No idea what that is."] }) });
  assert.deepEqual(await rememe(["search", "x"]), { exit: 4, out: "", err: "No idea what that is.\nNothing found.\n" });
  assert.equal((await rememe(["search", "x", "--paths", "--open"])).exit, 4);
  const json = await rememe(["search", "x", "--json"]);
  assert.deepEqual([json.exit, json.err, JSON.parse(json.out).hits], [4, "", []]);
});

test("a search in one folder names it by id or by path", async (t) => {
  const { rememe, calls } = await startCli(t);
  for (const folder of ["1", "/pictures", "/pictures/"]) {
    assert.equal((await rememe(["search", "x", "--folder", folder])).exit, 0);
    assert.deepEqual(calls.pop(), ["search", { q: "x", offset: 0, limit: 20, folderId: 1 }]);
  }
  assert.equal((await rememe(["search", "x", "--folder", "pictures"], { cwd: "/" })).exit, 0);
  const inside = await rememe(["search", "x", "--folder", "/pictures/cats"]);
  assert.equal(inside.exit, 1);
  assert.match(inside.err, /\/pictures\/cats is not a watched folder\.\nIt is inside \/pictures \(folder 1\)/);
  assert.match((await rememe(["search", "x", "--folder", "2"])).err, /There is no folder 2/);
});

test("similar takes the id of a picture or any file, relative to where one is", async (t) => {
  const { rememe, calls } = await startCli(t);
  await rememe(["similar", "7"]);
  await rememe(["similar", "./7"], { cwd: "/here" });
  await rememe(["similar", "~/a b.png"]);
  const page = { offset: 0, limit: 20 };
  assert.deepEqual(calls, [
    ["similarToImage", 7, page],
    ["similarToPicture", { path: "/here/7" }, page],
    ["similarToPicture", { path: "/home/me/a b.png" }, page],
  ]);
  assert.match((await rememe(["similar", "7"])).out, /looks like it \(0\.31\)/);
});

test("without a display, the path to copy is printed, and nothing is opened", async (t) => {
  if (process.platform !== "linux") return t.skip("only Linux can be without a display");
  const { rememe } = await startCli(t, {
    search: async () => answer([hit({ path: process.execPath }), hit({ path: "/gone" })]),
  });
  const copied = await rememe(["search", "x", "--copy"]);
  assert.equal(copied.exit, 1);
  assert.equal(copied.out.trimEnd().split("\n").at(-1), process.execPath);
  assert.match(copied.err, /no clipboard here.*\nThe path is printed above/);
  assert.match((await rememe(["search", "x", "--open", "1"])).err, /There is no display here/);
  assert.match((await rememe(["search", "x", "--open", "2"])).err, /\/gone is gone/);
  const third = await rememe(["search", "x", "--open", "3"]);
  assert.deepEqual([third.exit, third.err.split("\n")[0]], [2, "error: There is no picture 3: 2 pictures found."]);
});

test("a search for nothing, and two forms of output at once, are refused", async (t) => {
  const { rememe, calls } = await startCli(t);
  for (const args of [
    ["search"],
    ["search", " "],
    ["search", "x", "--json", "--paths"],
    ["similar"],
    ["similar", "1", "2"],
  ]) {
    assert.equal((await rememe(args)).exit, 2, args.join(" "));
  }
  assert.deepEqual(calls, []);
});
