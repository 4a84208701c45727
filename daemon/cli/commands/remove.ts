// remove: stops watching a folder.
import { connect } from "../client.ts";
import { defineCommand, type Options } from "../command.ts";
import { interrupted, usageError } from "../failure.ts";
import { watchedFolder } from "../folder-argument.ts";
import { plural, shortPath, toJson } from "../output.ts";

const OPTIONS = { yes: { type: "flag", short: "y", about: "Do not ask." } } as const satisfies Options;

export const remove = defineCommand({
  name: "remove",
  operands: "FOLDER|ID",
  count: [1, 1],
  about: "Stop watching a folder and forget its pictures",
  details: ["The pictures on disk are never touched. A folder whose name is a number is written as ./12."],
  options: OPTIONS,
  async run(context, { words: [word = ""], options }) {
    const { terminal, home } = context;
    const client = await connect(context);
    const folder = await watchedFolder(client, context, word);
    const shown = shortPath(folder.path, home);
    if (!options.yes) {
      if (!terminal.canAsk || options.json) throw usageError(`This forgets ${shown}.`, "Add --yes if you mean it.");
      const question = `Forget ${shown} (${plural(folder.files, "picture")})? The files on disk stay as they are. [y/N] `;
      const answer = await terminal.ask(question, context.stop).catch(() => {
        throw interrupted();
      });
      if (!/^y(es)?$/i.test(answer.trim())) {
        terminal.out("Nothing was done.\n");
        return "ok";
      }
    }
    const folders = await client.removeFolder(folder.id);
    if (options.json) terminal.out(`${toJson({ removed: folder, folders })}\n`);
    else terminal.out(`${shown} is forgotten. Its files are as they were.\n`);
    return "ok";
  },
});
