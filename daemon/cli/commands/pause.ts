// pause: no more pictures are read until resume.
import { connect } from "../client.ts";
import { defineCommand } from "../command.ts";
import { toJson } from "../output.ts";

export const pause = defineCommand({
  name: "pause",
  about: "Stop reading pictures until resume; search goes on",
  async run(context, { options }) {
    const status = await (await connect(context)).pause();
    const words = `Paused. Go on with: ${context.program} resume`;
    context.terminal.out(options.json ? `${toJson(status)}\n` : `${words}\n`);
    return "ok";
  },
});
