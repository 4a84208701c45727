// launchd by way of launchctl: what to ask, and what its answers mean. Its exit codes are errno values; what it prints is not an interface.
// Sources: launchctl(1), and what users of other programs reported of each code.
import { setTimeout as sleep } from "node:timers/promises";
import { agentPlist, LABEL } from "../../../launchd/agent.ts";
import { CliError } from "../failure.ts";
import type { Finished } from "./run-program.ts";
import type { Service, System } from "./service.ts";

export interface LaunchdOptions extends System {
  readonly file: string;
  readonly userId: number;
  readonly workingDirectory: string;
  readonly crashLog: string;
}

/** bootout is done in the background: until then the label is taken. After ExitTimeOut (30 s) launchd kills. */
const GONE_LIMIT_MS = 35_000;
const TRIES = 3;

/** Codes that mean "it is so already". */
const NOT_LOADED = [3, 36, 113];
const LOADING = 37;
const LOADED = 130;
const DRAINING = 5;
const DISABLED = 119;
const NO_SESSION = 125;
/** Of the job, not of launchctl: EX_CONFIG. */
const BAD_CONFIGURATION = 78;

export function createLaunchd(options: LaunchdOptions): Service {
  const { file, userId, workingDirectory, crashLog, run, pollMs } = options;
  const domain = `gui/${userId}`;
  const target = `${domain}/${LABEL}`;
  const launchctl = (...args: readonly string[]): Promise<Finished> => run("launchctl", args);
  const isLoaded = async (): Promise<boolean> => (await launchctl("print", target)).code === 0;

  async function bootout(): Promise<void> {
    if (!(await isLoaded())) return;
    const deadline = performance.now() + GONE_LIMIT_MS;
    do {
      const { code, text } = await launchctl("bootout", target);
      if (code !== 0 && !NOT_LOADED.includes(code ?? -1)) throw failed("bootout", { code, text });
      if (!(await isLoaded())) return;
      await sleep(pollMs);
    } while (performance.now() < deadline);
    throw new CliError("service-failed", "launchd does not let go of the old rememe.", {
      hint: "Log out and in again, then try once more.",
    });
  }

  async function bootstrap(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const answer = await launchctl("bootstrap", domain, file);
      switch (answer.code) {
        case 0:
        case LOADING:
          return;
        case LOADED:
          return kickstart();
        case DISABLED:
          await launchctl("enable", target);
          break;
        case DRAINING:
          // Still being unloaded; or the file is no good, which more tries do not help.
          await untilGone();
          break;
        default:
          throw failed("bootstrap", answer);
      }
      if (attempt === TRIES) throw failed("bootstrap", answer);
      await sleep(pollMs);
    }
  }

  async function untilGone(): Promise<void> {
    const deadline = performance.now() + GONE_LIMIT_MS;
    while ((await isLoaded()) && performance.now() < deadline) await sleep(pollMs);
  }

  async function kickstart(): Promise<void> {
    const answer = await launchctl("kickstart", target);
    if (answer.code !== 0 && answer.code !== LOADING) throw failed("kickstart", answer);
  }

  function failed(what: string, { code, text }: Finished): CliError {
    const said = `launchctl ${what} failed (${code ?? "it could not be run"}${text === "" ? "" : `: ${text.split("\n")[0]}`}).`;
    return new CliError("service-failed", said, { hint: hintFor(code) });
  }

  function hintFor(code: number | null): string {
    switch (code) {
      case NO_SESSION:
        return "There is no desktop session of this user: log in at the Mac itself (not by ssh), and do not use sudo.";
      case DRAINING:
        return `Check the file (plutil -lint "${file}") and that you own it; if it is fine, log out and in again.`;
      case DISABLED:
        return "It is switched off in System Settings, General, Login Items & Extensions: switch it on there.";
      case null:
        return "launchctl belongs to macOS; is /bin in your PATH?";
      default:
        return `\`launchctl error ${code}\` says what the number means. \`start\` runs rememe in a terminal meanwhile.`;
    }
  }

  return {
    manager: "launchd",
    file,
    describe: (program, environment) => agentPlist({ program, workingDirectory, crashLog, environment }),
    async check() {
      // It is always there; whether there is a session, it says when it is to take the file.
    },
    async register() {
      await bootout();
      // Being disabled outlives everything but this.
      const enabled = await launchctl("enable", target);
      if (enabled.code !== 0) throw failed("enable", enabled);
      await bootstrap();
    },
    async start() {
      const { code } = await launchctl("kickstart", target);
      if (code === 0 || code === LOADING) return;
      await launchctl("enable", target);
      await bootstrap();
    },
    unregister: bootout,
    async trouble() {
      const { code, text } = await launchctl("print", target);
      if (code !== 0) return "launchd does not know rememe (any more).";
      const status = Number(/last exit (?:code|status) = (-?\d+)/.exec(text)?.[1] ?? 0);
      if (status === BAD_CONFIGURATION) {
        return `launchd cannot run it (78): a path in ${file} is wrong, or ${crashLog} cannot be written.`;
      }
      if (status < 0) return `It was ended by signal ${-status}.`;
      return status === 0 ? null : `It ended with code ${status}.`;
    },
  };
}
