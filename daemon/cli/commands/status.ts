// status: how rememe is doing, once or until nothing is left to do.
import type { DaemonAddress, Status } from "../../../shared/api.ts";
import { connect } from "../client.ts";
import { type Context, defineCommand, type Options } from "../command.ts";
import { bytes, count, duration, plural, printable, time, toJson } from "../output.ts";
import { asTyped } from "../program-name.ts";
import { createLiveLine, describeActivity, describeUpgrade, follow } from "../progress.ts";

const OPTIONS = {
  watch: { type: "flag", short: "w", about: "Show the progress until nothing is left to do." },
} as const satisfies Options;

export const status = defineCommand({
  name: "status",
  about: "Show what rememe is doing and what it knows",
  details: ["With --watch --json, every line is one status."],
  options: OPTIONS,
  async run(context, { options }) {
    const { terminal, home } = context;
    const client = await connect(context);
    if (!options.watch) {
      const now = await client.status();
      terminal.out(options.json ? `${toJson(now)}\n` : describe(context, client.address, now));
      return "ok";
    }
    const line = createLiveLine({ isTTY: terminal.isTTY, columns: () => terminal.columns, write: terminal.out });
    const show = (now: Status): void => {
      if (options.json) terminal.out(`${toJson(now, 0)}\n`);
      else line.show(upgradeOf(now) ?? describeActivity(now, home));
    };
    try {
      const last = await follow(client, { stop: context.stop, onStatus: show, withUpgrade: true });
      line.clear();
      if (options.json) show(last);
      else terminal.out(describe(context, client.address, last));
    } finally {
      line.clear();
    }
    return "ok";
  },
});

/** Pictures that nobody can find yet are of more interest than another model. */
function upgradeOf({ upgrade, activity }: Status): string | null {
  return upgrade !== null && activity === "idle" ? describeUpgrade(upgrade) : null;
}

function describe({ terminal, home, program }: Context, address: DaemonAddress, status: Status): string {
  const { counts, model } = status;
  const since = duration((Date.now() - status.startedAtMs) / 1_000);
  const rows: [string, string][] = [
    ["doing", describeActivity(status, home)],
    [
      "pictures",
      `${count(counts.images)} can be found, in ${plural(counts.files, "file")} of ${plural(counts.folders, "folder")}`,
    ],
    ...(counts.failed > 0
      ? [["failed", `${plural(counts.failed, "file")} could not be read: ${program} failures`] as [string, string]]
      : []),
    ["model", printable(`${model.title} · ${model.licence} · runs on ${model.provider}`)],
    ...(status.upgrade ? [["", describeUpgrade(status.upgrade)] as [string, string]] : []),
    ...(model.providerReason ? [["", printable(model.providerReason)] as [string, string]] : []),
    ["text", status.ocr ? "text in pictures is read" : "text in pictures is not read (setting ocr)"],
    ["library", `${bytes(status.libraryBytes)} and some 10 kB a picture for thumbnails`],
    [
      "running",
      `version ${printable(status.version)}, process ${address.pid}, port ${address.port}, for ${since} (since ${time(status.startedAtMs)})`,
    ],
  ];
  const width = Math.max(...rows.map(([term]) => term.length));
  return [
    ...rows.map(([term, text]) => `${terminal.paint("dim", term.padEnd(width))}  ${text}`),
    ...status.notices.map((notice) => terminal.paint("yellow", `! ${printable(asTyped(notice, program))}`)),
    "",
  ].join("\n");
}
