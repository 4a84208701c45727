// mark: favourite, hidden and tags of pictures.
import type { ImageDetails, MarkRequest } from "../../../shared/api.ts";
import { connect } from "../client.ts";
import { type Context, defineCommand, type Options } from "../command.ts";
import { usageError } from "../failure.ts";
import { imageId } from "../folder-argument.ts";
import { printable, shortPath, toJson } from "../output.ts";

const OPTIONS = {
  favourite: { type: "flag", about: "Make them favourites." },
  unfavourite: { type: "flag", about: "Make them favourites no more." },
  hide: { type: "flag", about: "Show them in no search but one for is:hidden." },
  unhide: { type: "flag", about: "Show them again." },
  tag: { type: "text", value: "TAGS", about: "Add these tags, with commas between them." },
  untag: { type: "text", value: "TAGS", about: "Take these tags away." },
} as const satisfies Options;

export const mark = defineCommand({
  name: "mark",
  operands: "ID...",
  count: [1, 1_000],
  about: "Mark pictures as favourites, hide or tag them, or take that back",
  details: ["ID is the `id` of a picture in --json. Without options, the marks are shown."],
  options: OPTIONS,
  async run(context, { words, options }) {
    for (const [yes, no] of [
      ["favourite", "unfavourite"],
      ["hide", "unhide"],
    ] as const) {
      if (options[yes] && options[no]) throw usageError(`Choose one of --${yes} and --${no}.`);
    }
    const ids = words.map(imageId);
    const client = await connect(context);
    const marked: ImageDetails[] = [];
    for (const id of ids) {
      const image = await client.image(id);
      const wanted = marksOf(options, image.tags);
      marked.push(Object.keys(wanted).length > 0 ? await client.mark(id, wanted) : image);
    }
    context.terminal.out(options.json ? `${toJson(marked)}\n` : marked.map((image) => line(context, image)).join(""));
    return "ok";
  },
});

type Given = {
  readonly [Name in keyof typeof OPTIONS]: (typeof OPTIONS)[Name]["type"] extends "flag" ? boolean : string | undefined;
};

function marksOf({ favourite, unfavourite, hide, unhide, tag, untag }: Given, tags: readonly string[]): MarkRequest {
  const gone = new Set(listOf(untag).map((each) => each.toLowerCase()));
  return {
    ...(favourite || unfavourite ? { favourite } : {}),
    ...(hide || unhide ? { hidden: hide } : {}),
    ...(tag !== undefined || untag !== undefined
      ? { tags: [...tags.filter((each) => !gone.has(each.toLowerCase())), ...listOf(tag)] }
      : {}),
  };
}

function listOf(text = ""): readonly string[] {
  return text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
}

function line({ home }: Context, { id, path, favourite, hidden, tags }: ImageDetails): string {
  const marks = [...(favourite ? ["favourite"] : []), ...(hidden ? ["hidden"] : []), ...tags.map((tag) => `#${tag}`)];
  return `${id}  ${shortPath(path, home)}  ${printable(marks.join(", ")) || "no marks"}\n`;
}
