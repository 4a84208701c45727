// What the store gets: small files that need nothing but Raycast and Node, and talk to nobody but this machine.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { EXTENSION } from "../../scripts/extension/places.ts";

const DIST = join(EXTENSION, "dist");
const HOST = ["@raycast/api", "react", "react/jsx-runtime"];
const bundles = [".", "tools"].flatMap((directory) =>
  readdirSync(join(DIST, directory))
    .filter((name) => name.endsWith(".js"))
    .map((name) => ({ name, code: readFileSync(join(DIST, directory, name), "utf8") })),
);

test("every bundle is small and complete", () => {
  assert.equal(bundles.length, 10);
  for (const { name, code } of bundles) {
    assert.ok(code.length < 100_000, `${name}: ${code.length} bytes`);
    for (const [, needed = ""] of code.matchAll(/require\("([^"]+)"\)/g)) {
      assert.ok(HOST.includes(needed) || isBuiltin(needed), `${name} requires ${needed}`);
    }
  }
});

test("9: no bundle can reach another machine", () => {
  // Links of Raycast's own utilities, which a person may open.
  const isLink = (url: string): boolean => /^https:\/\/(raycast\.com|github\.com\/raycast)\//.test(url);
  for (const { name, code } of bundles) {
    const urls = [...code.matchAll(/\b(?:https?|wss?):\/\/[^\s"'`)]+/g)].map(([url]) => url);
    assert.deepEqual(
      urls.filter((url) => !isLink(url)),
      [],
      name,
    );
    assert.doesNotMatch(code, /\bfetch\(|require\("(?:node:)?(?:http2|https|net|tls|dgram)"\)/, name);
    const requests = [...code.matchAll(/host:\s*"([^"]*)"/g)].map(([, host]) => host);
    assert.deepEqual([...new Set(requests)], ["127.0.0.1"], name);
  }
});
