// start: runs the daemon in the foreground until Ctrl-C, watches the given folders, shows the progress and how to go on.
import { existsSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError, classifyFsError } from "../../errors.ts";
import { type Client, connect } from "../client.ts";
import { type Context, defineCommand, type Exit, type Options } from "../command.ts";
import { type DaemonProcess, launchDaemon, waitUntilReady } from "../daemon-process.ts";
import { openOnDesktop } from "../desktop.ts";
import { CliError } from "../failure.ts";
import { absolutePath } from "../folder-argument.ts";
import { shortPath } from "../output.ts";
import { follow } from "../progress.ts";
import { waitForDaemon } from "../service/running.ts";
import { isInstalled, openService, type Service } from "../service/service.ts";
import { type Guide, jsonReport, type StartReport, wordReport } from "../start-report.ts";

const OTHER_LIMIT_MS = 5_000;
const OTHER_POLL_MS = 100;
const SERVICE_LIMIT_MS = 60_000;
/** Between the end of a daemon's connections and the end of its process: it lets the pictures in work be finished, or kills the worker. */
const END_LIMIT_MS = 15_000;

const OPTIONS = {
  port: {
    type: "number",
    value: "N",
    min: 0,
    max: 65_535,
    about: "Port of the API on 127.0.0.1; 0 takes any free one.",
  },
  open: { type: "flag", about: "Open the page in the browser as soon as pictures can be found." },
  quiet: { type: "flag", about: "Print problems only." },
  verbose: { type: "flag", about: "Print the daemon's messages instead of writing them to the log file." },
} as const satisfies Options;

export const start = defineCommand({
  name: "start",
  operands: "[FOLDER...]",
  count: [0, 100],
  about: "Run rememe here until Ctrl-C, and watch these folders",
  details: [
    "Without any folder, now or from before, it watches the sample pictures that come with it.",
    "If rememe is running already, only the folders are added. If it is installed, its service is started instead.",
  ],
  options: OPTIONS,
  async run(context, { words, options }) {
    const folders = words.map((word) => checkFolder(context, word));
    const report = options.json ? jsonReport(context) : wordReport(context, options);
    const running = await findRunning(context);
    if (running) return joinRunning(context, running, folders, options, report);

    const service = options.verbose || options.port !== undefined ? null : installedService(context);
    if (service) {
      report.starting();
      await service.start();
      const client = await waitForDaemon(context, SERVICE_LIMIT_MS, null);
      if (!client) throw await doesNotAnswer(context, service);
      return joinRunning(context, client, folders, options, report);
    }
    const startedAt = performance.now();
    report.starting();
    const daemon = launchDaemon(context, { port: options.port, verbose: options.verbose });
    let failure: unknown;
    try {
      const client = await waitUntilReady(context, daemon);
      report.running(client.address, true);
      await watch(client, context, folders, report);
      const work = settle(client, context, report, { startedAt, isOpening: options.open });
      await untilStopped(context, daemon, work);
    } catch (error) {
      failure = await causeOf(error, daemon, context.stop);
    }
    if (context.stop.aborted) report.stopping();
    await daemon.stop(context.kill);
    report.stopped();
    // Ctrl-C is the ordinary way to end it; a second one, which kills it, is not.
    if (context.stop.aborted) return context.kill.aborted ? "interrupted" : "ok";
    if (failure instanceof CliError && failure.code === "stopped") {
      report.note(failure.message);
      return "ok";
    }
    const other = isAlreadyRunning(failure) ? await findOther(context) : null;
    if (other) return joinRunning(context, other, folders, options, report);
    throw failure;
  },
});

/** Null when rememe does not run as a service here. */
function installedService(context: Context): Service | null {
  try {
    const service = openService(context);
    return isInstalled(service) ? service : null;
  } catch (error) {
    if (error instanceof CliError && error.code === "no-service") return null;
    throw error;
  }
}

async function doesNotAnswer({ program }: Context, service: Service): Promise<CliError> {
  const why = (await service.trouble()) ?? "";
  return new CliError("start-failed", `rememe was started by ${service.manager}, but does not answer. ${why}`.trim(), {
    hint: `\`${program} logs\` may say more; \`${program} install\` puts it right.`,
  });
}

