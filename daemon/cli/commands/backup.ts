// backup: a copy of the library in a file, whole or not at all.
import { createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { messageOf } from "../../errors.ts";
import { connect } from "../client.ts";
import { defineCommand } from "../command.ts";
import { CliError, interrupted } from "../failure.ts";
import { bytes, printable, toJson } from "../output.ts";

export const backup = defineCommand({
  name: "backup",
  operands: "FILE",
  count: [1, 1],
  about: "Write a copy of the library to FILE, while rememe goes on",
  details: [
    "A file that is there already is never replaced. Pictures and thumbnails are not in it: thumbnails are made again.",
  ],
  async run(context, { words: [word = ""], options }) {
    const file = resolve(context.cwd, word);
    if (await stat(file).catch(() => null)) {
      throw new CliError("backup-failed", `${printable(file)} is there already.`, {
        hint: "Choose another name for it.",
      });
    }
    const client = await connect(context);
    const part = `${file}.${process.pid}.part`;
    try {
      const content = await client.backup();
      await pipeline(content, createWriteStream(part, { flags: "wx", mode: 0o600, flush: true }), {
        signal: context.stop,
      });
      await rename(part, file);
    } catch (cause) {
      if (context.stop.aborted) throw interrupted();
      if (!isFileTrouble(cause)) throw cause;
      throw new CliError("backup-failed", `The backup cannot be written: ${messageOf(cause)}`, { cause });
    } finally {
      await rm(part, { force: true });
    }
    const { size } = await stat(file);
    const { terminal } = context;
    terminal.out(
      options.json ? `${toJson({ path: file, sizeBytes: size })}\n` : `${bytes(size)} in ${printable(file)}\n`,
    );
    return "ok";
  },
});

function isFileTrouble(error: unknown): boolean {
  return (
    typeof (error as { syscall?: unknown }).syscall === "string" || (error as { code?: unknown }).code === "ECONNRESET"
  );
}
