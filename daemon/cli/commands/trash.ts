// trash: moves a picture's files to the system's Trash, and back.
import { type Client, connect } from "../client.ts";
import { type Context, defineCommand, type Exit, type Options } from "../command.ts";
import { interrupted, usageError } from "../failure.ts";
import { absolutePath, imageId } from "../folder-argument.ts";
import { plural, printable, shortPath, toJson } from "../output.ts";

const OPTIONS = {
  file: { type: "text", value: "PATH", about: "Only this one of the picture's files." },
  undo: { type: "flag", about: "Move back what was moved last, or the file with this ID in `moved` of --json." },
  yes: { type: "flag", short: "y", about: "Do not ask." },
} as const satisfies Options;

export const trash = defineCommand({
  name: "trash",
  operands: "[ID]",
  count: [0, 1],
  about: "Move the files of a picture to the Trash, or back",
  details: ["ID is the `id` of a picture in --json. Nothing is ever deleted."],
  options: OPTIONS,
  async run(context, { words: [word], options }) {
    const client = await connect(context);
    if (options.undo) return undo(context, client, word === undefined ? null : imageId(word), options.json);
    if (word === undefined) throw usageError("Which picture? Give its ID.");
    const image = await client.image(imageId(word));
    const paths = options.file === undefined ? image.paths : [absolutePath(context, options.file)];
    if (!options.yes && !(await isConfirmed(context, paths, options.json))) return "ok";
    const answer = await client.trash(image.id, options.file === undefined ? undefined : paths);
    const { terminal, home } = context;
    if (options.json) terminal.out(`${toJson(answer)}\n`);
    else {
      for (const { path } of answer.moved) terminal.out(`Moved to the Trash: ${shortPath(path, home)}\n`);
      for (const { path, message } of answer.failed) {
        terminal.err(`Not moved: ${shortPath(path, home)}: ${printable(message)}\n`);
      }
      terminal.err(`\`${context.program} trash --undo\` moves it back.\n`);
    }
    return answer.failed.length > 0 ? "partial" : "ok";
  },
});

async function isConfirmed(
  { terminal, home, stop }: Context,
  paths: readonly string[],
  isJson: boolean,
): Promise<boolean> {
  const what = paths.length === 1 ? shortPath(paths[0] ?? "", home) : plural(paths.length, "file");
  if (!terminal.canAsk || isJson) throw usageError(`This moves ${what} to the Trash.`, "Add --yes if you mean it.");
  if (paths.length > 1) terminal.err(`${paths.map((path) => shortPath(path, home)).join("\n")}\n`);
  const answer = await terminal.ask(`Move ${what} to the Trash? [y/N] `, stop).catch(() => {
    throw interrupted();
  });
  if (/^y(es)?$/i.test(answer.trim())) return true;
  terminal.out("Nothing was done.\n");
  return false;
}

async function undo({ terminal, home }: Context, client: Client, id: number | null, isJson: boolean): Promise<Exit> {
  const [last] = id === null ? (await client.trashed({ limit: 1 })).files : [];
  const wanted = id ?? last?.id;
  if (wanted === undefined) {
    terminal.err("Nothing was moved to the Trash.\n");
    return "nothing";
  }
  const answer = await client.restore(wanted);
  terminal.out(isJson ? `${toJson(answer)}\n` : `Moved back: ${shortPath(answer.path, home)}\n`);
  return "ok";
}
