// install: rememe runs by itself from now on.
import type { Folder } from "../../../shared/api.ts";
import { AppError } from "../../errors.ts";
import { warningsFor } from "../../permissions/guards.ts";
import type { Client } from "../client.ts";
import { type Context, defineCommand, type Options } from "../command.ts";
import { absolutePath } from "../folder-argument.ts";
import { printable, shortPath, toJson } from "../output.ts";
import { install as installService, planInstall } from "../service/install.ts";

const OPTIONS = {
  "dry-run": { type: "flag", about: "Only say what would be done, and show the service's file." },
} as const satisfies Options;

export const install = defineCommand({
  name: "install",
  operands: "[FOLDER...]",
  count: [0, 100],
  about: "Let rememe run by itself, from login on, and watch these folders",
  details: [
    "A launchd agent on macOS, a systemd user service on Linux. It runs a copy of the program of its own; over an older",
    "installation it is the upgrade, and is taken back when the new version does not come up. `uninstall` removes it.",
  ],
  options: OPTIONS,
  async run(context, { words, options }) {
    const { terminal, program } = context;
    const folders = words.map((word) => absolutePath(context, word));
    const plan = planInstall(context);
    if (options["dry-run"]) {
      const { isChanged, isUpgrade, text, service } = plan;
      const { manager, file } = service;
      terminal.out(options.json ? `${toJson({ manager, file, isChanged, isUpgrade, text })}\n` : dryRun(context, plan));
      return "ok";
    }
    const say = (text: string): void => {
      if (!options.json) terminal.err(`${printable(text)}\n`);
    };
    const client = await installService(context, say);
    const wanted = folders.length > 0 ? folders : await askForFolders(context, client);
    const place = { platform: process.platform, home: context.home, program: plan.node };
    for (const warning of warningsFor(wanted, place)) say(warning);
    const watched = await watch(client, wanted, say);
    const { address } = client;
    if (options.json) terminal.out(`${toJson({ address, watched, file: plan.service.file })}\n`);
    else {
      terminal.out(`rememe ${address.version} runs by itself from now on, also after the next login.\n`);
      for (const { path } of watched)
        terminal.out(`Watching ${shortPath(path, context.home)} and everything below it.\n`);
      terminal.out(`\n  ${program} search "WORDS"\n  ${program} status\n  ${program} uninstall\n`);
    }
    return "ok";
  },
});

function dryRun(
  { home, paths }: Context,
  { service, text, isChanged, isUpgrade }: ReturnType<typeof planInstall>,
): string {
  const steps = [
    `copy the program and its Node to ${shortPath(paths.data, home)}${isUpgrade ? ", over the one that is there" : ""}`,
    isChanged ? `write ${shortPath(service.file, home)}` : `leave ${shortPath(service.file, home)} as it is`,
    `start it by ${service.manager}, and wait until it answers`,
  ];
  return `${steps.map((step, at) => `${at + 1}. ${step}`).join("\n")}\n\n${text}`;
}

/** Absolute paths of the first folders, from a person; none when there is nobody to ask, or folders are watched already. */
export async function askForFolders(context: Context, client: Pick<Client, "folders">): Promise<readonly string[]> {
  const { terminal, stop } = context;
  if (!terminal.canAsk || (await client.folders()).length > 0) return [];
  const answer = await terminal
    .ask("Which folder of pictures should it watch? (empty: none yet; ~/Pictures is a good start) ", stop)
    .catch(() => "");
  return answer.trim() === "" ? [] : [absolutePath(context, answer.trim())];
}

async function watch(
  client: Client,
  paths: readonly string[],
  say: (text: string) => void,
): Promise<readonly Folder[]> {
  const watched: Folder[] = [];
  for (const path of paths) {
    try {
      watched.push(await client.addFolder(path));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // The service runs all the same; a folder can be added later.
      say([error.message, error.hint].filter(Boolean).join(" "));
    }
  }
  return watched;
}
