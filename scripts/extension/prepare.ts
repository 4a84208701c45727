// npm run extension: installs what the extension and its tests need, when it is not there yet, and builds the extension.
import { statSync } from "node:fs";
import { join } from "node:path";
import { EXTENSION, TESTS } from "./places.ts";
import { run } from "./run.ts";

/** When what is installed was installed, in ms; 0: never. */
const changedAtMs = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

async function install(directory: string): Promise<void> {
  const installedAtMs = changedAtMs(join(directory, "node_modules/.package-lock.json"));
  if (installedAtMs < changedAtMs(join(directory, "package-lock.json"))) {
    await run(directory, "npm", ["ci", "--no-audit", "--no-fund"]);
  }
}

await install(EXTENSION);
await install(TESTS);
await run(EXTENSION, "npm", ["run", "--silent", "build"]);
