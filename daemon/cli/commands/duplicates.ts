// duplicates: pictures that are nearly the same.
import type { DuplicateGroup, Image } from "../../../shared/api.ts";
import { connect } from "../client.ts";
import { type Context, defineCommand, type Options } from "../command.ts";
import { bytes, plural, shortPath, table, toJson } from "../output.ts";

const OPTIONS = {
  limit: { type: "number", value: "N", min: 1, max: 60, about: "At most N groups; 30 if not given." },
  offset: { type: "number", value: "N", min: 0, max: 1_000_000, about: "Leave out the first N groups." },
} as const satisfies Options;

interface Row {
  readonly group: number;
  readonly isBest: boolean;
  readonly image: Image;
}

export const duplicates = defineCommand({
  name: "duplicates",
  about: "List pictures that are nearly the same",
  details: [
    "Resized, recompressed, cropped, mirrored, framed, or with a caption added. The best of each group comes first.",
    "Nothing is done to them; reveal ID shows one in Finder or the file manager, trash ID moves one to the Trash.",
  ],
  options: OPTIONS,
  async run(context, { options }) {
    const { terminal } = context;
    const client = await connect(context);
    const { limit = 30, offset = 0 } = options;
    const answer = await client.duplicates({ limit, offset });
    if (options.json) terminal.out(`${toJson(answer)}\n`);
    else if (answer.groups.length === 0) terminal.err("No picture is there twice.\n");
    else terminal.out(list(context, answer.groups, offset));
    if (!options.json && answer.nextOffset !== null) {
      terminal.err(`${plural(answer.total, "group")} in all; for the next ones: --offset ${answer.nextOffset}\n`);
    }
    return answer.groups.length > 0 ? "ok" : "nothing";
  },
});

function list({ terminal, home }: Context, groups: readonly DuplicateGroup[], offset: number): string {
  const rows = groups.flatMap(({ images }, index) =>
    images.map((image, place): Row => ({ group: offset + index + 1, isBest: place === 0, image })),
  );
  return table<Row>(
    terminal,
    [
      { title: "group", align: "right", text: ({ group, isBest }) => (isBest ? String(group) : "") },
      { title: "id", align: "right", text: ({ image }) => String(image.id) },
      {
        title: "file",
        minWidth: 24,
        cut: "start",
        text: ({ image }) => shortPath(image.path, home),
        paint: (text, { isBest }) => (isBest ? terminal.paint("bold", text) : text),
      },
      { title: "pixels", align: "right", text: ({ image }) => `${image.width} × ${image.height}` },
      { title: "size", align: "right", text: ({ image }) => bytes(image.sizeBytes) },
    ],
    rows,
  );
}
