// check: looks through the library and mends what does not fit together.
import type { CheckAnswer, CheckFinding } from "../../../shared/api.ts";
import { connect } from "../client.ts";
import { type Context, defineCommand, type Options } from "../command.ts";
import { bytes, count, duration, plural, printable, table, toJson } from "../output.ts";

const OPTIONS = {
  "dry-run": { type: "flag", about: "Only look; change nothing." },
} as const satisfies Options;

export const check = defineCommand({
  name: "check",
  about: "Check the library, and mend what does not fit together",
  details: ["Pictures that lost something are read again; the pictures on disk are never touched."],
  options: OPTIONS,
  async run(context, { options }) {
    const client = await connect(context);
    const answer = await client.check(!options["dry-run"]);
    context.terminal.out(options.json ? `${toJson(answer)}\n` : describe(context, answer));
    return answer.findings.every(({ done }) => done !== null) ? "ok" : "partial";
  },
});

function describe({ terminal }: Context, answer: CheckAnswer): string {
  const { findings, freedBytes, pictures, tookMs } = answer;
  const looked = `${plural(pictures, "picture")} checked in ${duration(tookMs / 1_000)}`;
  const freed = freedBytes > 0 ? `${bytes(freedBytes)} handed back to the disk.\n` : "";
  if (findings.length === 0) return `${looked}: all is well.\n${freed}`;
  const rows = table<CheckFinding>(
    terminal,
    [
      { title: "how many", align: "right", text: (row) => count(row.count) },
      { title: "what was wrong", minWidth: 24, text: ({ message }) => printable(message) },
      { title: "what was done", minWidth: 18, text: ({ done }) => done ?? "nothing" },
    ],
    findings,
  );
  return `${looked}.\n${rows}${freed}`;
}
