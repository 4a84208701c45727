// embed: what the model makes of words or of a picture, for the user's own scripts.
import { connect } from "../client.ts";
import { defineCommand, type Options } from "../command.ts";
import { usageError } from "../failure.ts";
import { absolutePath } from "../folder-argument.ts";
import { printable, toJson } from "../output.ts";

const OPTIONS = {
  picture: { type: "text", short: "p", value: "FILE", about: "A picture instead of words." },
} as const satisfies Options;

export const embed = defineCommand({
  name: "embed",
  operands: "[WORDS...]",
  count: [0, 1_000],
  about: "Print the vector of words or of a picture, for scripts",
  details: [
    "One line of numbers with length 1, as a JSON array; --json tells the model as well.",
    "Vectors of different models cannot be compared.",
  ],
  options: OPTIONS,
  async run(context, { words, options }) {
    const text = words.join(" ").trim();
    const { picture } = options;
    if ((text === "") === (picture === undefined)) throw usageError("Give either words or --picture FILE.");
    const client = await connect(context);
    const answer = await client.embed(picture === undefined ? { text } : { path: absolutePath(context, picture) });
    if (options.json) context.terminal.out(`${toJson(answer, 0)}\n`);
    else if (answer.vector) context.terminal.out(`${toJson(answer.vector, 0)}\n`);
    else context.terminal.err(`The model ${printable(answer.model)} has nothing to say about these words.\n`);
    return answer.vector === null ? "nothing" : "ok";
  },
});
