// open: the page in the browser, by a link that works once.
import { connect } from "../client.ts";
import { defineCommand, type Options } from "../command.ts";
import { hasDisplay, openOnDesktop } from "../desktop.ts";
import { printable, toJson } from "../output.ts";

const OPTIONS = { print: { type: "flag", about: "Print the link instead of opening it." } } as const satisfies Options;

export const open = defineCommand({
  name: "open",
  about: "Open the page in the browser",
  details: ["The link works once, within ten minutes. Without a display, and with --json, it is printed."],
  options: OPTIONS,
  async run(context, { options }) {
    const { terminal, env, program } = context;
    const link = await (await connect(context)).link();
    if (options.json) terminal.out(`${toJson(link)}\n`);
    else if (options.print || !hasDisplay(env)) terminal.out(`${printable(link.url)}\n`);
    else {
      await openOnDesktop(link.url, env);
      terminal.out(`Opened in the browser. If nothing is to be seen there: ${program} open --print\n`);
    }
    return "ok";
  },
});
