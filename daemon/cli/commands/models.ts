// models: which there are, and what is here of each.
import type { ModelChoice } from "../../../shared/api.ts";
import { connect } from "../client.ts";
import { defineCommand } from "../command.ts";
import { bytes, type Column, printable, table, toJson } from "../output.ts";

const INDEX_WORDS = { searched: "in use", building: "being indexed", kept: "installed, index kept" } as const;
const SHOWN_LANGUAGES = 3;

export const models = defineCommand({
  name: "models",
  about: "List the models that understand pictures and words",
  details: ["Models that are not installed are fetched when they are chosen: `model use NAME`."],
  async run(context, { options }) {
    const { terminal, program } = context;
    const list = await (await connect(context)).models();
    if (options.json) {
      terminal.out(`${toJson(list)}\n`);
      return "ok";
    }
    terminal.out(table(terminal, COLUMNS, list.models));
    const chosen =
      list.setting === "auto" ? `auto, which ends up with ${printable(list.auto)}` : printable(list.setting);
    terminal.out(`\nThe setting is ${chosen}. Another one: ${program} model use NAME\n`);
    return "ok";
  },
});

const COLUMNS: readonly Column<ModelChoice>[] = [
  { title: "name", text: ({ name }) => printable(name), minWidth: 16, cut: "start" },
  { title: "", text: stateOf },
  { title: "download", text: sizeOf, align: "right" },
  { title: "languages", text: ({ languages }) => languagesOf(languages), minWidth: 8 },
  { title: "pixels", text: ({ imageSize }) => String(imageSize), align: "right" },
  { title: "licence", text: ({ licence }) => printable(licence), minWidth: 8 },
  { title: "", text: ({ title }) => printable(title), minWidth: 10 },
];

function stateOf({ index, installed }: ModelChoice): string {
  return index ? INDEX_WORDS[index] : installed ? "installed" : "";
}

function sizeOf({ downloadBytes, name, installed }: ModelChoice): string {
  if (downloadBytes !== null) return bytes(downloadBytes);
  return name === "palette" ? "included" : installed ? "" : "not known";
}

function languagesOf(languages: readonly string[]): string {
  const shown = languages.slice(0, SHOWN_LANGUAGES).map(printable).join(", ");
  const more = languages.length - SHOWN_LANGUAGES;
  return more > 0 ? `${shown} and ${more} more` : shown;
}
