// resume: ends a pause.
import { connect } from "../client.ts";
import { defineCommand } from "../command.ts";
import { toJson } from "../output.ts";
import { describeActivity } from "../progress.ts";

export const resume = defineCommand({
  name: "resume",
  about: "Go on reading pictures after a pause",
  async run(context, { options }) {
    const status = await (await connect(context)).resume();
    context.terminal.out(`${options.json ? toJson(status) : describeActivity(status, context.home)}\n`);
    return "ok";
  },
});
