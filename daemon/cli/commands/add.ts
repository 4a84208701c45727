// add: watches folders.
import type { ErrorBody, Folder } from "../../../shared/api.ts";
import { AppError } from "../../errors.ts";
import { connect } from "../client.ts";
import { defineCommand } from "../command.ts";
import { absolutePath } from "../folder-argument.ts";
import { printable, shortPath, toJson } from "../output.ts";

interface Refused {
  readonly path: string;
  readonly error: ErrorBody["error"];
}

export const add = defineCommand({
  name: "add",
  operands: "FOLDER...",
  count: [1, 100],
  about: "Watch folders and everything below them",
  details: [
    "A folder that is watched already is no error. If only some can be watched, the others are, and the exit code is 3.",
  ],
  async run(context, { words, options }) {
    const { terminal, home, program } = context;
    const client = await connect(context);
    const added: Folder[] = [];
    const already: Refused[] = [];
    const refused: Refused[] = [];
    for (const word of words) {
      const path = absolutePath(context, word);
      try {
        added.push(await client.addFolder(path));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const isWatched = error.code === "folder-exists" || error.code === "folder-inside";
        if (!isWatched && words.length === 1) throw error;
        const { code, message, hint } = error;
        const entry = { path, error: { code, message, ...(hint === undefined ? {} : { hint }) } };
        (isWatched ? already : refused).push(entry);
      }
    }
    if (options.json) terminal.out(`${toJson({ added, already, refused })}\n`);
    else {
      for (const { id, path } of added) terminal.out(`Watching ${shortPath(path, home)} (folder ${id}).\n`);
      for (const { error } of already) terminal.out(`${printable(error.message)}\n`);
      for (const { error } of refused)
        terminal.err(`${terminal.paintError("red", "error")}: ${printable(error.message)}\n`);
      if (added.length > 0 && terminal.isTTY) terminal.out(`See it being read: ${program} status --watch\n`);
    }
    if (refused.length === 0) return "ok";
    return refused.length === words.length ? "error" : "partial";
  },
});
