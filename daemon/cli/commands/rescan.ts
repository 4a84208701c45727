// rescan: looks through the folders now.
import { connect } from "../client.ts";
import { defineCommand } from "../command.ts";
import { watchedFolder } from "../folder-argument.ts";
import { shortPath, toJson } from "../output.ts";

export const rescan = defineCommand({
  name: "rescan",
  operands: "[FOLDER|ID]",
  count: [0, 1],
  about: "Look through one folder, or all of them, now",
  details: ["Not needed in daily life: changes are noticed by themselves."],
  async run(context, { words: [word], options }) {
    const client = await connect(context);
    const folder = word === undefined ? undefined : await watchedFolder(client, context, word);
    const status = await client.rescan(folder?.id);
    const what = folder ? shortPath(folder.path, context.home) : "all folders";
    context.terminal.out(options.json ? `${toJson(status)}\n` : `Looking through ${what}.\n`);
    return "ok";
  },
});
