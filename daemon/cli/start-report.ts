// What `start` says while it starts, indexes and is ready: to a person, or as JSON lines to a program. Starts nothing itself.
import type { DaemonAddress, Folder, Link, Status } from "../../shared/api.ts";
import type { Context } from "./command.ts";
import { plural, printable, shortPath, toJson } from "./output.ts";
import { asTyped } from "./program-name.ts";
import { createLiveLine, describeActivity, describeUpgrade } from "./progress.ts";

/** Searches that find something in the sample pictures. */
export const SAMPLE_SEARCHES = ["dog fire", "works on my machine", "blue sky"] as const;

/** What there is to know as soon as something can be found. */
export interface Guide {
  readonly status: Status;
  readonly folders: readonly Folder[];
  readonly link: Link;
  /** Whether it ends with this process. */
  readonly isOurs: boolean;
}

export interface StartReport {
  starting(): void;
  running(address: DaemonAddress, isOurs: boolean): void;
  watching(folder: Folder): void;
  /** Something the user should know, in words. */
  note(message: string): void;
  progress(status: Status): void;
  /** How to search; as soon as pictures can be found, or there are none. */
  searchable(guide: Guide): void;
  /** Everything can be found. `seconds` since the start; null when it could be found before. */
  ready(status: Status, seconds: number | null): void;
  stopping(): void;
  stopped(): void;
}

/** One JSON object a line, each with its `event`. */
export function jsonReport({ terminal }: Context): StartReport {
  const write = (event: string, content: object = {}): void => terminal.out(`${toJson({ event, ...content }, 0)}\n`);
  return {
    starting: () => write("starting"),
    running: (address, isOurs) => write("running", { address, isOurs }),
    watching: (folder) => write("watching", { folder }),
    note: (message) => write("note", { message }),
    progress: (status) => write("progress", { status }),
    searchable: ({ status, link }) => write("searchable", { status, link }),
    ready: (status, seconds) => write("ready", { status, seconds }),
    stopping: () => write("stopping"),
    stopped: () => write("stopped"),
  };
}

export interface WordOptions {
  /** Problems only. */
  readonly quiet: boolean;
  /** The daemon writes to the same terminal: no line that changes in place. */
  readonly verbose: boolean;
}

/** Words for a person. */
export function wordReport(context: Context, { quiet, verbose }: WordOptions): StartReport {
  const { terminal, home } = context;
  const line = createLiveLine({
    isTTY: terminal.isErrorTTY,
    columns: () => terminal.columns,
    write: (text) => {
      if (!quiet && !verbose) terminal.err(text);
    },
  });
  const say = (text: string): void => {
    line.clear();
    if (!quiet) terminal.out(`${text}\n`);
  };
  return {
    starting: () => line.show("starting"),
    running: ({ pid, port }, isOurs) => {
      if (isOurs) line.clear();
      else say(`rememe is running already (process ${pid}, port ${port}).`);
    },
    watching: (folder) => say(`Watching ${shortPath(folder.path, home)} and everything below it.`),
    note: (message) => {
      line.clear();
      terminal.err(`${terminal.paintError("yellow", printable(message))}\n`);
    },
    progress: (status) => line.show(describeActivity(status, home)),
    searchable: (guide) => say(guideText(context, guide)),
    ready: (status, seconds) => say(readyText(context, status, seconds)),
    stopping: () => line.show("stopping"),
    stopped: () => line.clear(),
  };
}

function readyText(
  { terminal, program }: Context,
  { counts, notices, upgrade }: Status,
  seconds: number | null,
): string {
  const { images, failed } = counts;
  const took = seconds === null ? "" : `, after ${seconds.toFixed(1)} s`;
  return [
    terminal.paint(["bold", "green"], `${plural(images, "picture")} can be found${took}.`),
    ...(failed > 0 ? [`${plural(failed, "file")} could not be read: ${program} failures`] : []),
    ...(upgrade ? [`Search works; meanwhile it is ${describeUpgrade(upgrade)}.`, `  ${program} status --watch`] : []),
    ...notices.map((notice) => terminal.paint("yellow", printable(asTyped(notice, program)))),
  ].join("\n");
}

function guideText({ terminal, program, samples }: Context, { status, folders, link, isOurs }: Guide): string {
  const { images, pending } = status.counts;
  const ofSamples = folders.find(({ path }) => path === samples);
  return [
    ...(images > 0 && pending > 0 ? ["The first pictures can be found; the others follow."] : []),
    "",
    ...(ofSamples && folders.length === 1 ? sampleAdvice(program) : ownAdvice(program, folders)),
    ...(ofSamples && folders.length > 1
      ? ["", "The sample pictures are searched as well. To be without them:", `  ${program} remove ${ofSamples.id}`]
      : []),
    "",
    `Or in the browser (this link works once, within ten minutes; \`${program} open\` makes another):`,
    `  ${terminal.paint("cyan", printable(link.url))}`,
    ...(isOurs ? ["", terminal.paint("dim", "Ctrl-C stops rememe.")] : []),
    "",
  ].join("\n");
}

function sampleAdvice(program: string): string[] {
  return [
    "Try it in another terminal:",
    ...SAMPLE_SEARCHES.map((words) => `  ${program} search "${words}"`),
    "",
    "These are sample pictures. To find your own:",
    `  ${program} add ~/Pictures`,
  ];
}

function ownAdvice(program: string, folders: readonly Folder[]): string[] {
  if (folders.length === 0) return ["No folder is watched yet:", `  ${program} add ~/Pictures`];
  return [
    "Search in another terminal for what you remember: what is to be seen, or written in it:",
    `  ${program} search "WORDS"`,
  ];
}
