// Docs that can rot are compared with the code.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { SETTINGS } from "../../daemon/config.ts";

const doc = (name: string) => readFile(new URL(`../../docs/${name}`, import.meta.url), "utf8");

test("docs/settings.md lists exactly the settings, with their variables and defaults", async () => {
  const rows = (await doc("settings.md")).matchAll(/^\| `(\w+)` \| `(\w+)` \| `([^`]*)` \|/gm);
  const written = Object.fromEntries([...rows].map(([, name, env, value]) => [name, [env, value]]));
  const real = Object.fromEntries(
    Object.entries(SETTINGS).map(([name, setting]) => [name, [setting.env, String(setting.default)]]),
  );
  assert.deepEqual(written, real);
});

test("every invariant of docs/architecture.md has a test whose name begins with its number", async () => {
  const { glob } = await import("node:fs/promises");
  const numbers = [...(await doc("architecture.md")).matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number));
  assert.deepEqual(numbers, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const tested = new Set<number>();
  for await (const file of glob("tests/**/*.test.ts")) {
    for (const [, number] of (await readFile(file, "utf8")).matchAll(/test\(\s*["`](\d+): /g))
      tested.add(Number(number));
  }
  assert.deepEqual(
    numbers.filter((number) => !tested.has(number)),
    [],
  );
});
