// Where rememe keeps its own files. The daemon writes nowhere else (invariant 10).
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ADDRESS_FILE, PROGRAM_FILE, TOKEN_FILE } from "../shared/api.ts";

export interface Paths {
  /** Database, thumbnails, models, token. Private to the user (mode 0700). */
  readonly data: string;
  readonly database: string;
  readonly lock: string;
  readonly thumbnails: string;
  readonly models: string;
  readonly token: string;
  readonly address: string;
  readonly program: string;
  readonly config: string;
  readonly logs: string;
  /** Copies of pictures to paste; may be deleted at any time. */
  readonly exports: string;
  /** What children need for their lifetime; emptied at every start. */
  readonly temporary: string;
  /** Which execution providers were tried, and with what result. */
  readonly providers: string;
  /** Compiled code of the daemon and its children; may be deleted at any time. */
  readonly compiled: string;
  /** How the last runs ended. */
  readonly runs: string;
}

/**
 * The directories for this platform: `rememe` in `~/Library/Application Support`, `Logs` and `Caches` on macOS, the XDG
 * base directories elsewhere. REMEME_HOME puts everything below one directory.
 */
export function resolvePaths(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Paths {
  const home = env.HOME || homedir();
  const own = env.REMEME_HOME;
  const data =
    own ??
    (platform === "darwin"
      ? join(home, "Library", "Application Support", "rememe")
      : join(env.XDG_DATA_HOME || join(home, ".local", "share"), "rememe"));
  const config = own ?? (platform === "darwin" ? data : join(env.XDG_CONFIG_HOME || join(home, ".config"), "rememe"));
  const logs = own
    ? join(own, "logs")
    : platform === "darwin"
      ? join(home, "Library", "Logs", "rememe")
      : join(env.XDG_STATE_HOME || join(home, ".local", "state"), "rememe");
  const cache = own
    ? join(own, "cache")
    : platform === "darwin"
      ? join(home, "Library", "Caches", "rememe")
      : join(env.XDG_CACHE_HOME || join(home, ".cache"), "rememe");
  return Object.freeze({
    data,
    database: join(data, "library.db"),
    lock: join(data, "daemon.lock"),
    thumbnails: join(data, "thumbnails"),
    models: join(data, "models"),
    token: join(data, TOKEN_FILE),
    address: join(data, ADDRESS_FILE),
    program: join(data, PROGRAM_FILE),
    config: join(config, "config.json"),
    logs,
    exports: join(cache, "exports"),
    temporary: join(cache, "temporary"),
    providers: join(cache, "providers.json"),
    compiled: join(cache, "compiled"),
    runs: join(data, "runs.json"),
  });
}

/** Creates the directories, readable by their owner only. */
export function createDirectories(paths: Paths): void {
  for (const directory of [paths.data, paths.thumbnails, paths.models, paths.logs, paths.exports]) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }
}
