// Installing the service, over whatever is there: every step is said, and taken back when the daemon does not come up.
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { messageOf } from "../../errors.ts";
import { whileClosed } from "../../store/closed-library.ts";
import type { Client } from "../client.ts";
import type { Context } from "../command.ts";
import { CliError, interrupted } from "../failure.ts";
import { shortPath } from "../output.ts";
import { forgetKeptLibrary, keepLibrary, restoreLibrary } from "./library-copy.ts";
import { programCopy } from "./program-copy.ts";
import { endDaemon, killDaemon, runningDaemon, waitForDaemon } from "./running.ts";
import { installedText, isInstalled, openService, type Service, type System } from "./service.ts";

/** Migrating a large library may take its time. */
const ANSWER_LIMIT_MS = 120_000;
/** Variables that say where things are, or how the network is reached: the service gets them as they were when it was installed. */
const PASSED_ON =
  /^(REMEME_.*|HF_(ENDPOINT|HOME|HUB_CACHE|HUB_OFFLINE)|XDG_(DATA|CONFIG|STATE|CACHE)_HOME|(HTTPS?|NO)_PROXY|(https?|no)_proxy)$/;
/** A proxy's password has no place in a file that everybody may read. */
const SECRET = /:\/\/[^/]*@/;
const SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

export interface Plan {
  readonly service: Service;
  /** The Node that will run it. */
  readonly node: string;
  /** What the service's file will hold. */
  readonly text: string;
  readonly isChanged: boolean;
  /** An older installation is replaced. */
  readonly isUpgrade: boolean;
}

/** What install would do. */
export function planInstall(context: Context, system?: System): Plan {
  const service = openService(context, system);
  const { command, isInstalled: isUpgrade } = programCopy(context.root, context.paths.data);
  const logFile = join(context.paths.logs, "rememe.log");
  const text = service.describe([...command, "--logFile", logFile], environment(context));
  return { service, node: command[0] ?? process.execPath, text, isChanged: installedText(service) !== text, isUpgrade };
}

/**
 * Resolves with the daemon that answers. `say` hears every step. Throws CliError; a service that was there before runs again then, and of a
 * daemon that somebody started is said how to start it again.
 */
export async function install(
  context: Context,
  say: (text: string) => void,
  system?: System,
  limitMs: number = ANSWER_LIMIT_MS,
): Promise<Client> {
  const { service, text, isChanged, isUpgrade } = planInstall(context, system);
  const { paths, home } = context;
  const copy = programCopy(context.root, paths.data);
  const textBefore = installedText(service);
  await service.check();
  say(`Copying the program to ${shortPath(paths.data, home)} …`);
  await copy.stage();
  // One that hangs is ended by the manager.
  const before = await runningDaemon(context).catch((error: unknown) => {
    if (textBefore === null) throw error;
    return null;
  });
  try {
    if (before !== null || textBefore !== null) say("Stopping the rememe that runs …");
    // First the manager forgets it, which would start it again when it ended badly.
    if (textBefore !== null) await service.unregister();
    const left = await runningDaemon(context);
    if (left !== null) await endDaemon(context, left);
    if (context.stop.aborted) throw interrupted();
    await whileClosed(paths.lock, async () => {
      await keepLibrary(paths);
      await copy.swap();
    });
  } catch (error) {
    // Nothing was replaced, so the one before only has to be started.
    await forgetKeptLibrary(paths).catch(() => {});
    if (textBefore !== null) await service.register().catch(() => {});
    throw error;
  }
  try {
    if (isChanged) await write(service, text);
    say(`Starting it by ${service.manager} …`);
    await mkdir(paths.logs, { recursive: true, mode: 0o700 });
    await service.register();
    const client = await waitForDaemon(context, limitMs, before);
    if (!client) throw await doesNotAnswer(context, service);
    await copy.settle();
    await forgetKeptLibrary(paths);
    return client;
  } catch (error) {
    await takeBack(unstoppable(context), service, isUpgrade ? textBefore : null, say);
    if (before !== null && textBefore === null)
      say(`The rememe that ran has been stopped. \`${context.program} start\` starts it again.`);
    throw error;
  }
}

/** Also after Ctrl-C. */
function unstoppable(context: Context): Context {
  return { ...context, stop: new AbortController().signal };
}

/** @param textBefore what the service's file held; null when there was no service */
async function takeBack(
  context: Context,
  service: Service,
  textBefore: string | null,
  say: (text: string) => void,
): Promise<void> {
  await service.unregister().catch(() => {});
  const left = await runningDaemon(context).catch(() => null);
  if (left !== null) await killDaemon(context, left);
  const copy = programCopy(context.root, context.paths.data);
  const isBack = textBefore !== null && (await copy.takeBack());
  await whileClosed(context.paths.lock, () => restoreLibrary(context.paths)).catch((error: unknown) => {
    // Whoever holds it must not have its file replaced.
    say(
      `${messageOf(error)} The library from before is kept as library.db.before-upgrade in ${shortPath(context.paths.data, context.home)}: ` +
        "end that rememe, put it in the place of library.db, then install again.",
    );
  });
  if (!isBack) {
    await rm(service.file, { force: true });
    await copy.remove();
    return;
  }
  say("It does not come up: going back to the one before …");
  await write(service, textBefore);
  await service.register().catch(() => {});
}

async function doesNotAnswer(context: Context, service: Service): Promise<CliError> {
  const why = await service.trouble().catch(() => null);
  const message = `rememe was started by ${service.manager}, but does not answer.${why === null ? "" : ` ${why}`}`;
  return new CliError("install-failed", message, {
    hint: `${shortPath(context.paths.logs, context.home)} may say more (\`${context.program} logs\`).`,
  });
}

/** Read by everybody, written by the owner: launchd takes no other. */
async function write(service: Service, text: string): Promise<void> {
  await mkdir(dirname(service.file), { recursive: true });
  await writeFile(service.file, text);
  await chmod(service.file, 0o644);
}

function environment({ env }: Context): Record<string, string> {
  const passed = Object.entries(env).filter(([name, value = ""]) => PASSED_ON.test(name) && !SECRET.test(value)) as [
    string,
    string,
  ][];
  return { PATH: SYSTEM_PATH, ...Object.fromEntries(passed), REMEME_SERVICE: "1" };
}

/**
 * Removes the service and the program's copy; the library stays. False when nothing was installed: then one that somebody started runs on,
 * unless its library is about to be removed.
 */
export async function uninstall(context: Context, isPurging: boolean, system?: System): Promise<boolean> {
  const service = openService(context, system);
  const copy = programCopy(context.root, context.paths.data);
  const wasInstalled = isInstalled(service) || copy.isInstalled;
  await service.unregister();
  const pid = wasInstalled || isPurging ? await runningDaemon(context) : null;
  if (pid !== null) await endDaemon(context, pid);
  await rm(service.file, { force: true });
  await copy.remove();
  // It names the program that is gone now.
  if (wasInstalled) await rm(context.paths.program, { force: true });
  await forgetKeptLibrary(context.paths);
  return wasInstalled;
}
