// Runs the command line in this process against the real API server on top of services that answer with a fixed library.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Services } from "../../../daemon/api/services.ts";
import type { Context } from "../../../daemon/cli/command.ts";
import { run } from "../../../daemon/cli/run.ts";
import { resolvePaths } from "../../../daemon/paths.ts";
import { ADDRESS_FILE, API_VERSION, type DaemonAddress, type SearchHit } from "../../../shared/api.ts";
import { ANSWER, type Fixture, goLive, startFixture } from "../../contract/api-fixture.ts";

export interface Outcome {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

export interface Person {
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** What they answer when asked; without it they cannot be asked. */
  readonly answer?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** How they start the program. */
  readonly program?: string;
  readonly stop?: AbortSignal;
  readonly kill?: AbortSignal;
  /** Directory of sample pictures; there is none without it. */
  readonly samples?: string;
  /** Sees everything that is written, as it is written. */
  onText?(text: string): void;
  /** Colours are written as <style>text</style>. */
  readonly showsStyles?: boolean;
}

/** What a command is given with this data directory, and what it writes. */
export function contextOf(home: string, person: Person = {}) {
  const { isTTY = false, columns = 80, answer, cwd = "/somewhere", env = {}, showsStyles = false } = person;
  const written = { out: "", err: "" };
  const paint = (style: unknown, text: string): string => (showsStyles ? `<${style}>${text}</${style}>` : text);
  const context: Context = {
    terminal: {
      isTTY,
      isErrorTTY: isTTY,
      canAsk: answer !== undefined,
      columns,
      out: (text) => {
        written.out += text;
        person.onText?.(text);
      },
      err: (text) => {
        written.err += text;
        person.onText?.(text);
      },
      paint,
      paintError: paint,
      ask: async (question) => {
        written.err += question;
        return answer ?? "";
      },
    },
    paths: resolvePaths({ REMEME_HOME: home }),
    // Never the service of the person who runs the tests.
    env: { HOME: home, ...env },
    cwd,
    home: "/home/me",
    program: person.program ?? "rememe",
    root: "/nowhere/rememe",
    daemonEntry: new URL("./api-daemon.ts", import.meta.url),
    samples: person.samples ?? "/nowhere/samples",
    stop: person.stop ?? new AbortController().signal,
    kill: person.kill ?? new AbortController().signal,
  };
  return { context, written };
}

/** One run of the program with this data directory. */
export async function runCli(home: string, args: readonly string[], person: Person = {}): Promise<Outcome> {
  const { context, written } = contextOf(home, person);
  return { exit: await run(context, args), ...written };
}

export interface Cli extends Fixture {
  readonly port: number;
  rememe(args: readonly string[], person?: Person): Promise<Outcome>;
}

/** A daemon's API that this process answers, and the command line that finds it. */
export async function startCli(t: TestContext, services: Partial<Services> = {}): Promise<Cli> {
  const health = () => ({ name: "rememe", version: "0.1.0", apiVersion: API_VERSION, pid: process.pid }) as const;
  const fixture = startFixture(t, { services: { health, ...services } });
  const { port } = await goLive(fixture);
  writeAddress(fixture.directory, { port });
  return { ...fixture, port, rememe: (args, person) => runCli(fixture.directory, args, person) };
}

/** Leaves daemon.json in a data directory, as a daemon does. */
export function writeAddress(home: string, address: Partial<DaemonAddress>): void {
  const whole = { pid: process.pid, port: 1, apiVersion: API_VERSION, version: "0.1.0", startedAtMs: 0, ...address };
  writeFileSync(join(home, ADDRESS_FILE), JSON.stringify(whole));
}

/** A hit like that of the fixture's library, with another picture. */
export function hit(image: Partial<SearchHit["image"]>, why: SearchHit["why"] = []): SearchHit {
  const [first] = ANSWER.hits;
  if (!first) throw new Error("the fixture's answer has no hit");
  return { ...first, image: { ...first.image, ...image }, why };
}
