// random: any picture.
import { connect } from "../client.ts";
import { defineCommand, type Options } from "../command.ts";
import { openOnDesktop } from "../desktop.ts";
import { printable, toJson } from "../output.ts";

const OPTIONS = {
  favourite: { type: "flag", about: "Any favourite." },
  open: { type: "flag", about: "Open it." },
} as const satisfies Options;

export const random = defineCommand({
  name: "random",
  about: "Print the path of any picture",
  options: OPTIONS,
  async run(context, { options }) {
    const { terminal, env } = context;
    const client = await connect(context);
    const image = await client.random(options.favourite ? { only: "favourite" } : {});
    const path = terminal.isTTY ? printable(image.path) : image.path;
    terminal.out(options.json ? `${toJson(image)}\n` : `${path}\n`);
    if (options.open) await openOnDesktop(image.path, env);
    return "ok";
  },
});
