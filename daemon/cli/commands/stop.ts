// stop: ends the running daemon, whatever version it is.
import { findDaemon } from "../client.ts";
import { defineCommand } from "../command.ts";
import { toJson } from "../output.ts";
import { endDaemon } from "../service/running.ts";

export const stop = defineCommand({
  name: "stop",
  about: "Stop the running rememe in good order",
  details: ["An installed one starts again at the next login, or by `start`."],
  async run(context, { options }) {
    const { pid } = await findDaemon(context);
    await endDaemon(context, pid);
    context.terminal.out(options.json ? `${toJson({ pid })}\n` : "rememe has stopped.\n");
    return "ok";
  },
});
