// stop: ends the running daemon, whatever version it is.
import { setTimeout as sleep } from "node:timers/promises";
import { findDaemon, isAlive } from "../client.ts";
import { defineCommand } from "../command.ts";
import { CliError, interrupted } from "../failure.ts";
import { toJson } from "../output.ts";

const LIMIT_MS = 15_000;
const POLL_MS = 50;

export const stop = defineCommand({
  name: "stop",
  about: "Stop the running rememe in good order",
  async run(context, { options }) {
    const { pid } = await findDaemon(context);
    process.kill(pid, "SIGTERM");
    const deadline = performance.now() + LIMIT_MS;
    while (isAlive(pid)) {
      if (context.stop.aborted) throw interrupted();
      if (performance.now() > deadline) {
        throw new CliError("not-answering", `rememe (process ${pid}) does not stop.`, { hint: `kill -9 ${pid}` });
      }
      await sleep(POLL_MS);
    }
    context.terminal.out(options.json ? `${toJson({ pid })}\n` : "rememe has stopped.\n");
    return "ok";
  },
});
