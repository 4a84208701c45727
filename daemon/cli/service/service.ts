// What the commands need of the system's service manager, and which one this system has.
import { existsSync, readFileSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import { LABEL } from "../../../launchd/agent.ts";
import { UNIT } from "../../../launchd/unit.ts";
import type { Context } from "../command.ts";
import { CliError } from "../failure.ts";
import { createLaunchd } from "./launchd.ts";
import { type RunProgram, runProgram } from "./run-program.ts";
import { createSystemd } from "./systemd.ts";

export interface Service {
  readonly manager: "launchd" | "systemd";
  /** The file that describes the service. */
  readonly file: string;
  /** What the file should hold. */
  describe(program: readonly string[], environment: Readonly<Record<string, string>>): string;
  /** Throws CliError "no-service" when it is known beforehand that the manager would take nothing. Changes nothing. */
  check(): Promise<void>;
  /** Makes the manager take the file, and starts the daemon; also over one that runs. Throws CliError "service-failed" or "no-service". */
  register(): Promise<void>;
  /** Starts the daemon when it does not run. */
  start(): Promise<void>;
  /** Ends the daemon and makes the manager forget it; no trouble when it knows nothing of it. */
  unregister(): Promise<void>;
  /** Why the daemon does not come up, as far as the manager knows; null when it says nothing. */
  trouble(): Promise<string | null>;
}

export interface System {
  readonly platform: NodeJS.Platform;
  readonly run: RunProgram;
  /** Between two looks at something that takes its time. */
  readonly pollMs: number;
}

export const THIS_SYSTEM: System = { platform: process.platform, run: runProgram, pollMs: 250 };

/** @throws CliError "no-service" when there is no service manager that rememe knows */
export function openService({ paths, env }: Pick<Context, "paths" | "env">, system: System = THIS_SYSTEM): Service {
  const home = env.HOME || homedir();
  if (system.platform === "darwin") {
    return createLaunchd({
      file: join(home, "Library", "LaunchAgents", `${LABEL}.plist`),
      userId: userInfo().uid,
      workingDirectory: paths.data,
      crashLog: join(paths.logs, "crash.log"),
      ...system,
    });
  }
  if (system.platform === "linux") {
    const units = join(env.XDG_CONFIG_HOME || join(home, ".config"), "systemd", "user");
    return createSystemd({ file: join(units, UNIT), workingDirectory: paths.data, ...system });
  }
  throw new CliError("no-service", `rememe cannot run as a service on ${system.platform}.`, {
    hint: "`start` runs it in a terminal.",
  });
}

/** The service's file is there. */
export function isInstalled(service: Pick<Service, "file">): boolean {
  return existsSync(service.file);
}

/** What the service's file holds; null when there is none. */
export function installedText(service: Pick<Service, "file">): string | null {
  return isInstalled(service) ? readFileSync(service.file, "utf8") : null;
}
