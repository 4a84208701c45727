// Command line → operands and options of one command. Uses node:util.parseArgs for the splitting; the messages are ours.
import { parseArgs } from "node:util";
import { distance } from "../config.ts";
import { COMMON_OPTIONS, type Command, type Input, type Option, type Options } from "./command.ts";
import { usageError } from "./failure.ts";
import { printable } from "./output.ts";

/** The known word that `word` was probably meant to be, or undefined. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const [best] = known.toSorted((a, b) => distance(word, a) - distance(word, b));
  if (best === undefined) return undefined;
  // Two neighbours swapped count as two; in a word of three letters that is another word.
  const tolerance = best.length < 4 ? 1 : Math.max(2, Math.floor(best.length / 3));
  return distance(word, best) <= tolerance ? best : undefined;
}

/**
 * Splits the arguments of a command. Throws a usage error that names what was not understood.
 * @param program what the user types to run this program
 */
export function parseInput(program: string, command: Command, args: readonly string[]): Input {
  const options: Options = { ...command.options, ...COMMON_OPTIONS };
  const values: Record<string, boolean | number | string | undefined> = {};
  for (const [name, option] of Object.entries(options)) if (option.type === "flag") values[name] = false;
  const words: string[] = [];
  const { tokens } = parseArgs({
    args: giveNumbers(args, options),
    options: Object.fromEntries(
      Object.entries(options).map(([name, option]) => [
        name,
        {
          type: option.type === "flag" ? ("boolean" as const) : ("string" as const),
          ...(option.short === undefined ? {} : { short: option.short }),
        },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) throw unknownOption(program, command, token.rawName, Object.keys(options));
    values[token.name] = readValue(option, token.rawName, token.value, token.inlineValue === true);
  }
  if (!values.help) checkCount(program, command, words);
  return { words, options: values as Input["options"] };
}

/** `--open 2` → `--open=2` and `--open` → `--open=1`, for options whose number may be left out. */
function giveNumbers(args: readonly string[], options: Options): string[] {
  const given: string[] = [];
  const end = args.indexOf("--");
  const limit = end < 0 ? args.length : end;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    const option = i < limit && arg.startsWith("--") ? options[arg.slice(2)] : undefined;
    if (option?.type !== "maybe-number") given.push(arg);
    else if (i + 1 < limit && /^\d+$/.test(args[i + 1] ?? "")) given.push(`${arg}=${args[++i]}`);
    else given.push(`${arg}=${option.min}`);
  }
  return given;
}

function readValue(
  option: Option,
  name: string,
  value: string | undefined,
  isInline: boolean,
): boolean | number | string {
  if (option.type === "flag") {
    if (isInline) throw usageError(`${name} takes no value.`);
    return true;
  }
  // Without "=", parseArgs takes whatever comes next, even another option.
  const isMissing = value === undefined || value === "" || (!isInline && value.startsWith("-"));
  if (isMissing) throw usageError(`${name} needs a value: ${name} ${option.value}.`);
  if (option.type === "text") return value;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= option.min && number <= option.max) return number;
  throw usageError(`${name} must be a whole number from ${option.min} to ${option.max}, not "${printable(value)}".`);
}

function unknownOption(program: string, command: Command, name: string, known: readonly string[]): Error {
  const near = nearest(name.replace(/^-+/, ""), known);
  const hint =
    near === undefined
      ? `\`${program} ${command.name} --help\` lists the options. Words that begin with a dash go after "--".`
      : `Did you mean --${near}?`;
  return usageError(`${command.name} has no option ${printable(name)}.`, hint);
}

function checkCount(program: string, command: Command, words: readonly string[]): void {
  const [min, max] = command.count;
  if (words.length < min) {
    throw usageError(
      `Something is missing: ${command.name} ${command.operands}`,
      `See \`${program} ${command.name} --help\`.`,
    );
  }
  if (words.length > max) {
    throw usageError(
      `${command.name} does not know what to do with "${printable(words[max] ?? "")}".`,
      `See \`${program} ${command.name} --help\`.`,
    );
  }
}
