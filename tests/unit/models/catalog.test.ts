import assert from "node:assert/strict";
import { test } from "node:test";
import { PALETTE_DIRECTORY, resolveModel } from "../../../daemon/models/catalog.ts";
import { makeModel } from "./support.ts";

test("auto is the model that ships with the program", () => {
  const { manifest, directory } = resolveModel("auto");
  assert.equal(directory, PALETTE_DIRECTORY);
  assert.equal(manifest.id, "palette-1");
});

test("a directory with a manifest is a model", () => {
  const made = makeModel();
  assert.deepEqual(resolveModel(made.directory), made);
});

test("anything else is refused in words", () => {
  assert.throws(() => resolveModel("siglip"), { code: "config-invalid", message: /"siglip"/ });
  assert.throws(() => resolveModel("/no/such/model"), { code: "model-invalid", message: /\/no\/such\/model/ });
});
