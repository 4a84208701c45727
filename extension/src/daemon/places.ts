// Where the daemon leaves what a client needs, on this platform. Must agree with the daemon's own rules (docs/architecture.md).
import { homedir } from "node:os";
import { join } from "node:path";
import { ADDRESS_FILE, PROGRAM_FILE, TOKEN_FILE } from "../contract";

export interface Places {
  readonly data: string;
  readonly address: string;
  readonly token: string;
  readonly program: string;
  readonly logs: string;
  readonly log: string;
  /** What REMEME_HOME has to be for a daemon that uses these places; undefined: nothing. */
  readonly home: string | undefined;
}

/** `home`: one directory for everything, as REMEME_HOME names it; the usual places of the platform when left out. */
export function findPlaces(
  home: string | undefined = process.env.REMEME_HOME,
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Places {
  const own = home || undefined;
  const user = env.HOME || homedir();
  const isMac = platform === "darwin";
  const data =
    own ??
    (isMac
      ? join(user, "Library", "Application Support", "rememe")
      : join(env.XDG_DATA_HOME || join(user, ".local", "share"), "rememe"));
  const logs = own
    ? join(own, "logs")
    : isMac
      ? join(user, "Library", "Logs", "rememe")
      : join(env.XDG_STATE_HOME || join(user, ".local", "state"), "rememe");
  return {
    data,
    address: join(data, ADDRESS_FILE),
    token: join(data, TOKEN_FILE),
    program: join(data, PROGRAM_FILE),
    logs,
    log: join(logs, "rememe.log"),
    home: own,
  };
}
