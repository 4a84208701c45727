// What a command is, what it is given, and the exit codes. Knows no command.
import type { Paths } from "../paths.ts";
import type { Terminal } from "./terminal.ts";

/** Every exit code, with its meaning; docs/cli.md and `rememe help` list the same ones (tested). */
export const EXIT_CODES = {
  ok: { code: 0, about: "done" },
  error: { code: 1, about: "it did not work; the message says why" },
  usage: { code: 2, about: "the command line was not understood; nothing was done" },
  partial: { code: 3, about: "some of it was done; the messages say what was not" },
  nothing: { code: 4, about: "nothing was found" },
  notRunning: { code: 10, about: "rememe is not running" },
  interrupted: { code: 130, about: "interrupted (Ctrl-C)" },
} as const;
export type Exit = keyof typeof EXIT_CODES;

interface OptionBase {
  /** One letter or digit. */
  readonly short?: string;
  readonly about: string;
}
interface FlagOption extends OptionBase {
  readonly type: "flag";
}
interface TextOption extends OptionBase {
  readonly type: "text";
  /** What the value is called in the help. */
  readonly value: string;
}
interface NumberOption extends OptionBase {
  /** "maybe-number": the number may be left out and is `min` then; a number that follows directly belongs to the option. */
  readonly type: "number" | "maybe-number";
  readonly value: string;
  readonly min: number;
  readonly max: number;
}
export type Option = FlagOption | TextOption | NumberOption;
export type Options = Readonly<Record<string, Option>>;

type ValueOf<O extends Option> = O extends FlagOption
  ? boolean
  : O extends TextOption
    ? string | undefined
    : number | undefined;

/** Options every command takes. */
export const COMMON_OPTIONS = {
  json: { type: "flag", about: "Print JSON for programs; errors are JSON on stderr." },
  help: { type: "flag", short: "h", about: "Print the help of this command." },
} as const satisfies Options;

type Values<O extends Options> = { readonly [Name in keyof O]: ValueOf<O[Name]> } & {
  readonly json: boolean;
  readonly help: boolean;
};

export interface Input<O extends Options = Options> {
  readonly words: readonly string[];
  readonly options: Values<O>;
}

/** What every command is given; nothing else of the process is touched. */
export interface Context {
  readonly terminal: Terminal;
  readonly paths: Paths;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** The user's home directory, shown as `~`. */
  readonly home: string;
  /** What the user types to run this program, such as "rememe". */
  readonly program: string;
  /** The directory of this package. */
  readonly root: string;
  /** The daemon's main module. */
  readonly daemonEntry: URL;
  /** Directory of the sample pictures; it need not exist. */
  readonly samples: string;
  /** Aborted by the first Ctrl-C (or SIGTERM): stop, in good order. */
  readonly stop: AbortSignal;
  /** Aborted by the second one: stop now. */
  readonly kill: AbortSignal;
}

export interface Command {
  readonly name: string;
  /** What follows the name, such as "WORDS..."; "" when nothing does. */
  readonly operands: string;
  /** How many operands there may be. */
  readonly count: readonly [min: number, max: number];
  /** One line, without a full stop. */
  readonly about: string;
  /** Further lines of the help. */
  readonly details: readonly string[];
  readonly options: Options;
  run(context: Context, input: Input): Promise<Exit>;
}

type Definition<O extends Options> = Omit<Command, "options" | "run" | "details" | "operands" | "count"> & {
  readonly operands?: string;
  readonly count?: Command["count"];
  readonly details?: readonly string[];
  readonly options?: O;
  run(context: Context, input: Input<O>): Promise<Exit>;
};

/** Makes a command whose `run` sees its options with their types. Without `operands` it takes none. */
export function defineCommand<const O extends Options = Record<never, Option>>(definition: Definition<O>): Command {
  const { operands = "", count = [0, 0], details = [], options = {} } = definition;
  return { ...definition, operands, count, details, options, run: definition.run as Command["run"] };
}
