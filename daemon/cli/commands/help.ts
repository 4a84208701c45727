// help: what can be done. Given the table of commands by its caller, being part of it.
import { COMMON_OPTIONS, type Command, defineCommand, EXIT_CODES } from "../command.ts";
import { usageError } from "../failure.ts";
import { commandHelp, programHelp, spellCommand, spellOption } from "../help.ts";
import { printable, toJson } from "../output.ts";
import { nearest } from "../parse.ts";

/** The help command for a table of commands. */
export function createHelp(commands: () => readonly Command[]): Command {
  return defineCommand({
    name: "help",
    operands: "[COMMAND]",
    count: [0, 1],
    about: "Print what can be done, or the help of one command",
    async run({ terminal, program }, { words: [word], options }) {
      const all = commands();
      const command = word === undefined ? undefined : findCommand(all, word);
      if (options.json) {
        const shown = command ? [command] : all;
        terminal.out(`${toJson({ commands: shown.map(toData), exitCodes: EXIT_CODES })}\n`);
      } else terminal.out(command ? commandHelp(program, command) : programHelp(program, all));
      return "ok";
    },
  });
}

/** The command of this name. Throws a usage error with the name that was probably meant. */
export function findCommand(commands: readonly Command[], name: string): Command {
  const found = commands.find((command) => command.name === name);
  if (found) return found;
  const near = nearest(
    name,
    commands.map((command) => command.name),
  );
  const hint =
    near === undefined ? "`help` lists the commands; `search WORDS` finds pictures." : `Did you mean ${near}?`;
  throw usageError(`There is no command "${printable(name)}".`, hint);
}

function toData(command: Command): object {
  const options = Object.entries({ ...command.options, ...COMMON_OPTIONS });
  return {
    name: command.name,
    usage: spellCommand(command),
    about: command.about,
    details: command.details,
    options: options.map(([name, option]) => ({ name, usage: spellOption(name, option), about: option.about })),
  };
}