function checkFolder(context: Context, word: string): string {
  const path = absolutePath(context, word);
  const shown = shortPath(path, context.home);
  try {
    if (statSync(path).isDirectory()) return path;
  } catch (cause) {
    if (classifyFsError(cause) === "denied") {
      throw new AppError("folder-unreadable", `${shown} may not be read.`, { hint: "Check its permissions.", cause });
    }
    throw new AppError("folder-missing", `There is no folder ${shown}.`, {
      hint: "Check the spelling, and that the disk is connected.",
      cause,
    });
  }
  throw new AppError("folder-not-a-directory", `${shown} is not a folder.`, { hint: "Give the folder that it is in." });
}

async function findRunning(context: Context): Promise<Client | null> {
  try {
    return await connect(context);
  } catch (error) {
    if (error instanceof CliError && error.code === "not-running") return null;
    throw error;
  }
}

/** Another one was quicker by a moment: it answers as soon as it is ready. */
async function findOther(context: Context): Promise<Client | null> {
  const deadline = performance.now() + OTHER_LIMIT_MS;
  for (;;) {
    const other = await findRunning(context);
    if (other || context.stop.aborted || performance.now() > deadline) return other;
    await sleep(OTHER_POLL_MS);
  }
}

/** Requests fail when the daemon ends; why it ended is the better message. */
async function causeOf(error: unknown, daemon: DaemonProcess, stop: AbortSignal): Promise<unknown> {
  if (!(error instanceof CliError && error.code === "not-running")) return error;
  return Promise.race([daemon.ended, sleep(END_LIMIT_MS, error, { signal: stop, ref: false }).catch(() => error)]);
}

function isAlreadyRunning(error: unknown): boolean {
  return error instanceof AppError && error.code === "already-running";
}

async function joinRunning(
  context: Context,
  client: Client,
  folders: readonly string[],
  options: { readonly port: number | undefined; readonly open: boolean },
  report: StartReport,
): Promise<Exit> {
  report.running(client.address, false);
  if (options.port !== undefined && options.port !== 0 && options.port !== client.address.port) {
    report.note(`It keeps its port: --port ${options.port} counts when rememe is started anew.`);
  }
  await watch(client, context, folders, report);
  const status = await client.status();
  report.ready(status, null);
  await guide(client, context, report, { status, isOurs: false, isOpening: options.open });
  return "ok";
}

/** Adds the folders; when nothing at all is watched, the samples. A folder that is watched already is no trouble. */
async function watch(client: Client, context: Context, folders: readonly string[], report: StartReport): Promise<void> {
  for (const path of folders) {
    try {
      report.watching(await client.addFolder(path));
    } catch (error) {
      const isWatched = error instanceof AppError && (error.code === "folder-exists" || error.code === "folder-inside");
      if (!isWatched) throw error;
      report.note(error.message);
    }
  }
  if ((await client.folders()).length === 0 && existsSync(context.samples)) {
    report.watching(await client.addFolder(context.samples));
  }
}

/** Shows how to search as soon as anything can be found, and the progress until everything can. */
async function settle(
  client: Client,
  context: Context,
  report: StartReport,
  { startedAt, isOpening }: { readonly startedAt: number; readonly isOpening: boolean },
): Promise<void> {
  let hadWork = false;
  let isGuided = false;
  const status = await follow(client, {
    stop: context.stop,
    endsWhenPaused: true,
    async onStatus(now) {
      hadWork ||= now.counts.pending > 0;
      if (now.counts.images > 0 && !isGuided) {
        isGuided = true;
        await guide(client, context, report, { status: now, isOurs: true, isOpening });
      }
      report.progress(now);
    },
  });
  report.ready(status, hadWork ? (performance.now() - startedAt) / 1_000 : null);
  if (!isGuided) await guide(client, context, report, { status, isOurs: true, isOpening });
}

/** Shows how to search, and opens the page by a link of its own: the printed one works once. */
async function guide(
  client: Client,
  context: Context,
  report: StartReport,
  { status, isOurs, isOpening }: Pick<Guide, "status" | "isOurs"> & { readonly isOpening: boolean },
): Promise<void> {
  const [folders, link] = await Promise.all([client.folders(), client.link()]);
  report.searchable({ status, folders, link, isOurs });
  if (!isOpening) return;
  const { url } = await client.link();
  await openOnDesktop(url, context.env).catch((error: Error) => report.note(error.message));
}

/** Waits for Ctrl-C. Throws when the daemon ends by itself. */
async function untilStopped(context: Context, daemon: DaemonProcess, work: Promise<void>): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    if (context.stop.aborted) resolve();
    context.stop.addEventListener("abort", () => resolve(), { once: true });
  });
  const died = daemon.ended.then((error) => {
    throw error;
  });
  await Promise.race([stopped, died, work.then(() => stopped)]);
}
