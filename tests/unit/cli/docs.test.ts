// docs/cli.md says what the command table says.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { COMMON_OPTIONS, EXIT_CODES, type Options } from "../../../daemon/cli/command.ts";
import { spellCommand, spellOption } from "../../../daemon/cli/help.ts";
import { COMMANDS } from "../../../daemon/cli/run.ts";

const page = await readFile(new URL("../../../docs/cli.md", import.meta.url), "utf8");
const [before = "", ...sections] = page.split(/^### /m);

const written = (text: string) =>
  [...text.matchAll(/^\| `(-.+?)` \| (.+) \|$/gm)].map(([, option, about]) => [option, about]);
const real = (options: Options) =>
  Object.entries(options).map(([name, option]) => [spellOption(name, option).replaceAll("|", "\\|"), option.about]);

test("the page has exactly the commands there are, with the words of their help", () => {
  const heads = sections.map((section) => section.split("\n")[0]);
  assert.deepEqual(
    heads,
    COMMANDS.map((command) => `\`${spellCommand(command)}\``),
  );
  for (const [i, { about, details }] of COMMANDS.entries()) {
    const lines = sections[i]?.split("\n").slice(1, 2 + details.length);
    assert.deepEqual(lines, [`${about}.`, ...details]);
  }
});

test("the page has exactly the options there are, with the words of their help", () => {
  assert.deepEqual(written(before), real(COMMON_OPTIONS));
  for (const [i, command] of COMMANDS.entries()) {
    assert.deepEqual(written(sections[i] ?? ""), real(command.options), command.name);
  }
});

test("the page has exactly the exit codes there are", () => {
  const codes = [...before.matchAll(/^\| (\d+) \| (.+) \|$/gm)].map(([, code, about]) => ({
    code: Number(code),
    about,
  }));
  assert.deepEqual(codes, Object.values(EXIT_CODES));
});

test("no option is spelled twice in one command, nor hides one that every command has", () => {
  for (const { name, options } of COMMANDS) {
    const all = [...Object.entries(options), ...Object.entries<Options[string]>(COMMON_OPTIONS)];
    const spellings = all.flatMap(([long, { short }]) => (short === undefined ? [long] : [long, short]));
    assert.equal(new Set(spellings).size, spellings.length, name);
  }
});
