// The database: checked by the daemon that has it open, else by SQLite itself, which only reads.
import { existsSync } from "node:fs";
import { messageOf } from "../../errors.ts";
import { lookAtClosed } from "../../store/closed-library.ts";
import type { Client } from "../client.ts";
import type { Context } from "../command.ts";
import { describeFailure } from "../failure.ts";
import { plural } from "../output.ts";
import type { DaemonFound } from "./daemon.ts";
import { type Line, ok, problem, warning } from "./line.ts";

const RESTORE = "Put a backup in its place, or move the file away: then all pictures are read again.";

export async function checkLibrary(context: Context, { client, isRunning }: DaemonFound): Promise<Line> {
  if (client) return askDaemon(client, context);
  if (isRunning)
    return warning("library", "not checked: rememe runs, but does not answer", "See the line of the daemon.");
  return lookOurselves(context);
}

async function askDaemon(client: Client, { program }: Context): Promise<Line> {
  try {
    const { findings, pictures } = await client.check(false);
    if (findings.length === 0) return ok("library", `sound, with ${plural(pictures, "picture")}`);
    const what = findings.map(({ message }) => message).join("; ");
    return warning("library", `something does not fit together: ${what}`, `Run: ${program} check`);
  } catch (error) {
    const { message, hint } = describeFailure(error);
    return problem("library", message, hint ?? RESTORE);
  }
}

function lookOurselves({ paths }: Context): Line {
  if (!existsSync(paths.database)) return ok("library", "there is none yet; the first start makes it");
  try {
    const answer = lookAtClosed(paths.database);
    return answer === "ok" ? ok("library", "sound, says SQLite") : problem("library", `damaged: ${answer}`, RESTORE);
  } catch (error) {
    return problem("library", `it cannot be read: ${messageOf(error)}`, RESTORE);
  }
}
