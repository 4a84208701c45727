// model use: another model.
import { connect } from "../client.ts";
import { defineCommand } from "../command.ts";
import { usageError } from "../failure.ts";
import { absolutePath } from "../folder-argument.ts";
import { bytes, printable, toJson } from "../output.ts";

export const model = defineCommand({
  name: "model",
  operands: "use NAME",
  count: [2, 2],
  about: "Choose another model; until its index is complete, the one before answers",
  details: [
    "NAME is auto, a name that `models` lists, owner/name of an ONNX export on the hub, or a directory with a model (./name).",
    "It is written into the settings. Going back within a week costs nothing.",
  ],
  async run(context, { words, options }) {
    const [verb, name = ""] = words;
    if (verb !== "use") throw usageError(`"${printable(verb ?? "")}" is not something that can be done with a model.`);
    const client = await connect(context);
    const status = await client.useModel(/^[./~]/.test(name) ? absolutePath(context, name) : name);
    if (options.json) {
      context.terminal.out(`${toJson(status)}\n`);
      return "ok";
    }
    const { models, setting } = await client.models();
    const chosen = models.find((each) => each.name === setting);
    const { terminal, program } = context;
    if (chosen?.researchOnly) terminal.out(`Its licence allows research only: ${printable(chosen.licence)}.\n`);
    if (chosen?.index === "searched") {
      terminal.out(`${printable(chosen.title)} is in use.\n`);
      return "ok";
    }
    const size = chosen?.downloadBytes && !chosen.installed ? ` (${bytes(chosen.downloadBytes)})` : "";
    const steps = chosen?.installed ? "indexes every picture" : `is fetched${size}, then indexes every picture`;
    terminal.out(
      `${printable(chosen?.title ?? setting)} ${steps} and takes over. Until then ${printable(status.model.title)} answers.\n` +
        `To watch it: ${program} status --watch\n`,
    );
    return "ok";
  },
});
