// What a test runs in: environment variables, rights.
import { existsSync } from "node:fs";
import type { TestContext } from "node:test";

const SETPRIV = "/usr/bin/setpriv";

export function setEnvironment(t: TestContext, values: Readonly<Record<string, string>>): void {
  const before = { ...process.env };
  Object.assign(process.env, values);
  t.after(() => {
    for (const name of Object.keys(values)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });
}

/** Root reads everything, unless that right is taken away; null: it cannot be. */
export function withoutRootsRights(): readonly string[] | null {
  if (process.getuid?.() !== 0) return [];
  return existsSync(SETPRIV) ? [SETPRIV, "--bounding-set", "-dac_override,-dac_read_search"] : null;
}
