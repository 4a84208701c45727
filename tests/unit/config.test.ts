import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { loadConfig, SETTINGS } from "../../daemon/config.ts";
import { AppError } from "../../daemon/errors.ts";
import { directory } from "../helpers/pictures.ts";

const none = { env: {}, flags: {}, file: "/nonexistent/config.json" };

test("without any source every setting has its default, and the result is frozen", () => {
  const config = loadConfig(none);
  for (const [name, setting] of Object.entries(SETTINGS)) assert.equal(config[name as "port"], setting.default);
  assert.ok(Object.isFrozen(config));
});

test("flag beats environment beats file beats default", async (t) => {
  const file = join(await directory(t), "config.json");
  await writeFile(file, JSON.stringify({ port: 1001, ocr: false, rescanMinutes: 7 }));
  const config = loadConfig({ file, env: { REMEME_PORT: "1002", REMEME_OCR: "yes" }, flags: { port: "1003" } });
  assert.deepEqual([config.port, config.ocr, config.rescanMinutes], [1003, true, 7]);
});

async function complaint(t: import("node:test").TestContext, content: string): Promise<AppError> {
  const file = join(await directory(t), "config.json");
  await writeFile(file, content);
  try {
    loadConfig({ ...none, file });
  } catch (error) {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, "config-invalid");
    return error;
  }
  return assert.fail("accepted");
}

test("an unknown setting is refused with the nearest name", async (t) => {
  const error = await complaint(t, '{"prot": 1}');
  assert.match(error.message, /"prot"/);
  assert.match(error.hint ?? "", /"port"/);
});

test("a file that is not JSON, not an object, or has a wrong value is refused, naming the place", async (t) => {
  assert.match((await complaint(t, "{port: 1}")).message, /not valid JSON/);
  assert.match((await complaint(t, "[1]")).message, /one JSON object/);
  assert.match((await complaint(t, '{"port": "80"}')).message, /"port".*number from 0 to 65535/);
  assert.match((await complaint(t, '{"port": 70000}')).message, /0 to 65535/);
  assert.match((await complaint(t, '{"ocr": 1}')).message, /true or false/);
  assert.match((await complaint(t, '{"logLevel": "loud"}')).message, /one of debug/);
  assert.match((await complaint(t, '{"__proto__": {"port": 1}}')).message, /__proto__/);
});

test("a wrong environment variable or flag is refused by its own name", () => {
  assert.throws(() => loadConfig({ ...none, env: { REMEME_PORT: "eighty" } }), /REMEME_PORT must be a number/);
  assert.throws(() => loadConfig({ ...none, flags: { ocr: "maybe" } }), /--ocr must be true or false/);
});
