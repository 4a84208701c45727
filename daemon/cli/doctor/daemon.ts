// The daemon that runs, or why there is none: answer, version, token, port, model, notices.
import { statSync } from "node:fs";
import { createServer } from "node:net";
import { API_VERSION, type Status } from "../../../shared/api.ts";
import { loadConfig } from "../../config.ts";
import { messageOf } from "../../errors.ts";
import { VERSION } from "../../version.ts";
import { type Client, connect, findDaemon } from "../client.ts";
import type { Context } from "../command.ts";
import { CliError, describeFailure } from "../failure.ts";
import { describeActivity, describeUpgrade } from "../progress.ts";
import { type Line, ok, problem, warning } from "./line.ts";

export interface DaemonFound {
  readonly lines: readonly Line[];
  /** Null when none can be talked to. */
  readonly client: Client | null;
  readonly isRunning: boolean;
}

export async function checkDaemon(context: Context): Promise<DaemonFound> {
  const { program } = context;
  try {
    const address = await findDaemon(context);
    const where = `version ${address.version}, process ${address.pid}, port ${address.port}`;
    if (address.apiVersion !== API_VERSION) {
      const text = `the rememe that runs (${where}) speaks another version of the API than this one (${VERSION})`;
      return { lines: [problem("daemon", text, `Run: ${program} restart`)], client: null, isRunning: true };
    }
    const running =
      address.version === VERSION
        ? ok("daemon", `it runs: ${where}`)
        : warning("daemon", `it runs, but not this version (${VERSION}): ${where}`, `Run: ${program} restart`);
    const client = await connect(context);
    const status = await client.status();
    return { lines: [running, token(context), ...describe(status, context)], client, isRunning: true };
  } catch (error) {
    const { code, message, hint } = describeFailure(error);
    if (code === "interrupted") throw error;
    if (error instanceof CliError && code === "not-running") {
      const line = warning("daemon", "rememe is not running", `Run: ${program} start`);
      return { lines: [line, await port(context)], client: null, isRunning: false };
    }
    const line = problem("daemon", message, hint ?? `See ${program} logs.`);
    return { lines: [line], client: null, isRunning: true };
  }
}

/** Whoever can read it can read the pictures. */
function token({ paths }: Context): Line {
  const { mode, uid } = statSync(paths.token);
  const isPrivate = (mode & 0o077) === 0 && (process.getuid === undefined || uid === process.getuid());
  if (isPrivate) return ok("token", "the API takes our token, which nobody else can read");
  return problem("token", "others on this machine can read the token", `Run: chmod 600 "${paths.token}"`);
}

function describe(status: Status, { home, program }: Context): readonly Line[] {
  const { model, upgrade, notices, counts, paused } = status;
  const provider = `${model.title} runs on ${model.provider}`;
  const next = `Run: ${program} resume`;
  return [
    paused
      ? warning("indexing", "paused: new pictures are not read", next)
      : ok("indexing", describeActivity(status, home)),
    ok("model", model.providerReason === null ? provider : `${provider}. ${model.providerReason}`),
    ...(upgrade === null ? [] : [upgradeLine(upgrade)]),
    status.ocr
      ? ok("ocr", "text in pictures is read")
      : warning("ocr", "text in pictures is not read", "Set `ocr` to true in the settings, then restart."),
    ...(counts.failed > 0
      ? [warning("failures", `${counts.failed} files could not be read`, `See: ${program} failures`)]
      : []),
    ...notices.map((notice) => warning("notice", notice, `See: ${program} status`)),
  ];
}

function upgradeLine(upgrade: NonNullable<Status["upgrade"]>): Line {
  const text = describeUpgrade(upgrade);
  if (upgrade.problem === null) return ok("model-upgrade", text);
  return warning("model-upgrade", text, "It is tried again by itself.");
}

/** The port that the next start will want. */
async function port({ paths, env, program }: Context): Promise<Line> {
  let wanted: number;
  try {
    wanted = loadConfig({ file: paths.config, env, flags: {} }).port;
  } catch {
    return warning("port", "the settings do not say which port it is", "Mend the settings first.");
  }
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen(wanted, "127.0.0.1", resolve);
  try {
    await promise;
    return ok("port", wanted === 0 ? "any free port will do" : `port ${wanted} is free`);
  } catch (error) {
    return problem("port", `port ${wanted} cannot be used: ${messageOf(error)}`, `Run: ${program} start --port 0`);
  } finally {
    server.close();
  }
}
