// reveal: shows a picture's file where it lies.
import { connect } from "../client.ts";
import { defineCommand, type Options } from "../command.ts";
import { absolutePath, imageId } from "../folder-argument.ts";
import { shortPath, toJson } from "../output.ts";

const OPTIONS = {
  file: { type: "text", value: "PATH", about: "This one of the picture's files; the newest if not given." },
} as const satisfies Options;

export const reveal = defineCommand({
  name: "reveal",
  operands: "ID",
  count: [1, 1],
  about: "Show a picture in Finder or the file manager",
  details: ["ID is the `id` of a picture in --json, or in `duplicates`. The picture itself is not opened."],
  options: OPTIONS,
  async run(context, { words: [word = ""], options }) {
    const { terminal, home } = context;
    const client = await connect(context);
    const file = options.file === undefined ? undefined : absolutePath(context, options.file);
    const answer = await client.reveal(imageId(word), file);
    terminal.out(options.json ? `${toJson(answer)}\n` : `${shortPath(answer.path, home)}\n`);
    return "ok";
  },
});
