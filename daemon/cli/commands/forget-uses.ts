// forget-uses: what was copied and opened no longer counts.
import { connect } from "../client.ts";
import { defineCommand } from "../command.ts";
import { plural, toJson } from "../output.ts";

export const forgetUses = defineCommand({
  name: "forget-uses",
  about: "Forget which pictures were copied and opened",
  details: ["Searches no longer show them sooner. The setting recordUses keeps it that way."],
  async run(context, { options }) {
    const client = await connect(context);
    const answer = await client.forgetUses();
    context.terminal.out(options.json ? `${toJson(answer)}\n` : `${plural(answer.forgotten, "use")} forgotten.\n`);
    return "ok";
  },
});
