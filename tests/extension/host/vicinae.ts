// What Vicinae, which runs Raycast extensions on Linux, has of the host's edge: its own package says it.
import { createRequire } from "node:module";

type Members = Record<string, unknown>;

const PARTS = ["Action", "ActionPanel", "Detail", "Form", "Grid", "List", "MenuBarExtra"];

/** The stand-in without what Vicinae lacks, and the names of that. */
export function asInVicinae(api: Members): { readonly api: Members; readonly missing: readonly string[] } {
  const vicinae = loadVicinae();
  const missing = [
    ...leftOut(api, vicinae, ""),
    ...PARTS.filter((part) => vicinae[part]).flatMap((part) =>
      leftOut(api[part] as Members, vicinae[part] as Members, `${part}.`),
    ),
  ];
  return { api, missing };
}

function leftOut(ours: Members, theirs: Members, prefix: string): string[] {
  const names = Object.keys(ours).filter((name) => theirs[name] === undefined);
  for (const name of names) delete ours[name];
  return names.map((name) => prefix + name);
}

/** Its package expects the launcher around it when it is loaded. */
function loadVicinae(): Members {
  Object.assign(globalThis, { vicinae: { environ: {}, preferences: {} } });
  return createRequire(import.meta.url)("@vicinae/api") as Members;
}
