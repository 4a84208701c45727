// What `start` says while it starts, indexes and is ready: to a person, or as JSON lines to a program. Starts nothing itself.
import type { DaemonAddress, Folder, Link, Status } from "../../shared/api.ts";
import type { Context } from "./command.ts";
import { plural, printable, shortPath, toJson } from "./output.ts";
import { createLiveLine, describeActivity } from "./progress.ts";

/** Searches that find something in the sample pictures. */
export const SAMPLE_SEARCHES = ["dog fire", "works on my machine", "blue sky"] as const;

export interface Ready {
  readonly status: Status;
  readonly folders: readonly Folder[];
  /** Time from the start until everything could be found; null when everything could be found before. */
  readonly seconds: number | null;
  readonly link: Link;
}

export interface StartReport {
  starting(): void;
  running(address: DaemonAddress, isOurs: boolean): void;
  watching(folder: Folder): void;
  /** Something the user should know, in words. */
  note(message: string): void;
  progress(status: Status): void;
  ready(ready: Ready): void;
  stopping(): void;
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
    ready: ({ status, seconds, link }) => write("ready", { status, seconds, link }),
    stopping: () => write("stopping"),
  };
}

/** Words for a person. With `isQuiet` only what cannot be known otherwise. */
export function wordReport(context: Context, isQuiet: boolean): StartReport {
  const { terminal, home } = context;
  const line = createLiveLine({
    isTTY: terminal.isErrorTTY,
    columns: () => terminal.columns,
    write: (text) => {
      if (!isQuiet) terminal.err(text);
    },
  });
  const say = (text: string): void => {
    line.clear();
    if (!isQuiet) terminal.out(`${text}\n`);
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
    ready: (ready) => say(readyText(context, ready)),
    stopping: () => line.show("stopping"),
  };
}

function readyText(context: Context, { status, folders, seconds, link }: Ready): string {
  const { terminal, program } = context;
  const { images, failed } = status.counts;
  const took = seconds === null ? "" : `, after ${seconds.toFixed(1)} s`;
  const isSamples = folders.some(({ path }) => path === context.samples);
  return [
    `${terminal.paint(["bold", "green"], `${plural(images, "picture")} can be found${took}.`)}`,
    ...(failed > 0 ? [`${plural(failed, "file")} could not be read: ${program} failures`] : []),
    ...status.notices.map((notice) => terminal.paint("yellow", printable(notice))),
    "",
    ...(isSamples ? sampleAdvice(program) : ownAdvice(program, folders)),
    "",
    "Or look at them in the browser (this link works once, within ten minutes):",
    `  ${terminal.paint("cyan", printable(link.url))}`,
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
    "Search in another terminal for what you remember: what is to be seen, what is written in it, or what it is called:",
    `  ${program} search "WORDS"`,
  ];
}
