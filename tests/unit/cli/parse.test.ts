import assert from "node:assert/strict";
import { test } from "node:test";
import { defineCommand } from "../../../daemon/cli/command.ts";
import { CliError } from "../../../daemon/cli/failure.ts";
import { nearest, parseInput } from "../../../daemon/cli/parse.ts";

const command = defineCommand({
  name: "paint",
  operands: "WALL...",
  count: [1, 3],
  about: "Paint walls",
  options: {
    coats: { type: "number", value: "N", min: 1, max: 9, about: "" },
    colour: { type: "text", value: "NAME", about: "" },
    show: { type: "maybe-number", value: "N", min: 1, max: 99, about: "" },
    dry: { type: "flag", short: "0", about: "" },
  },
  run: async () => "ok",
});

const parse = (...args: string[]) => {
  const { words, options } = parseInput("rememe", command, args);
  return { words, options: { ...options } };
};

const refusal = (...args: string[]): string => {
  try {
    parse(...args);
  } catch (error) {
    assert.ok(error instanceof CliError);
    assert.equal(error.exit, "usage");
    return `${error.message} ${error.hint ?? ""}`;
  }
  throw new Error("it was understood");
};

test("operands and options may come in any order, with = or without", () => {
  const expected = {
    words: ["north", "south"],
    options: { coats: 2, colour: "sky blue", dry: true, json: false, help: false },
  };
  assert.deepEqual(parse("north", "--coats", "2", "south", "--colour=sky blue", "-0"), expected);
  assert.deepEqual(parse("--dry", "--coats=2", "--colour", "sky blue", "north", "south"), expected);
});

test("after -- everything is an operand", () => {
  assert.deepEqual(parse("--", "-0", "--show", "5").words, ["-0", "--show", "5"]);
  assert.equal(parse("--", "--show", "5").options.show, undefined);
});

test("an option whose number may be left out takes the number that follows it, and nothing else", () => {
  assert.deepEqual([parse("a", "--show").options.show, parse("a", "--show").words], [1, ["a"]]);
  assert.deepEqual([parse("a", "--show", "7").options.show, parse("a", "--show", "7").words], [7, ["a"]]);
  assert.deepEqual([parse("--show", "a").options.show, parse("--show", "a").words], [1, ["a"]]);
  assert.equal(parse("a", "--show=12").options.show, 12);
  assert.match(refusal("a", "--show", "0"), /from 1 to 99/);
});

test("an unknown option is refused, with the one that was probably meant", () => {
  assert.match(refusal("a", "--color", "red"), /no option --color\. Did you mean --colour\?/);
  assert.match(refusal("a", "--jsno"), /Did you mean --json\?/);
  assert.match(refusal("a", "-x"), /no option -x\..*go after "--"/);
  assert.match(refusal("a", "--toString"), /no option --toString/);
  assert.match(refusal("a", "--\u001b[31m"), /no option --\\e\[31m/);
});

test("wrong, missing and superfluous values are refused", () => {
  for (const value of ["0", "10", "-1", "1.5", "two", "1e3", " 2", "99999999999999999999"]) {
    assert.match(refusal("a", `--coats=${value}`), /whole number from 1 to 9/, value);
  }
  for (const args of [["--coats"], ["--coats="], ["--coats", "-0"], ["--colour", "--json"], ["--colour"]]) {
    assert.match(refusal("a", ...args), /needs a value/, args.join(" "));
  }
  assert.match(refusal("a", "--dry=yes"), /takes no value/);
});

test("too few and too many operands are refused, except when only help is asked for", () => {
  assert.match(refusal(), /Something is missing: paint WALL\.\.\./);
  assert.match(refusal("a", "b", "c", "d\n"), /what to do with "d\\n"/);
  assert.equal(parse("--help").options.help, true);
  assert.equal(parse("-h").options.help, true);
});

test("only a near word is suggested", () => {
  assert.equal(nearest("serach", ["search", "status"]), "search");
  assert.equal(nearest("ad", ["add", "open"]), "add");
  assert.equal(nearest("dog", ["add", "open"]), undefined);
  assert.equal(nearest("x", []), undefined);
});
