// restart: the service's daemon, anew.
import { defineCommand } from "../command.ts";
import { CliError } from "../failure.ts";
import { toJson } from "../output.ts";
import { endDaemon, runningDaemon, waitForDaemon } from "../service/running.ts";
import { isInstalled, openService } from "../service/service.ts";

const LIMIT_MS = 60_000;

export const restart = defineCommand({
  name: "restart",
  about: "Stop the installed rememe and start it again",
  async run(context, { options }) {
    const service = openService(context);
    if (!isInstalled(service)) {
      throw new CliError("not-installed", "rememe is not installed as a service.", {
        hint: `\`${context.program} install\` does that; one that runs in a terminal is restarted there.`,
      });
    }
    const before = await runningDaemon(context);
    if (before !== null) await endDaemon(context, before);
    await service.start();
    const client = await waitForDaemon(context, LIMIT_MS, before);
    if (!client) {
      const why = (await service.trouble()) ?? "It says nothing.";
      throw new CliError("not-answering", `rememe was started, but does not answer. ${why}`, {
        hint: `\`${context.program} logs\` may say more.`,
      });
    }
    context.terminal.out(options.json ? `${toJson({ address: client.address })}\n` : "rememe runs again.\n");
    return "ok";
  },
});
