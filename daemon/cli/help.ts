// The help texts, made from the command table.
import { COMMON_OPTIONS, type Command, EXIT_CODES, type Option } from "./command.ts";

/** How an option is written, such as "--limit N", "-0, --null" or "--open [N]". */
export function spellOption(name: string, option: Option): string {
  const value = { flag: "", "maybe-number": " [N]" }[option.type as string];
  const suffix = value ?? ` ${(option as { value: string }).value}`;
  return `${option.short === undefined ? "" : `-${option.short}, `}--${name}${suffix}`;
}

/** How a command is written, such as "search WORDS...". */
export function spellCommand({ name, operands }: Command): string {
  return operands === "" ? name : `${name} ${operands}`;
}

/** The help of one command. */
export function commandHelp(program: string, command: Command): string {
  const options = Object.entries({ ...command.options, ...COMMON_OPTIONS });
  return [
    `Usage: ${program} ${spellCommand(command)} [options]`,
    "",
    `${command.about}.`,
    ...command.details,
    "",
    "Options:",
    ...list(options.map(([name, option]) => [spellOption(name, option), option.about])),
    "",
  ].join("\n");
}

/** The help of the whole program. */
export function programHelp(program: string, commands: readonly Command[]): string {
  return [
    "You remember the picture; rememe finds it. Everything stays on this machine.",
    "",
    `Usage: ${program} COMMAND [options]`,
    "",
    "Commands:",
    ...list(commands.map((command) => [spellCommand(command), command.about])),
    "",
    "Exit codes:",
    ...list(Object.values(EXIT_CODES).map(({ code, about }) => [String(code), about])),
    "",
    `\`${program} COMMAND --help\` says more about one of them.`,
    "",
  ].join("\n");
}

function list(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([term]) => term.length));
  return rows.map(([term, about]) => `  ${term.padEnd(width)}  ${about}`);
}
