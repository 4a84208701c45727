// search: pictures by words.
import { connect } from "../client.ts";
import { defineCommand, type Options } from "../command.ts";
import { usageError } from "../failure.ts";
import { watchedFolder } from "../folder-argument.ts";
import { HIT_OPTIONS, showHits } from "../hits.ts";
import { plural } from "../output.ts";

const OPTIONS = {
  ...HIT_OPTIONS,
  folder: { type: "text", value: "ID|PATH", about: "Search in this watched folder only." },
} as const satisfies Options;

export const search = defineCommand({
  name: "search",
  operands: "WORDS...",
  count: [1, 1_000],
  about: "Find pictures by what they show, what is written in them, or their names",
  details: ["Words that begin with a dash go after --, as in: search -- -40 degrees"],
  options: OPTIONS,
  async run(context, input) {
    const q = input.words.join(" ").trim();
    if (q === "") throw usageError("There is nothing to search for.");
    const client = await connect(context);
    const { folder } = input.options;
    const place = folder === undefined ? {} : { folderId: (await watchedFolder(client, context, folder)).id };
    const exit = await showHits(context, input, (page) => client.search({ q, ...page, ...place }));
    const { pending } = exit === "nothing" ? (await client.status()).counts : { pending: 0 };
    if (pending > 0 && !input.options.json) context.terminal.err(`${plural(pending, "picture")} not read yet.\n`);
    return exit;
  },
});
