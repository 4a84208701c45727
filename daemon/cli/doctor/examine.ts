// All checks, in the order of the page. A check that fails is a line, never the end.
import type { Folder } from "../../../shared/api.ts";
import { messageOf } from "../../errors.ts";
import type { Context } from "../command.ts";
import type { System } from "../service/service.ts";
import { checkCrashes } from "./crashes.ts";
import { checkDaemon, type DaemonFound } from "./daemon.ts";
import { checkFolders } from "./folders.ts";
import { checkLibrary } from "./library.ts";
import { type Line, problem, warning } from "./line.ts";
import { checkMachine } from "./machine.ts";
import { checkProgram } from "./program.ts";
import { checkService } from "./service.ts";

export interface Examination {
  readonly lines: readonly Line[];
  /** Empty when the daemon could not be asked. */
  readonly folders: readonly Folder[];
}

export async function examine(context: Context, system?: System): Promise<Examination> {
  const lines: Line[] = [];
  async function add(check: string, look: () => Promise<readonly Line[]> | readonly Line[]): Promise<void> {
    context.stop.throwIfAborted();
    try {
      lines.push(...(await look()));
    } catch (error) {
      if (context.stop.aborted) throw error;
      lines.push(problem(check, `this could not be checked: ${messageOf(error)}`, "Please report it with --report."));
    }
  }
  let daemon: DaemonFound = { lines: [], client: null, isRunning: false };
  let folders: readonly Folder[] = [];
  await add("program", () => checkProgram(context, system));
  await add("service", () => checkService(context, system));
  await add("daemon", async () => {
    daemon = await checkDaemon(context);
    return daemon.lines;
  });
  await add("folder", async () => {
    if (!daemon.client)
      return [
        warning("folder", "the folders are not known while rememe does not answer", "See the line of the daemon."),
      ];
    folders = await daemon.client.folders();
    return checkFolders(context, folders);
  });
  await add("library", async () => [await checkLibrary(context, daemon)]);
  await add("machine", () => checkMachine(context, system));
  await add("crash", () => checkCrashes(context));
  return { lines, folders };
}
