// uninstall: rememe no longer runs by itself; with --purge, nothing of it is left.
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { type Context, defineCommand, type Options } from "../command.ts";
import { usageError } from "../failure.ts";
import { shortPath, toJson } from "../output.ts";
import { uninstall as uninstallService } from "../service/install.ts";

const OPTIONS = {
  purge: {
    type: "flag",
    about: "Remove the library too: index, marks, tags, models, settings, logs. Your pictures stay.",
  },
  yes: { type: "flag", short: "y", about: "Do not ask." },
} as const satisfies Options;

export const uninstall = defineCommand({
  name: "uninstall",
  about: "Let rememe no longer run by itself, and remove its copy of the program",
  details: [
    "The library stays, unless --purge is given. Pictures are never touched.",
    "Where nothing is installed, a rememe that runs in a terminal goes on; --purge stops it.",
  ],
  options: OPTIONS,
  async run(context, { options }) {
    const { terminal, home } = context;
    const owned = directories(context);
    if (options.purge && !options.yes && !(await isSure(context, owned))) {
      terminal.out("Nothing was done.\n");
      return "ok";
    }
    const wasInstalled = await uninstallService(context, options.purge);
    if (options.purge) for (const path of owned) await rm(path, { recursive: true, force: true, maxRetries: 3 });
    if (options.json)
      terminal.out(`${toJson({ wasInstalled, ...(options.purge ? { removed: owned } : { kept: owned }) })}\n`);
    else {
      const shown = owned.map((path) => `  ${shortPath(path, home)}\n`).join("");
      terminal.out(wasInstalled ? "rememe no longer runs by itself.\n" : "It was not installed.\n");
      terminal.out(options.purge ? `Removed:\n${shown}` : `Its library stays (--purge removes it):\n${shown}`);
    }
    return "ok";
  },
});

/** Everything that rememe writes, besides the service's file. */
function directories({ paths }: Context): readonly string[] {
  const all = [paths.data, dirname(paths.config), paths.logs, dirname(paths.exports)];
  return all.filter((path, at) => all.indexOf(path) === at && !all.some((other) => path.startsWith(`${other}/`)));
}

async function isSure({ terminal, stop, home }: Context, owned: readonly string[]): Promise<boolean> {
  if (!terminal.canAsk) throw usageError("--purge removes the library for good; without a terminal it needs --yes.");
  const what = owned.map((path) => shortPath(path, home)).join(", ");
  const answer = await terminal
    .ask(`Remove ${what} for good, with all favourites and tags? Your pictures stay. [type yes] `, stop)
    .catch(() => "");
  return answer.trim().toLowerCase() === "yes";
}
