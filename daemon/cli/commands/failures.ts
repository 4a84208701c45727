// failures: files that could not be read, and trying them again.
import type { Failure } from "../../../shared/api.ts";
import { type Client, connect } from "../client.ts";
import { type Context, defineCommand, type Exit, type Options } from "../command.ts";
import { usageError } from "../failure.ts";
import { isId } from "../folder-argument.ts";
import { plural, printable, shortPath, table, time, toJson } from "../output.ts";

const OPTIONS = {
  retry: { type: "flag", about: "Try them again: the files with these IDs, or all of them." },
  limit: { type: "number", value: "N", min: 1, max: 60, about: "At most N files; 30 if not given." },
  offset: { type: "number", value: "N", min: 0, max: 1_000_000, about: "Leave out the first N files." },
} as const satisfies Options;

export const failures = defineCommand({
  name: "failures",
  operands: "[ID...]",
  count: [0, 10_000],
  about: "List the files that could not be read, and why",
  details: ["IDs are given with --retry only."],
  options: OPTIONS,
  async run(context, { words, options }) {
    const { terminal } = context;
    if (words.length > 0 && !options.retry) throw usageError("IDs are given with --retry only.");
    const wrong = words.find((word) => !isId(word));
    if (wrong !== undefined) throw usageError(`"${printable(wrong)}" is not the id of a file.`);
    const client = await connect(context);
    if (options.retry) return retry(context, client, words.map(Number), options.json);
    const { limit = 30, offset = 0 } = options;
    const answer = await client.failures({ limit, offset });
    if (options.json) terminal.out(`${toJson(answer)}\n`);
    else if (answer.failures.length === 0) terminal.err("No file has failed.\n");
    else terminal.out(list(context, answer.failures));
    if (!options.json && answer.nextOffset !== null) {
      terminal.err(`${plural(answer.total, "file")} in all; for the next ones: --offset ${answer.nextOffset}\n`);
    }
    return "ok";
  },
});

async function retry({ terminal }: Context, client: Client, ids: number[], isJson: boolean): Promise<Exit> {
  const answer = await client.retryFailures(ids.length > 0 ? ids : undefined);
  terminal.out(isJson ? `${toJson(answer)}\n` : `${plural(answer.retried, "file")} will be tried again.\n`);
  return ids.length > answer.retried ? "partial" : "ok";
}

function list({ terminal, home }: Context, rows: readonly Failure[]): string {
  return table<Failure>(
    terminal,
    [
      { title: "id", align: "right", text: ({ fileId }) => String(fileId) },
      { title: "file", minWidth: 18, cut: "start", text: ({ path }) => shortPath(path, home) },
      {
        title: "why",
        minWidth: 18,
        text: ({ message, stage }) => printable(`${message} (${stage})`),
        paint: (text) => terminal.paint("yellow", text),
      },
      { title: "tries", align: "right", text: ({ attempts }) => String(attempts) },
      {
        title: "tried again",
        text: ({ retryAtMs }) => (retryAtMs === null ? "when it changes" : time(retryAtMs)),
        paint: (text) => terminal.paint("dim", text),
      },
    ],
    rows,
  );
}
