// doctor: looks at everything rememe needs, and says what to do where something is wrong.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Context, defineCommand, type Options } from "../command.ts";
import { examine } from "../doctor/examine.ts";
import type { Line } from "../doctor/line.ts";
import { makeReport } from "../doctor/report.ts";
import { printable, shortPath, toJson } from "../output.ts";
import { asTyped } from "../program-name.ts";

const OPTIONS = {
  report: { type: "flag", about: "Also write a zip for a bug report here, without private names." },
} as const satisfies Options;

const SIGNS = { ok: ["ok", "green"], warning: ["warning", "yellow"], problem: ["problem", "red"] } as const;

export const doctor = defineCommand({
  name: "doctor",
  about: "Look at everything rememe needs, and say what to do where something is wrong",
  details: ["It only looks. It ends with 1 when there is a problem; warnings do not count."],
  options: OPTIONS,
  async run(context, { options }) {
    const { terminal, cwd, home } = context;
    const { lines, folders } = await examine(context);
    const report = options.report ? join(cwd, `rememe-report-${Date.now()}.zip`) : null;
    if (report !== null) writeFileSync(report, makeReport(context, lines, folders), { mode: 0o600, flag: "wx" });
    if (options.json) terminal.out(`${toJson({ lines, ...(report === null ? {} : { report }) })}\n`);
    else {
      terminal.out(lines.map((line) => describe(context, line)).join(""));
      if (report !== null)
        terminal.out(`\nThe report is ${shortPath(report, home)}. Look through it before you send it.\n`);
    }
    return lines.some(({ state }) => state === "problem") ? "error" : "ok";
  },
});

function describe({ terminal, program }: Context, { check, state, text, next }: Line): string {
  const [sign, colour] = SIGNS[state];
  const head = `${terminal.paint(colour, sign.padEnd(7))}  ${terminal.paint("dim", check.padEnd(13))}  ${printable(asTyped(text, program))}\n`;
  return next === null ? head : `${head}${" ".repeat(24)}→ ${printable(asTyped(next, program))}\n`;
}
