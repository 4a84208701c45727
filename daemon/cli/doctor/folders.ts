// May each watched folder be read? What the daemon says counts: macOS allows each program by itself. Our own look only tells how it differs.
import type { Folder } from "../../../shared/api.ts";
import { type Look, lookInto } from "../../permissions/look.ts";
import type { Context } from "../command.ts";
import { plural, shortPath } from "../output.ts";
import { type Line, ok, problem, warning } from "./line.ts";

const LIMIT_MS = 5_000;

const lookForAWhile = (path: string): Promise<Look> => lookInto(path, AbortSignal.timeout(LIMIT_MS));

export async function checkFolders(
  context: Context,
  folders: readonly Folder[],
  look: (path: string) => Promise<Look> = lookForAWhile,
): Promise<readonly Line[]> {
  if (folders.length === 0) {
    return [warning("folder", "no folder is watched", `Run: ${context.program} add ~/Pictures`)];
  }
  return Promise.all(folders.map(async (folder) => describe(context, folder, await look(folder.path))));
}

function describe({ home, program }: Context, folder: Folder, seen: Look): Line {
  const where = shortPath(folder.path, home);
  const known = `its ${plural(folder.files, "file")} stay known`;
  const { advice, settingsUrl } = folder.permission ?? { advice: "", settingsUrl: null };
  const next = settingsUrl === null ? advice : `${advice} To get there: open "${settingsUrl}"`;
  switch (folder.state) {
    case "denied": {
      const also = seen === "granted" ? ", although this terminal may" : "";
      return problem("folder", `${where}: the system does not let rememe read it${also}; ${known}`, next);
    }
    case "undecided":
      return warning("folder", `${where}: whether rememe may read it is undecided; ${known}`, next);
    case "offline":
      if (seen === "unanswered")
        return warning("folder", `${where}: no answer; ${known}`, "Wake the disk or server it is on.");
      return warning("folder", `${where}: not connected; ${known}`, `Connect it, or: ${program} remove "${where}"`);
    default:
      return ok("folder", `${where}: granted, ${plural(folder.files, "file")}`);
  }
}
