// similar: pictures that look like another.
import { connect } from "../client.ts";
import { defineCommand } from "../command.ts";
import { absolutePath, isId } from "../folder-argument.ts";
import { HIT_OPTIONS, showHits } from "../hits.ts";

export const similar = defineCommand({
  name: "similar",
  operands: "FILE|ID",
  count: [1, 1],
  about: "Find pictures that look like this one",
  details: [
    "FILE may be any picture on this machine; ID is the `id` of a picture in --json.",
    "A file whose name is a number is written as ./12.",
  ],
  options: HIT_OPTIONS,
  async run(context, input) {
    const client = await connect(context);
    const [word = ""] = input.words;
    return showHits(context, input, (page) =>
      isId(word) ? client.similarToImage(Number(word), page) : client.similar(absolutePath(context, word), page),
    );
  },
});
