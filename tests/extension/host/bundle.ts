// Loads a command as `ray build` wrote it, unchanged, with the stand-in in the host's place.

// Loads a command as `ray build` wrote it, unchanged, with the stand-in in the host's place.
import Module, { createRequire } from "node:module";
import { jsxRuntime, React } from "./renderer.ts";

const DIST = new URL("../../../extension/dist/", import.meta.url);
const require = createRequire(import.meta.url);

type Load = (request: string, parent: unknown, isMain: boolean) => unknown;

let api: object | null = null;
const loader = Module as unknown as { _load: Load };
const load = loader._load;
loader._load = function (request, parent, isMain) {
  if (request === "@raycast/api" && api) return api;
  if (request === "react") return React;
  if (request === "react/jsx-runtime") return jsxRuntime;
  return load.call(this, request, parent, isMain);
};

export interface Bundle {
  readonly default: (...args: never[]) => unknown;
}

/** `name`: "search-memes", "tools/search-memes". Every call loads it afresh, as Raycast starts a command afresh. */
export function loadBundle(name: string, standIn: object): Bundle {
  const file = new URL(`${name}.js`, DIST).pathname;
  delete require.cache[file];
  api = standIn;
  try {
    return require(file) as Bundle;
  } finally {
    api = null;
  }
}
