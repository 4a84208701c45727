// The command table, and one run of the program: arguments → command → exit code. Touches nothing of the process.
import { type Command, type Context, EXIT_CODES } from "./command.ts";
import { add } from "./commands/add.ts";
import { backup } from "./commands/backup.ts";
import { check } from "./commands/check.ts";
import { doctor } from "./commands/doctor.ts";
import { duplicates } from "./commands/duplicates.ts";
import { embed } from "./commands/embed.ts";
import { failures } from "./commands/failures.ts";
import { folders } from "./commands/folders.ts";
import { forgetUses } from "./commands/forget-uses.ts";
import { createHelp, findCommand } from "./commands/help.ts";
import { install } from "./commands/install.ts";
import { logs } from "./commands/logs.ts";
import { mark } from "./commands/mark.ts";
import { model } from "./commands/model.ts";
import { models } from "./commands/models.ts";
import { open } from "./commands/open.ts";
import { pause } from "./commands/pause.ts";
import { random } from "./commands/random.ts";
import { remove } from "./commands/remove.ts";
import { rescan } from "./commands/rescan.ts";
import { restart } from "./commands/restart.ts";
import { resume } from "./commands/resume.ts";
import { reveal } from "./commands/reveal.ts";
import { search } from "./commands/search.ts";
import { similar } from "./commands/similar.ts";
import { start } from "./commands/start.ts";
import { status } from "./commands/status.ts";
import { stop } from "./commands/stop.ts";
import { trash } from "./commands/trash.ts";
import { uninstall } from "./commands/uninstall.ts";
import { version } from "./commands/version.ts";
import { describeFailure } from "./failure.ts";
import { commandHelp, programHelp } from "./help.ts";
import { printable, toJson } from "./output.ts";
import { parseInput } from "./parse.ts";
import { asTyped } from "./program-name.ts";

const help = createHelp(() => COMMANDS);

/** Every command, in the order of the help. docs/cli.md has the same ones (tested). */
export const COMMANDS: readonly Command[] = [
  start,
  search,
  similar,
  random,
  mark,
  duplicates,
  reveal,
  trash,
  forgetUses,
  open,
  add,
  remove,
  folders,
  status,
  failures,
  rescan,
  pause,
  resume,
  models,
  model,
  embed,
  doctor,
  check,
  backup,
  install,
  uninstall,
  restart,
  stop,
  logs,
  help,
  version,
];

/** What people type before they know the commands. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["-h", "help"],
  ["--help", "help"],
  ["-v", "version"],
  ["-V", "version"],
  ["--version", "version"],
]);

/** Runs the program with these arguments (without node and the script) and resolves with its exit code. Never rejects. */
export async function run(context: Context, args: readonly string[]): Promise<number> {
  const { terminal, program } = context;
  const [name, ...rest] = args;
  if (name === undefined) {
    terminal.err(programHelp(program, COMMANDS));
    return EXIT_CODES.usage.code;
  }
  try {
    const command = findCommand(COMMANDS, ALIASES.get(name) ?? name);
    const input = parseInput(program, command, rest);
    if (input.options.help && command !== help) {
      terminal.out(commandHelp(program, command));
      return EXIT_CODES.ok.code;
    }
    return EXIT_CODES[await command.run(context, input)].code;
  } catch (error) {
    return report(context, error, rest.includes("--json"));
  }
}

function report({ terminal, env, program }: Context, error: unknown, isJson: boolean): number {
  const { exit, code, message, hint } = describeFailure(error);
  if (isJson) {
    terminal.err(`${toJson({ error: { code, message, ...(hint === undefined ? {} : { hint }) } }, 0)}\n`);
    return EXIT_CODES[exit].code;
  }
  if (exit === "interrupted") return EXIT_CODES[exit].code;
  terminal.err(`${terminal.paintError("red", "error")}: ${printable(asTyped(message, program))}\n`);
  if (hint !== undefined) terminal.err(`${printable(asTyped(hint, program))}\n`);
  if (env.REMEME_DEBUG && error instanceof Error) terminal.err(`${error.stack}\n`);
  return EXIT_CODES[exit].code;
}
