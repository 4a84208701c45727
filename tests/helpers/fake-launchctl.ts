// launchctl as launchd(8) behaves, played: a job that was bootstrapped is a real process, bootout is done in the background, and any answer can
// be made to fail first. For `System.run`.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { TestContext } from "node:test";
import type { RunProgram } from "../../daemon/cli/service/run-program.ts";

export interface FakeLaunchctl {
  readonly run: RunProgram;
  /** Every call: "bootstrap gui/501 /…/x.plist" and so on, `print` left out. */
  readonly calls: string[];
  /** Codes that the next calls of a subcommand end with; 0 and an empty list: as it should be. */
  readonly fails: Record<string, number[]>;
  /** What `print` says of the last exit. */
  lastExit: number;
  /** How many looks it takes until a job is gone. */
  drainsFor: number;
}

/** launchd waits 30 s. */
const EXIT_TIMEOUT_MS = 2_000;

export function fakeLaunchctl(t: TestContext): FakeLaunchctl {
  let job: ChildProcess | null = null;
  let file = "";
  let isLoaded = false;
  let isDisabled = false;
  let draining = 0;
  let bootedOutAtMs = 0;
  const fake: FakeLaunchctl = { run, calls: [], fails: {}, lastExit: 0, drainsFor: 2 };
  t.after(() => job?.kill("SIGKILL"));

  async function run(program: string, args: readonly string[]) {
    if (program !== "launchctl") return { code: null, text: `spawn ${program} ENOENT` };
    const [verb = ""] = args;
    if (verb !== "print") fake.calls.push(args.join(" "));
    const failure = fake.fails[verb]?.shift() ?? 0;
    if (failure !== 0) return { code: failure, text: `${verb} failed: ${failure}: as was asked for` };
    return { text: "", ...answer(verb, args) };
  }

  function answer(verb: string, args: readonly string[]): { code: number; text?: string } {
    switch (verb) {
      case "print":
        drain();
        return isLoaded ? { code: 0, text: `state = running\n\tlast exit code = ${fake.lastExit}` } : { code: 113 };
      case "enable":
        isDisabled = false;
        return { code: 0 };
      case "bootstrap":
        if (isDisabled) return { code: 119 };
        if (isLoaded) return { code: draining > 0 ? 5 : 130 };
        file = args[2] ?? "";
        isLoaded = true;
        start();
        return { code: 0 };
      case "kickstart":
        if (!isLoaded) return { code: 113 };
        if (job?.exitCode !== null || job.signalCode !== null) start();
        return { code: 0 };
      case "bootout":
        if (!isLoaded) return { code: 3 };
        if (draining > 0) return { code: 36 };
        job?.kill("SIGTERM");
        bootedOutAtMs = performance.now();
        draining = fake.drainsFor + 1;
        drain();
        return { code: 0 };
      default:
        return { code: 64 };
    }
  }

  /** The label is free when the job has ended, some looks later; a job that does not end is killed. */
  function drain(): void {
    if (draining === 0) return;
    const isAlive = job !== null && job.pid !== undefined && job.exitCode === null && job.signalCode === null;
    if (isAlive && performance.now() - bootedOutAtMs > EXIT_TIMEOUT_MS) job?.kill("SIGKILL");
    if (draining > 1 || !isAlive) draining--;
    if (draining === 0) isLoaded = false;
  }

  function start(): void {
    const { program, environment } = readPlist(readFileSync(file, "utf8"));
    const [path = "", ...rest] = program;
    // launchd gives a job no more than this.
    const { HOME = "" } = process.env;
    job = spawn(path, rest, { env: { HOME, ...environment }, stdio: "ignore" });
    job.on("error", () => {
      fake.lastExit = 78;
    });
  }

  return fake;
}

/** The parts of a property list that launchd runs a job by. */
export function readPlist(text: string): { program: string[]; environment: Record<string, string> } {
  const between = (tag: string, after: string): string =>
    new RegExp(String.raw`<key>${after}</key>\s*<${tag}>([\s\S]*?)</${tag}>`).exec(text)?.[1] ?? "";
  const plain = (value: string): string =>
    value.replace(
      /&(amp|lt|gt|quot|apos);/g,
      (_all, name: string) => Object({ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" })[name],
    );
  const program = [...between("array", "ProgramArguments").matchAll(/<string>([\s\S]*?)<\/string>/g)].map(
    ([, word = ""]) => plain(word),
  );
  const pairs = [
    ...between("dict", "EnvironmentVariables").matchAll(/<key>([\s\S]*?)<\/key><string>([\s\S]*?)<\/string>/g),
  ];
  return {
    program,
    environment: Object.fromEntries(pairs.map(([, name = "", value = ""]) => [plain(name), plain(value)])),
  };
}
